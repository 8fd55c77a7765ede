// SPDX-License-Identifier: MIT
import { ExternalLink } from 'lucide-react';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';
import { connectorName, selectConnectors } from './crm-state.ts';

type Run = (work: () => Promise<unknown>) => Promise<unknown>;

/** A record's name; where its page is known, pressing it opens the page in the browser. */
export function RecordLink({
  record,
  run,
  className = '',
  testId,
}: {
  readonly record: CrmRecord;
  readonly run: Run;
  readonly className?: string;
  readonly testId: string;
}) {
  const t = useT();
  const source = connectorName(useApp(selectConnectors), record.connector, t);
  const { url } = record;
  if (url === null) {
    return (
      <Foreign className={`cut selectable ${className}`} data-testid={testId}>
        {record.name}
      </Foreign>
    );
  }
  return (
    <button
      type="button"
      className={`record-link ${className}`}
      title={t('crm.openIn', { name: source })}
      data-testid={testId}
      onClick={() => void run(() => request('link.open', url))}
    >
      <Foreign className="cut">{record.name}</Foreign>
      <ExternalLink className="icon" aria-hidden="true" />
      <span className="screen-reader">{t('crm.openIn', { name: source })}</span>
    </button>
  );
}
