// SPDX-License-Identifier: MIT
import type { Contact } from '../../src-shared/state.ts';
import { BETWEEN, safeCell } from './csv-rows.ts';

/** Columns of our own export; `csv-columns.ts` knows them all. */
const HEADER = [
  ...['Kind', 'Name', 'Company', 'Phone 1', 'Phone 2', 'Phone 3', 'More phones'],
  ...['E-mail 1', 'E-mail 2', 'More e-mails', 'URL', 'Responsible'],
];

/** The first line, with the mark by which spreadsheets know UTF-8. */
export function csvHeader(separator: ',' | ';'): string {
  return `\uFEFF${row(HEADER, separator)}`;
}

/** A contact as a line of CSV (RFC 4180); no cell is a formula when a spreadsheet opens it. */
export function toCsv(contact: Contact, separator: ',' | ';'): string {
  const { kind, name, company, url, responsible } = contact;
  const [first = '', second = '', third = '', ...more] = contact.numbers.filter((number) => number !== '');
  const [email = '', other = '', ...others] = [contact.email, ...contact.otherEmails].filter((one) => one !== '');
  return row(
    [
      ...[kind, name, company, first, second, third, more.join(BETWEEN)],
      ...[email, other, others.join(BETWEEN), url, responsible],
    ],
    separator,
  );
}

function row(cells: readonly string[], separator: ',' | ';'): string {
  return `${cells.map((cell) => quoted(safeCell(cell.toWellFormed()))).join(separator)}\r\n`;
}

function quoted(text: string): string {
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
