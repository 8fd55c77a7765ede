// SPDX-License-Identifier: MIT
import type { AnswerRecord, Reminder } from '../../src-shared/rules/team.ts';

/** What a number means since it changed: a contact's name and responsible, or '' and '' when it has none any more. */
export type NumberChange = {
  readonly seq: number;
  readonly number: string;
  readonly changedAt: number;
  readonly name: string;
  readonly responsible: string;
};

export type ReminderStore = {
  /** Keeps what counts of the one known and the one told (`merged` in src-shared/rules/reminders.ts); answers it. */
  put(reminder: Reminder): Promise<Reminder>;
  get(id: string): Promise<Reminder | null>;
  /** Not done and due by then, of this extension. */
  due(extension: string, at: number): Promise<readonly Reminder[]>;
  /** When the next one of this extension comes due after that moment; null for none. */
  nextDue(extension: string, after: number): Promise<number | null>;
  /** All of a number that are not done, whosever they are. */
  openOf(number: string): Promise<readonly Reminder[]>;
  /** All, newest missed call first; `next` goes into `before`. */
  page(before: number | null, limit: number): Promise<{ rows: readonly Reminder[]; next: number | null }>;
};

export type AnswerStore = {
  /** The same answer twice is kept once. */
  add(answer: AnswerRecord): Promise<void>;
  of(pbxCallId: string): Promise<readonly AnswerRecord[]>;
};

/** Numbers in canonical form, for one agent alone; a team's list is at its relay. */
export type BlacklistStore = {
  set(number: string, on: boolean): Promise<void>;
  has(number: string): Promise<boolean>;
  list(after: string | null, limit: number): Promise<readonly string[]>;
};

/** How far something was exchanged, by name. */
export type CursorStore = {
  get(name: string): Promise<number | null>;
  /** All in one transaction; null forgets one. */
  save(values: Readonly<Record<string, number | null>>): Promise<void>;
};

/** Work that is due once in a whole company, as this desktop knows it. `data` is JSON, `dueAt` UTC ms. */
export type StoredJob = { readonly job: string; readonly dueAt: number; readonly data: string };

/** `worked`: `data` is its result, still to be told. */
export type OpenJob = StoredJob & { readonly state: 'pending' | 'worked' };

export type JobStore = {
  /** False when it was planned before, also when it is done by now. */
  plan(job: StoredJob): Promise<boolean>;
  /** Those that are not done, the first due first. */
  open(): Promise<readonly OpenJob[]>;
  /** The work itself is carried out; only the company has not been told yet. */
  worked(job: string, result: string): Promise<void>;
  done(job: string): Promise<void>;
};
