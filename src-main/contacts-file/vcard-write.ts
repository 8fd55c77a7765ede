// SPDX-License-Identifier: MIT
import type { Contact } from '../../src-shared/state.ts';

/** Bytes of a line before it is folded (RFC 2426 section 2.6). */
const LONGEST_LINE = 75;

/** A contact as vCard 3.0, which phones and mail programs of all ages read. Apple's mark tells that it is a company. */
export function toVcard(contact: Contact): string {
  const { kind, name, company, url, responsible } = contact;
  const isCompany = kind === 'company';
  const works = isCompany ? name : company;
  const lines = [
    ...['BEGIN:VCARD', 'VERSION:3.0', `FN:${escaped(name)}`],
    // All of the name as the given one: who says which part is which?
    `N:;${isCompany ? '' : escaped(name)};;;`,
    ...(works === '' ? [] : [`ORG:${escaped(works)}`]),
    ...(isCompany ? ['X-ABShowAs:COMPANY'] : []),
    ...contact.numbers.filter((number) => number !== '').map((number) => `TEL;TYPE=VOICE:${escaped(number)}`),
    ...[contact.email, ...contact.otherEmails]
      .filter((email) => email !== '')
      .map((email) => `EMAIL;TYPE=INTERNET:${escaped(email)}`),
    ...(url === '' ? [] : [`URL:${escaped(url)}`]),
    ...(responsible === '' ? [] : [`X-MEGADIAL-RESPONSIBLE:${escaped(responsible)}`]),
    'END:VCARD',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\n\r\u2028\u2029]/g, '\\n')
    .replace(/\p{Cc}/gu, ' ');
}

/** Lines of at most 75 bytes, never broken within a character. */
function folded(line: string): string {
  if (line.length * 3 <= LONGEST_LINE) return line;
  let text = '';
  let room = LONGEST_LINE;
  for (const character of line) {
    const bytes = Buffer.byteLength(character);
    if (bytes > room) {
      text += '\r\n ';
      room = LONGEST_LINE - 1;
    }
    text += character;
    room -= bytes;
  }
  return text;
}
