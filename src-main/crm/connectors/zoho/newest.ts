// SPDX-License-Identifier: MIT
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { type Fields, idIn, type Page, type ZohoClient } from './client.ts';

export type Wanted = {
  readonly module: string;
  readonly fields: readonly string[];
  /** Condition in COQL that narrows the search; it may let more through than is wanted. */
  readonly where: string;
  /** The record was made after this, UTC ms. */
  readonly since: number;
  readonly isIt: (row: Fields) => boolean;
};

const PAGE = 200;
const MOST_PAGES = 5;
/** Clocks of two computers. */
const SLACK_MS = 60 * 60_000;

/**
 * Id of a record that was made a while ago; null for none. The search index has it only later, so it is not asked: a
 * query first, and where that has nothing, or is not allowed, the newest records themselves.
 *
 * @throws CrmError when neither can be had
 */
export async function findMade(client: ZohoClient, wanted: Wanted, signal: AbortSignal): Promise<string | null> {
  const { module, fields, where, since, isIt } = wanted;
  const columns = ['id', ...fields].join(', ');
  const queried = await firstOf(isIt, (page) =>
    client.query(`select ${columns} from ${module} where ${where} limit ${PAGE} offset ${page * PAGE}`, signal),
  ).catch((error: unknown) => {
    if (error instanceof CrmError && ['refused', 'scopes', 'forbidden'].includes(error.failure)) return null;
    throw error;
  });
  if (queried !== null) return queried;
  const names = [...new Set([...fields, 'Created_Time'])].join(',');
  const path = `${module}?fields=${names}&sort_by=Created_Time&sort_order=desc&per_page=${PAGE}`;
  return firstOf(isIt, async (page) => {
    const { rows, more } = await client.list(`${path}&page=${page + 1}`, 'data', signal);
    const oldest = Date.parse(toText(rows.at(-1)?.Created_Time));
    return { rows, more: more && !(oldest < since - SLACK_MS) };
  });
}

async function firstOf(isIt: Wanted['isIt'], read: (page: number) => Promise<Page>): Promise<string | null> {
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { rows, more } = await read(page);
    const id = idIn(rows.find(isIt)?.id);
    if (id !== '') return id;
    if (!more) return null;
  }
  return null;
}
