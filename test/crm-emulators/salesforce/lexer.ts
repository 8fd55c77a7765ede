// SPDX-License-Identifier: MIT
import { Refusal } from './refusal.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  /**
   * `text` has its escapes undone; `\_` and `\%`, which only LIKE knows, stand there after half a surrogate: no text
   * that comes over the network can hold one.
   */
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'sign'; readonly text: string };

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** SOQL in pieces, as strictly as the platform reads it: a backslash before anything else is an error. */
export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest)?.[0];
    const word = /^[\w.:+-]+/.exec(rest)?.[0];
    const sign = /^(?:!=|<>|<=|>=|[=<>(),])/.exec(rest)?.[0];
    if (space !== undefined) at += space.length;
    else if (rest.startsWith("'")) {
      const { value, length } = readString(rest);
      tokens.push({ kind: 'string', text: value });
      at += length;
    } else if (word !== undefined) {
      tokens.push({ kind: 'word', text: word });
      at += word.length;
    } else if (sign !== undefined) {
      tokens.push({ kind: 'sign', text: sign });
      at += sign.length;
    } else throw new Refusal(400, 'MALFORMED_QUERY', `unexpected token: '${rest[0] ?? ''}'`);
  }
  return tokens;
}

function readString(rest: string): { value: string; length: number } {
  let value = '';
  for (let at = 1; at < rest.length; at += 1) {
    const letter = rest[at] ?? '';
    if (letter === "'") return { value, length: at + 1 };
    if (letter === '\n' || letter === '\r') break;
    if (letter !== '\\') {
      value += letter;
      continue;
    }
    at += 1;
    const escaped = rest[at] ?? '';
    if (escaped === '_' || escaped === '%') value += `\uDC00${escaped}`;
    else if (ESCAPES[escaped] !== undefined) value += ESCAPES[escaped];
    else throw new Refusal(400, 'MALFORMED_QUERY', `Invalid string literal. Illegal character sequence '\\${escaped}'`);
  }
  throw new Refusal(400, 'MALFORMED_QUERY', 'string literal is not closed');
}

/** Reads tokens one after the other. */
export class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  next(): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new Refusal(400, 'MALFORMED_QUERY', 'unexpected end of query');
    this.#at += 1;
    return token;
  }

  /** Takes the token when it is this word (in any case) or sign. */
  take(text: string): boolean {
    const token = this.peek();
    if (token === undefined || token.kind === 'string' || token.text.toUpperCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text))
      throw new Refusal(400, 'MALFORMED_QUERY', `expecting ${text} near '${this.peek()?.text ?? ''}'`);
  }

  word(): string {
    const token = this.next();
    if (token.kind !== 'word') throw new Refusal(400, 'MALFORMED_QUERY', `unexpected token: '${token.text}'`);
    return token.text;
  }

  isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }
}
