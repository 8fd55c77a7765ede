// SPDX-License-Identifier: MIT
import { formatMoment, formatNumber } from './format.ts';
import { ExpressionError } from './parse.ts';
import { matchesPattern, replaceByPattern } from './safe-regex.ts';
import { type Moment, numberOf, type Span, textOf, type Value } from './value.ts';

type Method<T> = (on: T, args: readonly Value[]) => Value;

const MOST_PADDING = 200;

const text =
  (run: (on: string, ...args: string[]) => string): Method<string> =>
  (on, args) =>
    run(on, ...args.map(textOf));

/** .NET's methods on text, as far as they make text, numbers or truth of it. */
const TEXT: Readonly<Record<string, Method<string>>> = {
  ToString: (on) => on,
  ToLower: (on) => on.toLowerCase(),
  ToLowerInvariant: (on) => on.toLowerCase(),
  ToUpper: (on) => on.toUpperCase(),
  ToUpperInvariant: (on) => on.toUpperCase(),
  Trim: text((on, chars) => trimmed(on, chars, true, true)),
  TrimStart: text((on, chars) => trimmed(on, chars, true, false)),
  TrimEnd: text((on, chars) => trimmed(on, chars, false, true)),
  Replace: text((on, from = '', to = '') => (from === '' ? on : on.replaceAll(from, () => to))),
  Substring: (on, [start = 0, length = null]) => part(on, start, length),
  Remove: (on, [start = 0, length = null]) => {
    const from = index(start);
    return on.slice(0, from) + (length === null ? '' : on.slice(from + index(length)));
  },
  Insert: (on, [start = 0, more = '']) => on.slice(0, index(start)) + textOf(more) + on.slice(index(start)),
  PadLeft: (on, [width = 0, fill = ' ']) => on.padStart(Math.min(MOST_PADDING, index(width)), textOf(fill)),
  PadRight: (on, [width = 0, fill = ' ']) => on.padEnd(Math.min(MOST_PADDING, index(width)), textOf(fill)),
  Contains: (on, [wanted = '']) => on.includes(textOf(wanted)),
  StartsWith: (on, [wanted = '']) => on.startsWith(textOf(wanted)),
  EndsWith: (on, [wanted = '']) => on.endsWith(textOf(wanted)),
  Equals: (on, [other = '']) => on === textOf(other),
  IndexOf: (on, [wanted = '']) => on.indexOf(textOf(wanted)),
  LastIndexOf: (on, [wanted = '']) => on.lastIndexOf(textOf(wanted)),
  get_Length: (on) => on.length,
};

const NUMBER: Readonly<Record<string, Method<number>>> = {
  ToString: (on, [format = '']) => formatNumber(on, textOf(format)),
};

const shifted =
  (unitMs: number): Method<Moment> =>
  (on, [count = 0]) => ({ ...on, at: on.at + (numberOf(count) ?? 0) * unitMs });

const MOMENT: Readonly<Record<string, Method<Moment>>> = {
  ToString: (on, [format]) => (format === undefined ? textOf(on) : formatMoment(on, textOf(format))),
  ToUniversalTime: (on) => ({ ...on, offsetMs: 0 }),
  AddSeconds: shifted(1_000),
  AddMinutes: shifted(60_000),
  AddHours: shifted(3_600_000),
  AddDays: shifted(86_400_000),
};

const SPAN: Readonly<Record<string, Method<Span>>> = {
  ToString: (on) => textOf(on),
  get_TotalMilliseconds: ({ ms }) => ms,
  get_TotalSeconds: ({ ms }) => ms / 1_000,
  get_TotalMinutes: ({ ms }) => ms / 60_000,
  get_TotalHours: ({ ms }) => ms / 3_600_000,
  get_Seconds: ({ ms }) => Math.trunc(ms / 1_000) % 60,
  get_Minutes: ({ ms }) => Math.trunc(ms / 60_000) % 60,
  get_Hours: ({ ms }) => Math.trunc(ms / 3_600_000) % 24,
};

/** Functions without a value they are called on; `IIf` is the evaluator's. */
const FUNCTIONS: Readonly<Record<string, (args: readonly Value[]) => Value>> = {
  'Regex.Replace': ([on = '', pattern = '', to = '']) => replaceByPattern(textOf(on), textOf(pattern), textOf(to)),
  'Regex.IsMatch': ([on = '', pattern = '']) => matchesPattern(textOf(on), textOf(pattern)),
};

export const METHOD_NAMES: ReadonlySet<string> = new Set([TEXT, NUMBER, MOMENT, SPAN].flatMap(Object.keys));
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(['IIf', ...Object.keys(FUNCTIONS)]);

/** @throws ExpressionError for a function nobody knows */
export function callFunction(name: string, args: readonly Value[]): Value {
  const run = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (run === undefined) throw new ExpressionError(`the function ${name} is unknown`);
  return run(args);
}

/** A method of the value's own kind, or of its text. Of nothing (a time that never came) everything is nothing. */
export function callMethod(on: Value, name: string, args: readonly Value[]): Value {
  if (on === null) return null;
  const own = typeof on === 'number' ? pick(NUMBER, name)?.(on, args) : special(on, name, args);
  if (own !== undefined) return own;
  const run = pick(TEXT, name);
  if (run === undefined) throw new ExpressionError(`the method ${name} is unknown`);
  return run(textOf(on), args);
}

function special(on: Exclude<Value, null | number>, name: string, args: readonly Value[]): Value | undefined {
  if (typeof on !== 'object') return undefined;
  return on.kind === 'moment' ? pick(MOMENT, name)?.(on, args) : pick(SPAN, name)?.(on, args);
}

function pick<T>(methods: Readonly<Record<string, Method<T>>>, name: string): Method<T> | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

function index(value: Value): number {
  return Math.max(0, Math.trunc(numberOf(value) ?? 0));
}

/** Beyond the end there is nothing, where .NET would stop with an error. */
function part(on: string, start: Value, length: Value): string {
  const from = index(start);
  return length === null ? on.slice(from) : on.slice(from, from + index(length));
}

function trimmed(on: string, chars: string | undefined, start: boolean, end: boolean): string {
  const goes = (char: string) => (chars === undefined || chars === '' ? /\s/.test(char) : chars.includes(char));
  let [from, to] = [0, on.length];
  while (start && from < to && goes(on[from] ?? '')) from += 1;
  while (end && to > from && goes(on[to - 1] ?? '')) to -= 1;
  return on.slice(from, to);
}
