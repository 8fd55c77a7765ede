// SPDX-License-Identifier: MIT
import type { ChainScenario } from './scenario.ts';
import type { Template } from './template.ts';

/** Reserved scenarios by what they are for (crm-connectors.md section 1.3). */
export const OPERATIONS = ['lookup', 'search', 'lookupByEmail', 'create', 'reportCall', 'reportChat'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * The scenarios an operation begins with, in the template's order. What the form of the client makes is preferred to
 * what 3CX makes by itself for an unknown caller.
 */
export function scenariosOf(
  { scenarios }: Pick<Template, 'scenarios'>,
  operation: Operation,
): readonly ChainScenario[] {
  const named = (id: string) => scenarios.filter((one) => one.id === id);
  const beginning = (start: string) => scenarios.filter(({ id }) => id.startsWith(start) && !isFollowUp(scenarios, id));
  switch (operation) {
    case 'lookup':
      return named('');
    case 'search':
      return beginning('SearchContacts');
    case 'lookupByEmail':
      return beginning('LookupByEmail');
    case 'create':
      return [...named('CreateContactRecordFromClient'), ...named('CreateContactRecord')].slice(0, 1);
    case 'reportCall':
      return named('ReportCall').slice(0, 1);
    case 'reportChat':
      return named('ReportChat').slice(0, 1);
  }
}

/** A helper that is named like what leads to it, such as `SearchContacts_Fetch`. */
function isFollowUp(scenarios: readonly ChainScenario[], id: string): boolean {
  return scenarios.some(({ next }) => next === id);
}
