// SPDX-License-Identifier: MIT
import { LEAST_DIGITS } from '../common/has-number.ts';
import { type Fields, rowsIn, type SalesforceClient } from './client.ts';
import { endsLike, soqlString, soslWord } from './escape.ts';
import type { Target } from './targets.ts';

const MOST_HITS = 50;

/** The search index, asked for all these forms of a number in one request. */
export function findByDigits(
  client: SalesforceClient,
  targets: readonly Target[],
  forms: readonly string[],
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  return find(client, targets, { words: forms.join(' OR '), scope: 'PHONE', limit: MOST_HITS }, signal);
}

/**
 * The stored numbers themselves, whose digits end so, whatever stands between them. Reads every record: seconds in a
 * large organisation. Nothing for fewer than seven digits.
 */
export async function findStored(
  client: SalesforceClient,
  targets: readonly Target[],
  digits: string,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  if (digits.length < LEAST_DIGITS) return [];
  const pattern = endsLike([...digits]);
  const soql = targets
    .filter(({ phones }) => phones.length > 0)
    .map((target) => {
      const numbers = target.phones.map((phone) => `${phone} LIKE ${pattern}`).join(' OR ');
      return select(target, `(${numbers})`, 200);
    });
  return soql.length === 0 ? [] : client.queries(soql, signal);
}

/** Records with exactly this e-mail, in any case. */
export async function findByEmail(
  client: SalesforceClient,
  targets: readonly Target[],
  email: string,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  const soql = targets.flatMap((target) =>
    target.email === null ? [] : [select(target, `${target.email} = ${soqlString(email)}`, MOST_HITS)],
  );
  return soql.length === 0 ? [] : client.queries(soql, signal);
}

/**
 * What a person types into a search box: a number, an e-mail, or the beginnings of words of a name. Nothing for fewer
 * than two characters, which the index does not take.
 */
export async function findByText(
  client: SalesforceClient,
  targets: readonly Target[],
  text: string,
  limit: number,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  const digits = text.replace(/\D/g, '');
  const isNumber = /^[\d\s()+./-]+$/.test(text);
  if (isNumber && digits.length >= 3) {
    const rows = await find(client, targets, { words: `${digits}* OR ${digits}`, scope: 'PHONE', limit }, signal);
    return rows.length > 0 ? rows : findStored(client, targets, digits, signal);
  }
  const scope = text.includes('@') ? 'EMAIL' : 'NAME';
  const words = text
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}\p{S}]/u.test(word))
    .slice(0, 10);
  if ([...words.join('').replace(/[^\p{L}\p{N}\p{S}]/gu, '')].length < 2) return [];
  const term = (word: string): string => {
    const escaped = soslWord(word);
    return escaped.startsWith('"') ? escaped : `${escaped}*`;
  };
  return find(client, targets, { words: words.map(term).join(' AND '), scope, limit }, signal);
}

type Find = { readonly words: string; readonly scope: 'PHONE' | 'EMAIL' | 'NAME'; readonly limit: number };

async function find(
  client: SalesforceClient,
  targets: readonly Target[],
  { words, scope, limit }: Find,
  signal: AbortSignal,
): Promise<readonly Fields[]> {
  const returning = targets.map(({ object, fields, where }) => {
    const condition = where === '' ? '' : ` WHERE ${where}`;
    return `${object}(${fields.join(', ')}${condition} LIMIT ${limit})`;
  });
  const sosl = `FIND {${words}} IN ${scope} FIELDS RETURNING ${returning.join(', ')} LIMIT ${limit * targets.length}`;
  const answer = await client.call({ method: 'GET', path: `search/?q=${encodeURIComponent(sosl)}` }, signal);
  return rowsIn(answer, 'searchRecords');
}

function select({ object, fields, where }: Target, condition: string, limit: number): string {
  const conditions = [where, condition].filter((part) => part !== '').join(' AND ');
  return `SELECT ${fields.join(', ')} FROM ${object} WHERE ${conditions} LIMIT ${limit}`;
}
