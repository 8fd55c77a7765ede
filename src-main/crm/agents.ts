// SPDX-License-Identifier: MIT
import type { CrmUser } from '../../src-shared/crm/model.ts';
import type { CrmAgent } from '../../src-shared/crm/settings.ts';
import type { Log } from '../log.ts';
import type { Connector } from './api.ts';

/** Which user of a CRM an extension's agent is: by e-mail, or as the person has set it. */
export type Agents = {
  /** What is known of an extension; a name of its own when nothing is. */
  of(extension: string): CrmAgent;
  /**
   * The user's id; null when the CRM has no users to tell, none with this e-mail, or more than one: then the person has
   * to say which.
   */
  userId(connector: Connector, extension: string, signal: AbortSignal): Promise<string | null>;
  /** The list, read once a day. */
  users(connector: Connector, signal: AbortSignal): Promise<readonly CrmUser[]>;
};

export type AgentsOptions = {
  readonly agents: () => readonly CrmAgent[];
  readonly now: () => number;
  readonly log: Log;
};

const DAY_MS = 24 * 60 * 60_000;

export function createAgents({ agents, now, log }: AgentsOptions): Agents {
  const lists = new Map<string, { readonly at: number; readonly users: readonly CrmUser[] }>();

  const users = async (connector: Connector, signal: AbortSignal): Promise<readonly CrmUser[]> => {
    if (!connector.capabilities.users) return [];
    const known = lists.get(connector.id);
    if (known !== undefined && now() - known.at < DAY_MS) return known.users;
    const list = await connector.users(signal);
    lists.set(connector.id, { at: now(), users: list });
    return list;
  };

  const of = (extension: string): CrmAgent =>
    agents().find((agent) => agent.extension === extension) ?? { extension, name: '', email: '', userIds: {} };

  return {
    of,
    users,
    async userId(connector, extension, signal) {
      const agent = of(extension);
      const chosen = agent.userIds[connector.id];
      if (chosen !== undefined && chosen !== '') return chosen;
      const list = await users(connector, signal).catch((error: unknown) => {
        // An entry without its agent is better than none.
        log.warn('the users of a CRM could not be read', { connector: connector.id, error });
        return [];
      });
      const email = agent.email.trim().toLowerCase();
      const same = list.filter(
        (user) => (email !== '' && user.email?.toLowerCase() === email) || user.extension === extension,
      );
      return same.length === 1 ? (same[0]?.id ?? null) : null;
    },
  };
}
