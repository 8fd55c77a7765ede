// SPDX-License-Identifier: MIT
import { Refusal } from './refusal.ts';

/** One word or phrase of a search; `isWild` says which of its letters are wildcards. */
export type Term = { readonly letters: readonly { readonly letter: string; readonly isWild: boolean }[] };
export type Search = (matches: (term: Term) => boolean) => boolean;

const RESERVED = new Set([...'?&|!{}[]()^~*:\\"\'+-']);

/**
 * What stands between the braces of FIND, as strictly as the documentation puts it: reserved characters are escaped
 * or mean something, a word does not begin with a wildcard, AND, OR and NOT are operators unless in double quotes.
 */
export function readSearch(text: string): Search {
  const pieces = split(text);
  const sure = pieces
    .flatMap((piece) => (piece.kind === 'term' ? piece.term.letters : []))
    .filter(({ isWild }) => !isWild);
  if (sure.length < 2) throw new Refusal(400, 'MALFORMED_SEARCH', 'search term must be longer than one character');
  let at = 0;
  const malformed = (what: string) => new Refusal(400, 'MALFORMED_SEARCH', `No viable alternative at ${what}`);
  const operator = (word: string): boolean => {
    const piece = pieces[at];
    if (piece?.kind !== 'operator' || piece.text !== word) return false;
    at += 1;
    return true;
  };
  const one = (): Search => {
    if (operator('(')) {
      const inner = any();
      if (!operator(')')) throw malformed('end of brackets');
      return inner;
    }
    const piece = pieces[at];
    if (piece?.kind !== 'term') throw malformed(piece?.text ?? 'end');
    at += 1;
    return (matches) => matches(piece.term);
  };
  const all = (): Search => {
    const parts = [one()];
    for (;;) {
      if (operator('AND')) {
        const isNot = operator('NOT');
        const part = one();
        parts.push(isNot ? (matches) => !part(matches) : part);
      } else if (pieces[at]?.kind === 'term' || pieces[at]?.text === '(') parts.push(one());
      else break;
    }
    return (matches) => parts.every((part) => part(matches));
  };
  const any = (): Search => {
    const parts = [all()];
    while (operator('OR')) parts.push(all());
    return (matches) => parts.some((part) => part(matches));
  };
  const search = any();
  if (at < pieces.length) throw malformed(pieces[at]?.text ?? '');
  return search;
}

type Piece =
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'term'; readonly text: string; readonly term: Term };

function split(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let letters: { letter: string; isWild: boolean }[] = [];
  let isQuoted = false;
  let wasQuoted = false;
  const end = (): void => {
    const word = letters.map(({ letter }) => letter).join('');
    const isOperator = !wasQuoted && /^(?:and|or|not)$/i.test(word) && letters.every(({ isWild }) => !isWild);
    if (isOperator) pieces.push({ kind: 'operator', text: word.toUpperCase() });
    else if (letters.length > 0) {
      if (letters[0]?.isWild) throw new Refusal(400, 'MALFORMED_SEARCH', 'a search term may not begin with a wildcard');
      pieces.push({ kind: 'term', text: word, term: { letters } });
    }
    letters = [];
    wasQuoted = false;
  };
  const symbols = [...text];
  for (let at = 0; at < symbols.length; at += 1) {
    const letter = symbols[at] ?? '';
    if (letter === '\\') {
      at += 1;
      const escaped = symbols[at] ?? '';
      if (!RESERVED.has(escaped)) throw new Refusal(400, 'MALFORMED_SEARCH', `illegal escape \\${escaped}`);
      letters.push({ letter: escaped, isWild: false });
    } else if (letter === '"') {
      if (isQuoted) wasQuoted = true;
      isQuoted = !isQuoted;
    } else if (/\s/u.test(letter) && !isQuoted) end();
    else if ((letter === '(' || letter === ')') && !isQuoted) {
      end();
      pieces.push({ kind: 'operator', text: letter });
    } else if (letter === '*' || letter === '?') letters.push({ letter, isWild: true });
    else if (RESERVED.has(letter))
      throw new Refusal(400, 'MALFORMED_SEARCH', `line 1:${at} mismatched character '${letter}'`);
    else letters.push({ letter, isWild: false });
  }
  if (isQuoted) throw new Refusal(400, 'MALFORMED_SEARCH', 'a double quote is not closed');
  end();
  return pieces;
}
