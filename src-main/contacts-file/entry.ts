// SPDX-License-Identifier: MIT
import type { ImportProblem } from '../../src-shared/contacts-file.ts';
import { canonical } from '../../src-shared/numbers/canonical.ts';
import { parseDialable } from '../../src-shared/numbers/dialable.ts';
import type { ContactDraft, ContactKind } from '../../src-shared/state.ts';

/** What a file says of one contact, as it stands there. */
export type RawContact = {
  readonly line: number;
  readonly kind: ContactKind;
  readonly name: string;
  readonly company: string;
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly url: string;
  readonly responsible: string;
};

/** One contact of a file, fit for the store; null when it cannot be one. */
export type Entry = { readonly draft: ContactDraft | null; readonly problems: readonly ImportProblem[] };

/** Limits of `contacts.save`. */
export const LONGEST = { text: 200, email: 254, url: 2_000, number: 60 } as const;
const MOST = { numbers: 20, emails: 10 } as const;

/**
 * What is told of a contact, checked and cut to what a contact may have. Text stays text, whatever it looks like.
 *
 * @param country ISO 3166 country that national numbers belong to
 */
export function toEntry(raw: RawContact, country: string): Entry {
  const problems: ImportProblem[] = [];
  const say = (why: ImportProblem['why']): void => {
    if (!problems.some((one) => one.why === why)) problems.push({ line: raw.line, why });
  };
  const numbers = readNumbers(raw.phones, country, say);
  const emails = readEmails(raw.emails, say);
  const [email = '', ...otherEmails] = emails;
  const company = oneLine(raw.company, LONGEST.text);
  const person = oneLine(raw.name, LONGEST.text);
  const isCompany = raw.kind === 'company' || (person === '' && company !== '');
  const name = person || company || email;
  const isNamed = /[\p{L}\p{N}]/u.test(name) || numbers.length > 0 || email !== '';
  if (name === '' || !isNamed) return { draft: null, problems: [...problems, { line: raw.line, why: 'no-name' }] };
  const draft = {
    ...{ id: null, kind: isCompany ? ('company' as const) : ('person' as const), name },
    ...{ company: isCompany ? '' : company, email, otherEmails, numbers },
    ...{ url: readUrl(raw.url, say), responsible: readResponsible(raw.responsible, say) },
  };
  return { draft, problems };
}

/** One line of visible text, at most so long, without half a character at its end. */
export function oneLine(text: string, most: number): string {
  return text
    .slice(0, most * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, most)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

type Say = (why: ImportProblem['why']) => void;

function readNumbers(phones: readonly string[], country: string, say: Say): readonly string[] {
  const numbers = new Set<string>();
  for (const phone of phones) {
    const text = oneLine(phone, 100);
    if (text === '') continue;
    const number = readNumber(text, country);
    if (number === 'rounded' || number === null) say(number ?? 'number');
    else if (numbers.size < MOST.numbers) numbers.add(number);
    else if (!numbers.has(number)) say('many-numbers');
  }
  return [...numbers];
}

/** An extension behind a number is not part of it. */
const EXTENSION = /(?:;ext=|[\s,;]*(?:ext(?:ensi[oó]n|n)?|int|доб|x)[.:=\s]*|[,;pw]+)\d{1,6}$/iu;

function readNumber(text: string, country: string): string | 'rounded' | null {
  // What a spreadsheet makes of a long number: the digits are gone.
  if (/^\d[.,]?\d*e\+?\d+$/i.test(text)) return 'rounded';
  const body = text.replace(/^tel:/i, '').replace(EXTENSION, '');
  const isWord = /\p{L}/u.test(body);
  const dialled = isWord ? parseDialable(body, country) : null;
  if (isWord && (dialled === null || typeof dialled === 'string' || dialled.kind !== 'e164')) return null;
  const number = canonical(dialled === null || typeof dialled === 'string' ? body : dialled.target, country);
  return /^\+?[\d*#]{2,40}$/.test(number) ? number : null;
}

function readEmails(given: readonly string[], say: Say): readonly string[] {
  const emails = new Map<string, string>();
  for (const one of given) {
    const email = one.replace(/^\s*mailto:/i, '').trim();
    if (email === '') continue;
    const isAddress =
      email.length <= LONGEST.email && email.isWellFormed() && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email);
    if (!isAddress) say('email');
    else if (emails.size < MOST.emails) emails.set(email.toLowerCase(), emails.get(email.toLowerCase()) ?? email);
    else if (!emails.has(email.toLowerCase())) say('many-emails');
  }
  return [...emails.values()];
}

function readUrl(given: string, say: Say): string {
  const text = given.trim();
  if (text === '') return '';
  const address = /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`;
  const isWeb = /^https?:\/\//i.test(address) && !/[\s\p{Cc}]/u.test(address) && URL.canParse(address);
  if (isWeb && address.length <= LONGEST.url && address.isWellFormed()) return address;
  say('url');
  return '';
}

/** An extension, or a full login (`12345-101`). */
function readResponsible(given: string, say: Say): string {
  const text = given.trim();
  const extension = /^(?:\d{1,12}-)?(\d{2,6})$/.exec(text)?.[1];
  if (extension === undefined && text !== '') say('responsible');
  return extension ?? '';
}
