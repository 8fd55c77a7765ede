// SPDX-License-Identifier: MIT
import { Refusal } from './refusal.ts';
import { type Field, MODULE_NAMES, type ModuleName, type Schema } from './schema.ts';
import type { Row } from './store.ts';

type Condition = (row: Row) => boolean;

export type Select = {
  readonly module: ModuleName;
  readonly fields: readonly string[];
  readonly where: Condition;
  readonly limit: number;
  readonly offset: number;
};

const TOKEN = /\s*(?:('(?:[^'\\]|'')*')|([A-Za-z_$][\w.$]*)|(\d+)|(>=|<=|!=|[=<>(),]))/y;
const MOST_CONDITIONS = 25;

/**
 * The part of COQL a telephone needs, read strictly: no query without WHERE, two conditions to each pair of brackets, a
 * pattern open at its ends only, no conditions on long texts, quotes doubled and no backslashes.
 *
 * @param schemaFor throws for a module that is not there
 */
export function readQuery(
  text: string,
  schemaFor: (module: ModuleName) => Schema,
  { phoneLike }: { readonly phoneLike: boolean },
): Select {
  const words = lex(text);
  let at = 0;
  let count = 0;
  const peek = (): string => (words[at] ?? '').toLowerCase();
  const next = (): string => words[at++] ?? '';
  const take = (word: string): void => {
    if (next().toLowerCase() !== word) throw syntax(`${word} expected`);
  };

  take('select');
  const fields = [next()];
  while (peek() === ',') {
    at += 1;
    fields.push(next());
  }
  take('from');
  const module = MODULE_NAMES.find((name) => name === words[at]);
  at += 1;
  if (module === undefined) throw new Refusal(400, 'INVALID_QUERY', 'module not found');
  const schema = schemaFor(module);
  for (const name of fields) if (schema[name] === undefined) throw unknownField(name);

  function primary(): Condition {
    if (peek() !== '(') return comparison();
    at += 1;
    const condition = pair();
    take(')');
    return condition;
  }

  function pair(): Condition {
    const left = primary();
    const operator = peek();
    if (operator !== 'and' && operator !== 'or') return left;
    at += 1;
    const right = primary();
    if (peek() === 'and' || peek() === 'or') throw syntax('conditions are paired by brackets');
    return operator === 'and' ? (row) => left(row) && right(row) : (row) => left(row) || right(row);
  }

  function comparison(): Condition {
    count += 1;
    if (count > MOST_CONDITIONS) throw new Refusal(400, 'LIMIT_EXCEEDED', 'maximum criteria limit exceeded');
    const name = next();
    const field = schema[name];
    if (field === undefined) throw unknownField(name);
    if (field.type === 'textarea') throw new Refusal(400, 'INVALID_QUERY', 'field is not supported in criteria');
    const operator = next().toLowerCase();
    const value = unquoted(next());
    if (operator === 'like') {
      if (field.type === 'phone' && !phoneLike) throw new Refusal(400, 'INVALID_QUERY', 'comparator is not supported');
      return like(name, value);
    }
    return compare(name, field, operator, value);
  }

  take('where');
  const where = pair();
  let limit = 200;
  let offset = 0;
  if (peek() === 'limit') {
    at += 1;
    limit = Number(next());
  }
  if (peek() === 'offset') {
    at += 1;
    offset = Number(next());
  }
  if (at < words.length || !(limit >= 1 && limit <= 2_000)) throw syntax('end expected');
  return { module, fields, where, limit, offset };
}

function lex(text: string): readonly string[] {
  const words: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (found === null) throw syntax('unreadable');
    words.push(found[0].trim());
  }
  return words;
}

function unquoted(word: string): string {
  if (!word.startsWith("'")) throw syntax('a text in quotes expected');
  return word.slice(1, -1).replaceAll("''", "'");
}

function like(name: string, pattern: string): Condition {
  const inner = pattern.replace(/^%/, '').replace(/%$/, '').toLowerCase();
  if (inner.includes('%')) throw new Refusal(400, 'INVALID_QUERY', 'a pattern is open at its ends only');
  const [isOpenLeft, isOpenRight] = [pattern.startsWith('%'), pattern.endsWith('%')];
  return (row) => {
    const stored = String(row[name] ?? '').toLowerCase();
    if (isOpenLeft && isOpenRight) return stored.includes(inner);
    if (isOpenLeft) return stored.endsWith(inner);
    return isOpenRight ? stored.startsWith(inner) : stored === inner;
  };
}

function compare(name: string, { type }: Field, operator: string, value: string): Condition {
  const order = (row: Row): number => {
    const stored = row[name];
    if (stored === undefined || stored === null) return Number.NaN;
    if (type === 'datetime') return Date.parse(String(stored)) - Date.parse(value);
    const [a, b] = [String(stored).toLowerCase(), value.toLowerCase()];
    return a === b ? 0 : a < b ? -1 : 1;
  };
  switch (operator) {
    case '=':
      return (row) => order(row) === 0;
    case '!=':
      return (row) => order(row) !== 0;
    case '>=':
      return (row) => order(row) >= 0;
    case '<=':
      return (row) => order(row) <= 0;
    default:
      throw syntax(`comparator ${operator}`);
  }
}

function syntax(message: string): Refusal {
  return new Refusal(400, 'SYNTAX_ERROR', message);
}

function unknownField(name: string): Refusal {
  return new Refusal(400, 'INVALID_QUERY', 'invalid query formed', { column_name: name });
}
