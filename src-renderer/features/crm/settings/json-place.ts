// SPDX-License-Identifier: MIT
/** Where in a text something stands, counted from one as editors do. */
export type Place = { readonly line: number; readonly column: number; readonly offset: number };

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, offset };
}

/** What JSON wants at the place where it is not. */
export type Expected = 'value' | 'key' | 'colon' | 'comma' | 'end';

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly expected: Expected; readonly place: Place };

/** JSON as the platform reads it. Its messages name no place, so a mistake is looked for here. */
export function readJson(text: string): JsonReading {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    const { expected, at } = mistakeIn(text);
    return { ok: false, expected, place: placeAt(text, at) };
  }
}

/**
 * The place of a value in valid JSON by its path, `operations`, `me`, `path`: that of its key, or of the item in a list.
 * Null where there is no such value.
 */
export function placeOfPath(text: string, path: readonly string[]): Place | null {
  const wanted = path.join('\u0000');
  const found = path.length === 0 ? undefined : [...walk(text)].find((step) => step.path.join('\u0000') === wanted);
  return found === undefined ? null : placeAt(text, found.at);
}

type Token = { readonly text: string; readonly at: number };
type Step = { readonly path: readonly string[]; readonly at: number };
class Mistake extends Error {
  readonly expected: Expected;
  readonly at: number;

  constructor(expected: Expected, at: number) {
    super(expected);
    this.expected = expected;
    this.at = at;
  }
}

const TOKEN = /[ \t\n\r]*("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|[{}[\],:]|[^\s{}[\],:"]+|"|$)/uy;
const SIMPLE = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

function mistakeIn(text: string): { readonly expected: Expected; readonly at: number } {
  try {
    for (const _ of walk(text));
  } catch (thrown) {
    if (thrown instanceof Mistake) return thrown;
  }
  return { expected: 'value', at: 0 };
}

/** Every key and every item of a list with its path, in order. @throws Mistake where the text is no JSON any more */
function* walk(text: string): Generator<Step> {
  const tokens = tokensOf(text);
  let token = tokens.next().value;
  const next = (): Token => {
    const taken = token;
    token = tokens.next().value;
    return taken;
  };
  const take = (wanted: string, expected: Expected): void => {
    if (token.text !== wanted) throw new Mistake(expected, token.at);
    next();
  };
  function* value(path: readonly string[]): Generator<Step> {
    if (token.text === '{') return yield* members(path);
    if (token.text === '[') return yield* items(path);
    if (!SIMPLE.test(token.text) && !isString(token.text)) throw new Mistake('value', token.at);
    next();
  }
  function* members(path: readonly string[]): Generator<Step> {
    next();
    for (let first = true; token.text !== '}'; first = false) {
      if (!first) take(',', 'comma');
      if (!isString(token.text)) throw new Mistake('key', token.at);
      const inner = [...path, JSON.parse(token.text) as string];
      yield { path: inner, at: token.at };
      next();
      take(':', 'colon');
      yield* value(inner);
    }
    next();
  }
  function* items(path: readonly string[]): Generator<Step> {
    next();
    for (let index = 0; token.text !== ']'; index += 1) {
      if (index > 0) take(',', 'comma');
      const inner = [...path, String(index)];
      yield { path: inner, at: token.at };
      yield* value(inner);
    }
    next();
  }
  yield* value([]);
  if (token.text !== '') throw new Mistake('end', token.at);
}

function isString(token: string): boolean {
  return token.length > 1 && token.startsWith('"');
}

/** The end is an empty token, again and again. */
function* tokensOf(text: string): Generator<Token, Token> {
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const token = match?.[1] ?? '';
    const start = match === null ? text.length : match.index + match[0].length - token.length;
    yield { text: token, at: start };
    at = start + token.length;
  }
}
