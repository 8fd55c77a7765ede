// SPDX-License-Identifier: MIT
/**
 * Pairs of Greek letters that are said as one sound, as ELOT 743 writes them; the library takes them letter by letter
 * (Ευάγγελος must not become Eyaggelos). A dialytika (ϋ) keeps a pair apart.
 */
const PAIRS = /[οΟ][υύΥΎ]|[αεηΑΕΗ][υύΥΎ]|[γΓ][γξχΓΞΧ]|(?<!\p{L})[μΜ][πΠ]/gu;
const VOICELESS = /^[θκξπσςτφχψ]/i;
const FIRST: Readonly<Record<string, string>> = { α: 'a', ε: 'e', η: 'i' };
const NASAL: Readonly<Record<string, string>> = { γ: 'ng', ξ: 'nx', χ: 'nch' };

/** The text with these pairs in Latin letters; the rest of it as it was. */
export function latinGreek(text: string): string {
  return text.replace(PAIRS, (pair, at: number) => {
    const latin = pairOf(pair.toLowerCase(), text.slice(at + 2));
    if (pair === pair.toUpperCase()) return latin.toUpperCase();
    return pair[0] === pair[0]?.toLowerCase() ? latin : (latin[0] ?? '').toUpperCase() + latin.slice(1);
  });
}

function pairOf(pair: string, after: string): string {
  const first = pair[0] ?? '';
  if (first === 'ο') return 'ou';
  if (first === 'μ') return 'b';
  if (first === 'γ') return NASAL[pair[1] ?? ''] ?? '';
  // αυ, ευ, ηυ: with f before a voiceless sound and at the end, with v before all others.
  return `${FIRST[first] ?? ''}${after === '' || !/^\p{L}/u.test(after) || VOICELESS.test(after) ? 'f' : 'v'}`;
}
