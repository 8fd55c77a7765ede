// SPDX-License-Identifier: MIT
import type { NumberQuery } from '../../../../src-shared/crm/model.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { hasNumber, LEAST_DIGITS } from '../common/has-number.ts';
import { idIn, type ZohoClient } from './client.ts';
import { endings, MOST_CONDITIONS, pairs } from './criteria.ts';
import type { Target } from './modules.ts';
import type { Found } from './records.ts';

/** Records by the ends of the numbers that are stored. */
export type StoredSearch = (
  where: readonly Target[],
  query: NumberQuery,
  signal: AbortSignal,
) => Promise<readonly Found[]>;

const PAGE = 200;
const MOST_IDS = 100;
const REST_MS = 24 * 60 * 60_000;

/**
 * Looks through the stored numbers by COQL: finds what the index does not have yet, or has in a form it was not asked
 * in. Nothing for fewer than seven digits, nor while few credits are left. An organisation that does not let itself be
 * asked so (U6) has nothing to say, and is left alone for a day.
 */
export function createStoredSearch(client: ZohoClient, now: () => number): StoredSearch {
  let restsUntil = 0;
  return async (where, query, signal) => {
    if (query.digits.length < LEAST_DIGITS || client.isSaving() || now() < restsUntil) return [];
    try {
      return (await Promise.all(where.map((target) => findIn(client, target, query, signal)))).flat();
    } catch (error) {
      if (!(error instanceof CrmError && ['refused', 'scopes', 'forbidden'].includes(error.failure))) throw error;
      restsUntil = now() + REST_MS;
      return [];
    }
  };
}

async function findIn(
  client: ZohoClient,
  target: Target,
  query: NumberQuery,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const ids = new Set<string>();
  for (const select of selects(target, query.digits)) {
    const { rows } = await client.query(select, signal);
    for (const row of rows) if (hasNumber({ phones: phonesIn({ target, row }) }, query)) ids.add(idIn(row.id));
  }
  if (ids.size === 0) return [];
  // Whole rows: a query gives of a company only its id. Converted leads are left out by the API itself.
  const wanted = [...ids].slice(0, MOST_IDS).join(',');
  const path = `${target.module}?ids=${wanted}&fields=${target.fields.join(',')}&per_page=${PAGE}`;
  const { rows } = await client.list(path, 'data', signal);
  return rows.map((row) => ({ target, row }));
}

/** As many queries as the conditions need. */
function selects({ module, phones }: Target, digits: string): readonly string[] {
  const conditions = phones.flatMap((phone) => endings(digits).map((end) => `${phone} like '%${end}'`));
  const count = Math.ceil(conditions.length / MOST_CONDITIONS);
  return Array.from({ length: count }, (_, at) => {
    const some = conditions.slice(at * MOST_CONDITIONS, (at + 1) * MOST_CONDITIONS);
    return `select ${['id', ...phones].join(', ')} from ${module} where ${pairs(some, 'or')} limit ${PAGE}`;
  });
}

/** The numbers of a row. */
export function phonesIn({ target, row }: Found): readonly string[] {
  return target.phones.map((name) => toText(row[name])).filter((phone) => phone !== '');
}
