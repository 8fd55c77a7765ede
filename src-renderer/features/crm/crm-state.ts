// SPDX-License-Identifier: MIT
import type { CrmKind, CrmRecord } from '../../../src-shared/crm/model.ts';
import type { CallerView, ConnectorView } from '../../../src-shared/crm/view.ts';
import type { AppState } from '../../../src-shared/state.ts';
import type { T } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';

export const selectConnectors = (app: AppState): readonly ConnectorView[] => app.crm.connectors;
export const selectHasCrm = (app: AppState): boolean => app.crm.connectors.some(({ state }) => state === 'ready');

/** What the CRMs say of a number on screen; null while nobody was asked. */
export function useCaller(number: string): CallerView | null {
  return useApp((app) => callerOf(app, number));
}

/** The number comes from outside: a name that every object has is no caller. */
export function callerOf(app: AppState, number: string): CallerView | null {
  return Object.hasOwn(app.crm.callers, number) ? (app.crm.callers[number] ?? null) : null;
}

/** The one record a number belongs to; null for none, several or not known. */
export function recordOf(caller: CallerView | null): CrmRecord | null {
  return caller?.result.state === 'one' ? caller.result.record : null;
}

/** The name the person gave a connector; `local` is our own list of contacts. */
export function connectorName(connectors: readonly ConnectorView[], id: string, t: T): string {
  if (id === 'local') return t('nav.contacts');
  return connectors.find((one) => one.id === id)?.name ?? id;
}

/** Connectors that can be worked with now. */
export function ready(connectors: readonly ConnectorView[]): readonly ConnectorView[] {
  return connectors.filter(({ state }) => state === 'ready');
}

/** Those in which a record can be made now, with the kinds each takes. */
export function creators(connectors: readonly ConnectorView[]) {
  return ready(connectors).flatMap(({ id, name, capabilities }) =>
    capabilities === null || capabilities.create.length === 0 ? [] : [{ id, name, kinds: capabilities.create }],
  );
}

/** `Lead · Talleres Ibáñez · Ana Ruiz`: what a record is beside its name. */
export function recordLine(record: CrmRecord, t: T): string {
  return [kindText(record.kind, t), recordPeople(record)].filter(Boolean).join(' · ');
}

/** `Talleres Ibáñez · Ana Ruiz`: the company, and who of us is responsible. */
export function recordPeople(record: CrmRecord): string {
  return [record.company, record.owner?.name].filter(Boolean).join(' · ');
}

export function kindText(kind: CrmKind, t: T): string {
  return t(`crm.kind-${kind}`);
}
