// SPDX-License-Identifier: MIT
import type { CrmUser } from '../../../../src-shared/crm/model.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { untilAborted } from '../../oauth/until-aborted.ts';
import { idIn, type ZohoClient } from './client.ts';

/** What stands in the addresses of an organisation's pages between the host and the tab. */
export type Organisation = {
  /** Reads it once; a CRM that does not say leaves it out. Never rejects. */
  read(signal: AbortSignal): Promise<void>;
  /** `org<number>/`, '' while it is not known: such a page opens in the person's usual organisation. */
  path(): string;
};

export function createOrganisation(client: Pick<ZohoClient, 'list'>): Organisation {
  let path: string | null = null;
  let reading: Promise<void> | null = null;

  /** For all who ask: not tied to the signal of the first. */
  async function load(): Promise<void> {
    try {
      const { rows } = await client.list('org', 'org', new AbortController().signal);
      path = `org${toText(rows[0]?.zgid).replace(/\D/g, '')}/`;
    } catch (error) {
      // No permission stays so; anything else is asked again.
      if (error instanceof CrmError && ['refused', 'scopes', 'forbidden'].includes(error.failure)) path = '';
    } finally {
      reading = null;
    }
  }

  return {
    async read(signal) {
      if (path !== null) return;
      reading ??= load();
      await untilAborted(reading, signal).catch(() => undefined);
    },
    path: () => path ?? '',
  };
}

const PAGE = 200;
const MOST_PAGES = 50;

/** Active users, all pages. There is no way to ask for one by e-mail. */
export async function readUsers(client: Pick<ZohoClient, 'list'>, signal: AbortSignal): Promise<readonly CrmUser[]> {
  const users: CrmUser[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { rows, more } = await client.list(`users?type=ActiveUsers&page=${page}&per_page=${PAGE}`, 'users', signal);
    for (const row of rows) {
      const id = idIn(row.id);
      const name = toText(row.full_name) || [toText(row.first_name), toText(row.last_name)].filter(Boolean).join(' ');
      if (id !== '') users.push({ id, name, email: toText(row.email) || null, extension: null });
    }
    if (!more) break;
  }
  return users;
}

/** The person who connected. @throws CrmError `forbidden` */
export async function readMe(
  client: Pick<ZohoClient, 'list'>,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly name: string }> {
  const [row] = (await client.list('users?type=CurrentUser', 'users', signal)).rows;
  const id = idIn(row?.id);
  if (id === '') throw new CrmError('forbidden', 'the user who connected cannot be read');
  return { id, name: toText(row?.full_name) || toText(row?.email) };
}
