// SPDX-License-Identifier: MIT
import { ExpressionError } from './parse.ts';

const LONGEST_TEXT = 300;
const LONGEST_PATTERN = 200;
const MOST = { quantifiers: 3, endless: 2, alternatives: 4 } as const;

/**
 * A pattern that cannot keep the computer busy: no repeated groups, no back references, no looking around, and few
 * repetitions, so that the work grows with a small power of a short text.
 *
 * @throws ExpressionError for a pattern beyond that
 */
export function safePattern(pattern: string): RegExp {
  // Classes and escapes are one character each for what follows.
  const shape = pattern
    .replace(/\[\^?(?:\\.|[^\]\\])*\]/g, 'x')
    .replace(/\\(?:[dDwWsSbB]|[^A-Za-z0-9])/g, 'x')
    .replace(/([*+?}])\?/g, '$1');
  const quantifiers = shape.match(/[*+?]|\{\d/g)?.length ?? 0;
  const endless = shape.match(/[*+]|\{\d+,\d*\}|\{\d{2,}\}/g)?.length ?? 0;
  const isSafe =
    pattern.length <= LONGEST_PATTERN &&
    !/\\|\(\?(?!:)|\)[*+?{]|[*+?}][*+?{]/.test(shape) &&
    quantifiers <= MOST.quantifiers &&
    endless <= MOST.endless &&
    (shape.match(/\|/g)?.length ?? 0) <= MOST.alternatives;
  if (!isSafe) throw new ExpressionError(`the pattern ${pattern.slice(0, 60)} is too much`);
  try {
    return new RegExp(pattern, 'g');
  } catch {
    throw new ExpressionError(`the pattern ${pattern.slice(0, 60)} cannot be read`);
  }
}

/** @throws ExpressionError as `safePattern`, and for a long text */
export function replaceByPattern(text: string, pattern: string, replacement: string): string {
  return short(text).replace(safePattern(pattern), replacement);
}

/** @throws ExpressionError as `replaceByPattern` */
export function matchesPattern(text: string, pattern: string): boolean {
  return safePattern(pattern).test(short(text));
}

function short(text: string): string {
  if (text.length > LONGEST_TEXT) throw new ExpressionError('a text is too long for a pattern');
  return text;
}
