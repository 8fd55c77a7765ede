// SPDX-License-Identifier: MIT

import { TAIL } from '../../../../src-shared/crm/number-query.ts';
import type { ConnectorSettings, ConnectorType, CrmAgent, CrmSettings } from '../../../../src-shared/crm/settings.ts';

export type NewType = Exclude<ConnectorType, 'local'>;

const NAMES: Readonly<Record<NewType, string>> = {
  salesforce: 'Salesforce',
  zoho: 'Zoho CRM',
  own: 'CRM',
  '3cx': 'CRM',
};

/**
 * Settings of a connector that was just added. Its id is its type, with a number where there is one already; Zoho finds
 * only whole numbers (crm-connectors.md section 1.6).
 */
export function newConnector(
  type: NewType,
  existing: readonly Pick<ConnectorSettings, 'id'>[],
  more: { readonly name?: string; readonly options?: ConnectorSettings['options'] } = {},
): ConnectorSettings {
  const taken = new Set(existing.map(({ id }) => id));
  const ids = [type, ...Array.from({ length: existing.length + 1 }, (_, index) => `${type}-${index + 2}`)];
  return {
    id: ids.find((id) => !taken.has(id)) ?? type,
    type,
    name: (more.name ?? NAMES[type]).trim().slice(0, 100) || NAMES[type],
    enabled: true,
    match: { strategy: type === 'zoho' ? 'exact' : 'tail', digits: TAIL.usual },
    rewrite: [],
    prefer: null,
    linkHosts: [],
    options: more.options ?? {},
  };
}

/** The settings without a connector, nor who our agents were in it: the next of its type takes its id. */
export function withoutConnector(crm: CrmSettings, gone: string): CrmSettings {
  const others = (userIds: CrmAgent['userIds']) =>
    Object.fromEntries(Object.entries(userIds).filter(([connector]) => connector !== gone));
  return {
    ...crm,
    connectors: crm.connectors.filter(({ id }) => id !== gone),
    agents: crm.agents.map((agent) => ({ ...agent, userIds: others(agent.userIds) })),
  };
}

/** Moves one in a list by a step; the list as it is when that would leave it. */
export function moved<T>(list: readonly T[], index: number, step: number): readonly T[] {
  const to = index + step;
  const one = list[index];
  if (one === undefined || to < 0 || to >= list.length) return list;
  return list.toSpliced(index, 1).toSpliced(to, 0, one);
}
