// SPDX-License-Identifier: MIT
import type { CrmAgent } from '../../../src-shared/crm/settings.ts';

/**
 * The user of a CRM whom an extension's agent was set to be; '' when nobody was: the CRM then gives the record to
 * whoever is signed in. Users found by e-mail are main's to know.
 */
export function ownerOf(
  agents: readonly Pick<CrmAgent, 'extension' | 'userIds'>[],
  extension: string,
  connector: string,
): string {
  return agents.find((agent) => agent.extension === extension)?.userIds[connector] ?? '';
}
