// SPDX-License-Identifier: MIT
import type { ImportField } from '../../src-shared/contacts-file.ts';
import type { RawContact } from './entry.ts';

/** Puts a row together as the columns say. */
export function rowReader(
  mapping: readonly (ImportField | null)[],
): (line: number, cells: readonly string[]) => RawContact {
  const columnsOf = (field: ImportField): readonly number[] =>
    mapping.flatMap((one, at) => (one === field ? [at] : []));
  const columns = Object.fromEntries(
    (['name', 'firstName', 'lastName', 'kind', 'company', 'phone', 'email', 'url', 'responsible'] as const).map(
      (field) => [field, columnsOf(field)],
    ),
  ) as Readonly<Record<ImportField, readonly number[]>>;

  return (line, cells) => {
    const all = (field: ImportField): readonly string[] =>
      columns[field].map((at) => plainCell(cells[at] ?? '')).filter((cell) => cell !== '');
    const [company = ''] = all('company');
    const person = all('name')[0] ?? [...all('firstName'), ...all('lastName')].join(' ');
    return {
      line,
      kind: /^(company|empresa|компания|org)/i.test(all('kind')[0] ?? '') ? 'company' : 'person',
      name: person,
      company,
      emails: all('email').flatMap((cell) => several(cell, /[;,|\s]+/, (part) => /.@./.test(part))),
      phones: all('phone').flatMap((cell) =>
        several(cell, /[;|/,\n\r]+/, (part) => part.replace(/\D/g, '').length >= 6),
      ),
      url: all('url')[0] ?? '',
      responsible: all('responsible')[0] ?? '',
    };
  };
}

/** What is written so that a spreadsheet leaves it alone: `="0034…"`, and a quote before what would be a formula. */
export function plainCell(cell: string): string {
  if (/^'+[=+\-@\t\r]/.test(cell)) return cell.slice(1);
  return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;
}

/** The other way about: what would be a formula gets a quote before it; a number with its `+` does no harm. */
export function safeCell(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) && !/^\+\d+$/.test(text) ? `'${text}` : text;
}

/** Between several in one cell: as Google writes it, and nothing a number could hold. */
export const BETWEEN = ' ::: ';

/** What stands in one cell, taken apart when each part is one by itself. */
function several(cell: string, between: RegExp, isOne: (part: string) => boolean): readonly string[] {
  if (cell.includes(BETWEEN)) return cell.split(BETWEEN);
  const list = cell.split(between).filter((part) => part.trim() !== '');
  return list.length > 1 && list.every(isOne) ? list : [cell];
}
