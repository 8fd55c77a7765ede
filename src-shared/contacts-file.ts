// SPDX-License-Identifier: MIT
import type { Encoding } from './csv/text.ts';
import type { WireError } from './errors.ts';

/** What a column of a CSV file can be. */
export const IMPORT_FIELDS = [
  'name',
  'firstName',
  'lastName',
  'kind',
  'company',
  'phone',
  'email',
  'url',
  'responsible',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** A file of contacts, read as far as a preview needs. */
export type ImportPreview = {
  /** Names the file in what follows; the path stays in main. */
  readonly token: string;
  /** The file's name without its folder. */
  readonly name: string;
  readonly kind: 'csv' | 'vcard';
  readonly bytes: number;
  readonly encoding: Encoding;
  /** Our guess: the first row names the columns. */
  readonly header: boolean;
  /** Our guess: the field of each column, null for none. Several columns may be phones or e-mails. Empty for a vCard. */
  readonly mapping: readonly (ImportField | null)[];
  /** The first rows with the header, cells cut short; of a vCard name, company, numbers and e-mails. */
  readonly rows: readonly (readonly string[])[];
};

export type ImportOptions = {
  readonly token: string;
  readonly encoding: Encoding;
  readonly header: boolean;
  readonly mapping: readonly (ImportField | null)[];
  /** What becomes of contacts that are here already. */
  readonly duplicates: 'merge' | 'skip' | 'add';
  /** `name`: the same name with a number or an e-mail in common; `number`: a number in common. */
  readonly by: 'name' | 'number';
};

export const IMPORT_PROBLEMS = [
  'no-name', // neither name nor company nor e-mail: not taken
  'broken', // a card that does not end, or a line that is no property
  'group', // a card of a group of people: not taken
  'too-long', // a line no contact can have: not taken, of a card this property
  'cells', // more cells than columns: a quote may be missing
  'number', // cannot be dialled
  'rounded', // 3.46E+10: the spreadsheet has thrown digits away
  'many-numbers',
  'email',
  'many-emails',
  'url',
  'responsible', // no extension
] as const;

/** `line`: in the file, from 1. */
export type ImportProblem = { readonly line: number; readonly why: (typeof IMPORT_PROBLEMS)[number] };

export type ImportProgress = {
  readonly token: string;
  /** Bytes of the file that were read. */
  readonly read: number;
  readonly bytes: number;
  readonly added: number;
  readonly merged: number;
  /** Here already, and nothing new about them. */
  readonly skipped: number;
};

export type ImportReport = ImportProgress & {
  /** False: cancelled, or `error`. What was counted is in all the same. */
  readonly done: boolean;
  readonly error: WireError | null;
  /** The first thousand; `problemCount` is how many there were. */
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
  /** Lines or cards that did not become contacts. */
  readonly refused: number;
};

export const MOST_PROBLEMS = 1_000;
