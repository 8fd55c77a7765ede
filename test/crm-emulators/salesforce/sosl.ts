// SPDX-License-Identifier: MIT
import { readCondition } from './conditions.ts';
import type { ObjectName } from './ids.ts';
import { lex, Reader } from './lexer.ts';
import { Refusal } from './refusal.ts';
import { objectName, readFields, readLimit, select, shape } from './soql.ts';
import { readSearch, type Search, type Term } from './sosl-words.ts';
import type { Row, Store } from './store.ts';
import type { SalesforceSwitches } from './switches.ts';

export type Scope = 'ALL' | 'NAME' | 'EMAIL' | 'PHONE';
const MOST_ROWS = 2_000;

/** Runs `FIND {…} [IN … FIELDS] RETURNING Object(fields [WHERE …] [LIMIT n]), … [LIMIT n]`. */
export function search(store: Store, text: string, switches: SalesforceSwitches): unknown {
  const opening = /^\s*FIND\s*\{/i.exec(text)?.[0];
  const words = opening === undefined ? null : untilBrace(text.slice(opening.length));
  if (opening === undefined || words === null) throw new Refusal(400, 'MALFORMED_SEARCH', 'expecting FIND {');
  const wanted = readSearch(words);
  const reader = new Reader(lex(text.slice(opening.length + words.length + 1)));
  const scope = readScope(reader);
  reader.expect('RETURNING');
  const records: unknown[] = [];
  do {
    const object = objectName(reader.word(), switches.noAccess);
    reader.expect('(');
    const fields = readFields(reader);
    const condition = reader.take('WHERE') ? readCondition(reader) : () => true;
    const limit = readLimit(reader) ?? MOST_ROWS;
    reader.expect(')');
    for (const field of fields) store.read(object, {}, field);
    const hits = select(store, object, condition).filter((row) => finds(store, object, row, wanted, scope, switches));
    records.push(...hits.slice(0, limit).map((row) => shape(store, object, row, fields)));
  } while (reader.take(','));
  const limit = readLimit(reader) ?? MOST_ROWS;
  if (!reader.isDone()) throw new Refusal(400, 'MALFORMED_SEARCH', `unexpected token: ${reader.next().text}`);
  return { searchRecords: records.slice(0, limit) };
}

/** Up to the first brace that is not escaped; null when there is none. */
function untilBrace(text: string): string | null {
  return /^(?:\\[\s\S]|[^\\}])*(?=\})/.exec(text)?.[0] ?? null;
}

function readScope(reader: Reader): Scope {
  if (!reader.take('IN')) return 'ALL';
  const scope = reader.word().toUpperCase();
  reader.expect('FIELDS');
  if (!['ALL', 'NAME', 'EMAIL', 'PHONE'].includes(scope)) throw new Refusal(400, 'MALFORMED_SEARCH', `scope ${scope}`);
  return scope as Scope;
}

/** Whether the index has this row for the search: freshly made records may be missing. */
export function finds(
  store: Store,
  object: ObjectName,
  row: Row,
  wanted: Search,
  scope: Scope,
  switches: SalesforceSwitches,
): boolean {
  if (!store.isIndexed(String(row.Id))) return false;
  const fields = Object.entries(store.fields(object));
  const texts = (type: string) =>
    fields.filter(([, field]) => field.type === type).map(([name]) => String(row[name] ?? ''));
  const names = [String(row.Name ?? ''), ...(scope === 'ALL' ? texts('string') : [])];
  const matches = (term: Term): boolean =>
    ((scope === 'NAME' || scope === 'ALL') && names.some((name) => inText(term, name))) ||
    ((scope === 'EMAIL' || scope === 'ALL') && texts('email').some((one) => inText(term, one))) ||
    ((scope === 'PHONE' || scope === 'ALL') && texts('phone').some((one) => isNumber(term, one, switches)));
  return wanted(matches);
}

/** Words are split at spaces, punctuation and between letters and digits; the words of a term follow each other. */
export function tokens(text: string): string[] {
  return text.toLowerCase().match(/\p{N}+|[\p{L}\p{M}]+|\p{S}+/gu) ?? [];
}

/** Wildcards are halves of surrogates here: no text that comes over the network can hold one. */
function inText({ letters }: Term, text: string): boolean {
  const source = letters
    .map(({ letter, isWild }) => {
      if (isWild) return letter === '*' ? '\uDC00' : '\uDC01';
      return letter;
    })
    .join('');
  const words =
    source.toLowerCase().match(/[\p{N}\uDC00\uDC01]+|[\p{L}\p{M}\uDC00\uDC01]+|[\p{S}\uDC00\uDC01]+/gu) ?? [];
  const patterns = words.map((word) => {
    const quoted = word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return new RegExp(`^${quoted.replace(/\uDC00/gu, '.*').replace(/\uDC01/gu, '.')}$`, 'u');
  });
  if (patterns.length === 0) return false;
  const present = tokens(text);
  return present.some((_, at) => patterns.every((pattern, offset) => pattern.test(present[at + offset] ?? '')));
}

function isNumber({ letters }: Term, stored: string, { digits }: SalesforceSwitches): boolean {
  const wanted = letters
    .map(({ letter }) => letter)
    .join('')
    .replace(/\D/g, '');
  const present = stored.replace(/\D/g, '');
  if (wanted === '' || present === '') return false;
  const isPrefix = letters.at(-1)?.isWild === true && present.startsWith(wanted);
  return (
    isPrefix ||
    (digits.whole && present === wanted) ||
    (digits.national && wanted.length >= 9 && present.endsWith(wanted)) ||
    (digits.tail && wanted.length === 7 && present.endsWith(wanted))
  );
}
