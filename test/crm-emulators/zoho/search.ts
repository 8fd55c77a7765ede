// SPDX-License-Identifier: MIT
import { readCriteria } from './criteria.ts';
import { Refusal } from './refusal.ts';
import type { Schema } from './schema.ts';
import type { Row } from './store.ts';
import type { ZohoSwitches } from './switches.ts';

/** What the search is asked for: one of criteria, e-mail, number or word; the first of them counts. */
export function searched(query: URLSearchParams, schema: Schema, switches: ZohoSwitches): (row: Row) => boolean {
  const criteria = query.get('criteria');
  const email = query.get('email');
  const phone = query.get('phone');
  const word = query.get('word');
  if (criteria !== null) return readCriteria(criteria, (name) => schema[name] !== undefined);
  if (email !== null) return byType(schema, 'email', (stored) => stored.toLowerCase() === email.toLowerCase());
  if (phone !== null) return byPhone(phone, schema, switches.phone);
  if (word === null || word.length < 2) throw new Refusal(400, 'REQUIRED_PARAM_MISSING', 'mandatory param missing');
  const wanted = wordsOf(word);
  return (row) => {
    const present = Object.values(row).flatMap((value) => (typeof value === 'string' ? wordsOf(value) : []));
    return wanted.every((one) => present.some((other) => other.startsWith(one)));
  };
}

function byPhone(asked: string, schema: Schema, how: ZohoSwitches['phone']): (row: Row) => boolean {
  if (!/^\+?[\d\s().-]{3,}$/.test(asked)) throw new Refusal(400, 'INVALID_QUERY', 'Invalid query formed');
  const digits = asked.replace(/\D/g, '');
  return byType(schema, 'phone', (stored) => {
    if (how === 'whole') return stored === asked;
    const own = stored.replace(/\D/g, '');
    return how === 'digits' ? own === digits : own.includes(digits);
  });
}

function byType(schema: Schema, type: 'phone' | 'email', test: (stored: string) => boolean): (row: Row) => boolean {
  const names = Object.keys(schema).filter((name) => schema[name]?.type === type);
  return (row) => names.some((name) => typeof row[name] === 'string' && row[name] !== '' && test(row[name]));
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/u)
    .filter((one) => one !== '');
}
