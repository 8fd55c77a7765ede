// SPDX-License-Identifier: MIT
import { type CsvRecord, csvRecords, separatorOf } from '../src-shared/csv/records.ts';
import { canonical } from '../src-shared/numbers/canonical.ts';
import type { DirectoryEntry, TeamSettings } from '../src-shared/rules/team.ts';
import { type Columns, readColumns } from './csv-columns.ts';
import type { Directory } from './parts.ts';

/** Why a line was not taken: `csv.<why>` has the sentence. */
export type Refusal =
  | 'no-number-column'
  | 'number' // none, unreadable, or more than one
  | 'rounded' // 3.46E+10: the spreadsheet has thrown digits away
  | 'responsible' // neither an extension nor anybody of the team
  | 'blacklisted'; // neither yes nor no, or a number that cannot be listed

export type Import = {
  /** Lines taken. */
  readonly kept: number;
  /** At most a thousand. */
  readonly refused: readonly { readonly line: number; readonly why: Refusal }[];
};

type Line = { readonly number: string; readonly entry: DirectoryEntry; readonly listed: boolean | null };

const AT_ONCE = 128;
const MOST_REFUSED = 1_000;
const LONGEST_NAME = 200;

/**
 * Takes people from a CSV text into the directory: number, name, responsible, blacklisted, in the order of its first
 * line when that names them, else in this one. An empty `blacklisted` leaves the blacklist as it is.
 *
 * @param now UTC ms: what is imported is newer than what was there
 * @param by who imports, noted on the blacklist
 */
export async function importCsv(
  text: string,
  directory: Pick<Directory, 'put' | 'setBlacklisted'>,
  { tenant, settings, now, by }: { tenant: string; settings: TeamSettings; now: number; by: string },
): Promise<Import> {
  const refused: { line: number; why: Refusal }[] = [];
  const refuse = (line: number, why: Refusal): void => {
    if (refused.length < MOST_REFUSED) refused.push({ line, why });
  };
  let kept = 0;

  const write = async (batch: readonly (Line & { line: number })[]): Promise<void> => {
    await directory.put(tenant, batch);
    await Promise.all(
      batch.map(async ({ line, number, listed }) => {
        const isTaken = listed === null || (await directory.setBlacklisted(tenant, number, listed, by));
        if (isTaken) kept++;
        else refuse(line, 'blacklisted');
      }),
    );
  };

  let columns: Columns | null = null;
  let batch: (Line & { line: number })[] = [];
  for (const record of csvRecords(text, separatorOf(text))) {
    if (columns === null) {
      const { columns: found, isHeader } = readColumns(record.cells);
      columns = found;
      if (columns.number === -1) return { kept: 0, refused: [{ line: record.line, why: 'no-number-column' }] };
      if (isHeader) continue;
    }
    const line = readLine(record, columns, settings, now);
    if (typeof line === 'string') refuse(record.line, line);
    else batch.push({ ...line, line: record.line });
    if (batch.length < AT_ONCE) continue;
    // Between two batches calls are answered.
    await write(batch);
    batch = [];
  }
  await write(batch);
  return { kept, refused: refused.toSorted((a, b) => a.line - b.line) };
}

function readLine({ cells }: CsvRecord, columns: Columns, settings: TeamSettings, now: number): Line | Refusal {
  const cell = (column: keyof Columns): string => plain(cells[columns[column]] ?? '');
  const number = readNumber(cell('number'), settings.country);
  if (number === 'rounded' || number === null) return number ?? 'number';
  const responsible = readResponsible(cell('responsible'), settings.members);
  if (responsible === undefined) return 'responsible';
  const listed = readYesNo(cell('blacklisted'));
  if (listed === undefined) return 'blacklisted';
  const name = cell('name').slice(0, LONGEST_NAME);
  return { number, entry: { name, responsible, blacklisted: false, updatedAt: now }, listed };
}

/** One line of visible text; what a spreadsheet writes to keep a number a text (`="0034…"`, `'0034…`) is undone. */
function plain(cell: string): string {
  const text = /^="(.*)"$/s.exec(cell)?.[1] ?? cell.replace(/^'/, '');
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function readNumber(cell: string, country: string): string | 'rounded' | null {
  if (/^\d[.,]?\d*e[+-]?\d+$/i.test(cell)) return 'rounded';
  const text = cell.replace(/^tel:/i, '');
  const isMany = text.split(/[/,;|]/).filter((part) => part.replace(/\D/g, '').length >= 6).length > 1;
  if (isMany || /[\p{L}*#]/u.test(text)) return null;
  const number = canonical(text, country);
  return /^\+?\d{3,15}$/.test(number) ? number : null;
}

/** An extension, a full login (`12345-101`), or a colleague by name, e-mail or id in the CRM; undefined for nobody. */
function readResponsible(cell: string, members: TeamSettings['members']): string | null | undefined {
  if (cell === '') return null;
  const extension = /^(?:\d{1,12}-)?(\d{2,6})$/.exec(cell)?.[1];
  if (extension !== undefined) return extension;
  const wanted = cell.toLowerCase();
  return members.find(({ name, email, crmUser }) => [name, email, crmUser].some((one) => one.toLowerCase() === wanted))
    ?.extension;
}

/** null for an empty cell, undefined for what is neither. */
function readYesNo(cell: string): boolean | null | undefined {
  if (cell === '') return null;
  if (/^(1|x|y|yes|true|s|si|sí|da|да|ja|oui)$/i.test(cell)) return true;
  return /^(0|-|n|no|false|нет|nein|non)$/i.test(cell) ? false : undefined;
}
