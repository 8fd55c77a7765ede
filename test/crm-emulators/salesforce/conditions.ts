// SPDX-License-Identifier: MIT
import type { Reader } from './lexer.ts';
import { Refusal } from './refusal.ts';

export type Value = string | number | boolean | null;
/** What a field path of a row is; throws INVALID_FIELD for one that is not there. */
export type ReadPath = (path: string) => Value;
export type Condition = (read: ReadPath) => boolean;

/** WHERE as SOQL has it: AND, OR, NOT, brackets, comparisons, LIKE, IN. */
export function readCondition(reader: Reader): Condition {
  const or = (): Condition => {
    const parts = [and()];
    while (reader.take('OR')) parts.push(and());
    return (read) => parts.map((part) => part(read)).some(Boolean);
  };
  const and = (): Condition => {
    const parts = [not()];
    while (reader.take('AND')) parts.push(not());
    return (read) => parts.map((part) => part(read)).every(Boolean);
  };
  const not = (): Condition => {
    if (reader.take('NOT')) {
      const inner = not();
      return (read) => !inner(read);
    }
    if (!reader.take('(')) return comparison(reader);
    const inner = or();
    reader.expect(')');
    return inner;
  };
  return or();
}

function comparison(reader: Reader): Condition {
  const path = reader.word();
  if (reader.take('LIKE')) {
    const token = reader.next();
    if (token.kind !== 'string') throw new Refusal(400, 'MALFORMED_QUERY', 'LIKE wants a string');
    const pattern = likePattern(token.text);
    return (read) => pattern.test(String(read(path) ?? ''));
  }
  if (reader.take('IN')) {
    reader.expect('(');
    const wanted = [literal(reader)];
    while (reader.take(',')) wanted.push(literal(reader));
    reader.expect(')');
    return (read) => wanted.some((value) => compare(read(path), value) === 0);
  }
  const sign = reader.next().text;
  const value = literal(reader);
  const tests: Readonly<Record<string, (order: number | null) => boolean>> = {
    '=': (order) => order === 0,
    '!=': (order) => order !== 0,
    '<>': (order) => order !== 0,
    '<': (order) => order !== null && order < 0,
    '<=': (order) => order !== null && order <= 0,
    '>': (order) => order !== null && order > 0,
    '>=': (order) => order !== null && order >= 0,
  };
  const test = tests[sign];
  if (test === undefined) throw new Refusal(400, 'MALFORMED_QUERY', `unexpected token: '${sign}'`);
  return (read) => test(compare(read(path), value));
}

function literal(reader: Reader): Value {
  const token = reader.next();
  if (token.kind === 'string') {
    if (/\uDC00/u.test(token.text)) {
      throw new Refusal(400, 'MALFORMED_QUERY', 'Invalid string literal. Illegal character sequence outside LIKE');
    }
    return token.text;
  }
  const word = token.text;
  if (/^(?:true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  if (/^null$/i.test(word)) return null;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?(?:Z|[+-]\d\d:\d\d)$/.test(word)) return new Date(word).toISOString();
  if (/^\d{4}-\d\d-\d\d$/.test(word) || /^-?\d+(?:\.\d+)?$/.test(word))
    return /-\d\d-/.test(word) ? word : Number(word);
  throw new Refusal(400, 'MALFORMED_QUERY', `unexpected token: '${word}'`);
}

/** Texts are compared without regard to case, as the platform does; null when the two cannot be ordered. */
function compare(a: Value, b: Value): number | null {
  if (a === null || b === null) return a === b ? 0 : null;
  if (typeof a === 'string' && typeof b === 'string') {
    const [left, right] = [a.toLowerCase(), b.toLowerCase()];
    return left === right ? 0 : left < right ? -1 : 1;
  }
  if (typeof a !== typeof b)
    throw new Refusal(400, 'INVALID_FIELD', 'value of filter criterion must be of the right type');
  return Number(a) - Number(b);
}

function likePattern(text: string): RegExp {
  const source = text.replace(/\uDC00([_%])|[\s\S]/gu, (one, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    if (one === '%') return '[\\s\\S]*';
    if (one === '_') return '[\\s\\S]';
    return one.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'iu');
}
