// SPDX-License-Identifier: MIT
import type { CallerView, ConnectorView } from '../../../src-shared/crm/view.ts';
import type { T } from '../../i18n/index.ts';
import { connectorName, ready, recordPeople } from './crm-state.ts';

/** One quiet line on who calls, as far as the CRMs know; the name and the kind of a record stand beside it. */
export function callerText(caller: CallerView, connectors: readonly ConnectorView[], t: T): string {
  const { result, state } = caller;
  const failed = failedText(caller.failed, connectors, t);
  if (result.state === 'one') return [recordPeople(result.record), failed].filter(Boolean).join(' · ');
  if (result.state === 'ambiguous') return t('crm.several', { count: result.records.length });
  if (state === 'asking') return t('crm.asking', { name: onlyName(connectors, t) });
  if (failed !== '') return failed;
  return t('crm.nobody', { name: onlyName(connectors, t) });
}

/** Which CRMs did not answer; '' when all did. */
export function failedText(failed: readonly string[], connectors: readonly ConnectorView[], t: T): string {
  const [first] = failed;
  if (first === undefined) return '';
  if (failed.length > 1) return t('crm.noAnswerSome');
  return t('crm.noAnswer', { name: connectorName(connectors, first, t) });
}

/** The CRM's name when there is one, else a word for all. */
function onlyName(connectors: readonly ConnectorView[], t: T): string {
  const all = ready(connectors);
  return all.length === 1 && all[0] !== undefined ? all[0].name : t('crm.theCrms');
}
