// SPDX-License-Identifier: MIT
/**
 * The expressions of 3CX templates. In a text, `[…]` is an expression and everything else stands for itself, with `{{`,
 * `}}` and `^^` for `[`, `]` and `"`. Inside, `[Name]` is a variable, `[Name].Method(…)` a call on its value, `IIf(…)` a
 * function; words and `"…"` are texts, `+ == != < > <= >= && ||` join and compare. `[[Name]]` is the value of Name read
 * as a text with expressions again: how texts that people edit get their variables.
 */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'expand'; readonly name: string }
  | { readonly type: 'join'; readonly parts: readonly Node[] }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly type: 'method'; readonly on: Node; readonly name: string; readonly args: readonly Node[] }
  | { readonly type: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

export class ExpressionError extends Error {}
/** It could be worked out, but would take too much. */
export class LimitError extends ExpressionError {}

const DEEPEST = 30;
const LONGEST = 20_000;
/** Operators and methods one after the other, in one expression. */
const MOST_LINKS = 500;
const LEVELS = [['||'], ['&&'], ['==', '!=', '>=', '<=', '>', '<']] as const;
const OPERATOR = /\|\||&&|==|!=|>=|<=|[<>]/y;
const STOP = /[\])]|,/y;
const VARIABLE = /\s*([A-Za-z_][\w-]*)\s*\]/y;
const FUNCTION = /([A-Za-z_][\w.]*)\(/y;
const METHOD = /\.([A-Za-z_]\w*)\(/y;
const WORD = /[^[\]"(),=!<>|&+\s]+|[=!|&]/y;

/** A text with expressions in it. @throws ExpressionError */
export function parseText(text: string): Node {
  return parser(text).text();
}

/** An expression by itself, such as a condition. @throws ExpressionError */
export function parseExpression(text: string): Node {
  return parser(text).whole();
}

function parser(source: string, depth = 0) {
  if (source.length > LONGEST) throw new ExpressionError('too long');
  let at = 0;
  let level = depth;
  let links = 0;
  /** Inside a pattern, where brackets mean something else. */
  let isPattern = false;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  const sees = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    return pattern.test(source);
  };
  const expect = (char: string): void => {
    take(/\s*/y);
    if (source[at] !== char)
      throw new ExpressionError(`"${char}" is missing after "${source.slice(0, at).slice(-40)}"`);
    at += 1;
  };
  const deeper = <T>(run: () => T): T => {
    level += 1;
    if (level > DEEPEST) throw new ExpressionError('too deep');
    const result = run();
    level -= 1;
    return result;
  };

  /** A chain is as deep as it is long. */
  const linked = (node: Node): Node => {
    links += 1;
    if (links > MOST_LINKS) throw new ExpressionError('too long');
    return node;
  };

  const text = (): Node => {
    const parts: Node[] = [];
    let plain = '';
    const flush = () => {
      if (plain !== '') parts.push({ type: 'text', text: plain });
      plain = '';
    };
    while (at < source.length) {
      const sign = take(/\{\{|\}\}|\^\^/y)?.[0];
      if (sign !== undefined) plain += { '{{': '[', '}}': ']' }[sign] ?? '"';
      else if (source[at] === '[') {
        flush();
        parts.push(bracket());
      } else plain += source[at++];
    }
    flush();
    return joined(parts);
  };

  const bracket = (): Node =>
    deeper(() => {
      const start = at;
      at += 1;
      const variable = take(VARIABLE);
      if (variable !== null) return { type: 'variable', name: variable[1] ?? '' };
      const isQuoted = source[at] === '"';
      const inner = expression();
      expect(']');
      if (inner.type === 'variable') return { type: 'expand', name: inner.name };
      // Words in brackets are words in brackets.
      return inner.type === 'text' && !isQuoted ? { type: 'text', text: source.slice(start, at) } : inner;
    });

  const expression = (step = 0): Node => {
    const operators: readonly string[] | undefined = LEVELS[step];
    if (operators === undefined) return sum();
    let left = expression(step + 1);
    for (;;) {
      take(/\s*/y);
      const operator = operators.find((one) => source.startsWith(one, at));
      if (operator === undefined) return left;
      at += operator.length;
      left = linked({ type: 'binary', operator, left, right: expression(step + 1) });
    }
  };

  const sum = (): Node => {
    let left = operand();
    while (take(/\s*\+/y) !== null) left = linked({ type: 'binary', operator: '+', left, right: operand() });
    return left;
  };

  /** Words, texts and brackets side by side are one text; space counts between them alone. */
  const operand = (): Node => {
    const parts: Node[] = [];
    take(/\s*/y);
    for (;;) {
      const space = take(/\s*/y)?.[0] ?? '';
      const isEnd = at >= source.length || sees(STOP) || sees(OPERATOR) || (source[at] === '+' && parts.length > 0);
      if (isEnd) return joined(parts);
      if (space !== '' && parts.length > 0) parts.push({ type: 'text', text: space });
      parts.push(piece(parts.length === 0));
    }
  };

  const piece = (isFirst: boolean): Node => {
    if (source[at] === '"') return methods(quoted());
    if (source[at] === '[') return methods(bracket());
    const call = take(FUNCTION);
    if (call !== null) {
      const name = call[1] ?? '';
      return methods(deeper(() => ({ type: 'call', name, args: args(name.startsWith('Regex.') ? 1 : null) })));
    }
    if (source[at] === '(' && isFirst) {
      return deeper(() => {
        at += 1;
        const inner = expression();
        expect(')');
        return inner;
      });
    }
    const word = take(WORD)?.[0] ?? source[at++];
    return { type: 'text', text: word ?? '' };
  };

  /** Up to the next quotation mark; there is no way to write one in it but `^^`. */
  const quoted = (): Node => {
    const end = source.indexOf('"', at + 1);
    if (end < 0) throw new ExpressionError('a text in quotation marks does not end');
    const inner = source.slice(at + 1, end);
    at = end + 1;
    if (isPattern) return { type: 'text', text: inner };
    try {
      return parser(inner, level + 1).text();
    } catch {
      return { type: 'text', text: inner };
    }
  };

  const methods = (on: Node): Node => {
    let node = on;
    for (let method = take(METHOD); method !== null; method = take(METHOD)) {
      const name = method[1] ?? '';
      node = linked({ type: 'method', on: node, name, args: deeper(() => args(null)) });
    }
    return node;
  };

  /** After the opening bracket. */
  const args = (pattern: number | null): readonly Node[] => {
    const found: Node[] = [];
    if (take(/\s*\)/y) !== null) return found;
    for (;;) {
      isPattern = found.length === pattern;
      found.push(expression());
      isPattern = false;
      if (take(/\s*,/y) !== null) continue;
      expect(')');
      return found;
    }
  };

  return {
    text,
    whole(): Node {
      const node = expression();
      take(/\s*/y);
      if (at < source.length) throw new ExpressionError(`nothing is expected at "${source.slice(at, at + 40)}"`);
      return node;
    },
  };
}

function joined(pieces: readonly Node[]): Node {
  const parts: Node[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (last?.type === 'text' && piece.type === 'text') parts[parts.length - 1] = text(last.text + piece.text);
    else parts.push(piece);
  }
  const [only] = parts;
  if (only === undefined) return text('');
  return parts.length === 1 ? only : { type: 'join', parts };
}

function text(words: string): Node {
  return { type: 'text', text: words };
}
