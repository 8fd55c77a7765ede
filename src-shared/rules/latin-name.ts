// SPDX-License-Identifier: MIT
import { transliterate } from 'transliteration';
import { latinGreek } from './latin-greek.ts';

/** Longest name that is looked at, in UTF-16 units; what is cut off here could not be shown anyway. */
const LONGEST = 500;

/**
 * A name as a desk phone can show it: Latin letters, digits, blanks and `. & + - / _ #`, beginning with a letter or a
 * digit. Nothing that means something in a SIP header, in `Name (number)` or in a dial plan gets through. The same again
 * for its own answer.
 *
 * @param name as written in the CRM, hostile
 * @param max characters; longer names end with a whole word where that leaves at least half (the PBX's own limit is
 *   UNCONFIRMED)
 * @returns '' when nothing is left that could be read
 */
export function latinName(name: string, max: number): string {
  // Letters with their marks as one, full-width forms as plain ones; then what nobody sees or says is gone.
  const text = name
    .slice(0, LONGEST)
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Extended_Pictographic}\p{Regional_Indicator}]/gu, '');
  const latin = transliterate(latinGreek(latinCyrillic(text)));
  const plain = latin
    .normalize('NFKD')
    .replace(/[\p{M}'"`<>]/gu, '') // O'Hara is read as OHara
    .replace(/[^A-Za-z0-9.&+/_#-]+/g, ' ')
    .replace(/^[^A-Za-z0-9]+/, '')
    .trim();
  return cut(plain, max);
}

/** At the last blank when that keeps half of the room, else within the word. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = Math.max(0, max);
  const blank = text.lastIndexOf(' ', room);
  return text.slice(0, blank >= room / 2 ? blank : room).trim();
}

/**
 * What the library reads as Russian although it is not: Ukrainian where its own letters stand in the name, and the
 * Bulgarian ъ, which is a vowel; in Russian it is silent and stands before е, ё, ю, я, or ended words before 1918.
 */
function latinCyrillic(text: string): string {
  const isUkrainian = /[іїєґ]/i.test(text) && !/[ыэёъ]/i.test(text);
  const own = isUkrainian ? text.replace(UKRAINIAN, (letter, at: number) => ukrainian(letter, at, text)) : text;
  return own.replace(/ъ(?=\p{L})(?![еёюя])/gu, 'a').replace(/Ъ(?=\p{L})(?![ЕЁЮЯ])/gu, 'A');
}

const UKRAINIAN = /зг|[гґиїєх]/gi;

/** Ukrainian rules of 2010 where the library differs: г h, зг zgh, ґ g, х kh, и y, ї i (yi first), є ie (ye first). */
function ukrainian(letter: string, at: number, text: string): string {
  const isFirst = !/\p{L}/u.test(text[at - 1] ?? ' ');
  const lower: Readonly<Record<string, string>> = {
    ...{ зг: 'zgh', г: 'h', ґ: 'g', и: 'y', х: 'kh' },
    ...(isFirst ? { ї: 'yi', є: 'ye' } : { ї: 'i', є: 'ie' }),
  };
  const latin = lower[letter.toLowerCase()] ?? '';
  return letter[0] === letter[0]?.toLowerCase() ? latin : (latin[0] ?? '').toUpperCase() + latin.slice(1);
}
