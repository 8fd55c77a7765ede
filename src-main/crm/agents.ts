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
  /** The whole list, read once a day. */
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

  const onceADay = async (key: string, read: () => Promise<readonly CrmUser[]>): Promise<readonly CrmUser[]> => {
    const known = lists.get(key);
    if (known !== undefined && now() - known.at < DAY_MS) return known.users;
    const list = await read();
    lists.set(key, { at: now(), users: list });
    return list;
  };

  const users: Agents['users'] = async (connector, signal) =>
    connector.capabilities.users ? onceADay(connector.id, () => connector.users(signal)) : [];

  /** Where the CRM can be asked for one e-mail it is: large organisations have thousands of users. */
  const candidates = (connector: Connector, email: string, signal: AbortSignal): Promise<readonly CrmUser[]> => {
    const { id, capabilities, usersByEmail } = connector;
    if (!capabilities.users || email === '' || usersByEmail === undefined) return users(connector, signal);
    return onceADay(`${id} ${email}`, () => usersByEmail(email, signal));
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
      const email = agent.email.trim().toLowerCase();
      const list = await candidates(connector, email, signal).catch((error: unknown) => {
        // An entry without its agent is better than none.
        log.warn('the users of a CRM could not be read', { connector: connector.id, error });
        return [];
      });
      const same = list.filter(
        (user) => (email !== '' && user.email?.toLowerCase() === email) || user.extension === extension,
      );
      return same.length === 1 ? (same[0]?.id ?? null) : null;
    },
  };
}
