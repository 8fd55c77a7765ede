// SPDX-License-Identifier: MIT
/**
 * What a team needs, and one agent alone: who is responsible for a contact, reminders, answers given to the PBX, the
 * blacklist, how far something was exchanged with a relay, and work that is done once.
 *
 * `number_changes` tells which numbers mean something else since a cursor: a contact that is saved or removed puts its
 * numbers there, those it had before too. Rows of reminders are made of the moment of the missed call, like ids of calls.
 */
export const sql = `
ALTER TABLE contacts ADD COLUMN responsible TEXT NOT NULL DEFAULT '';

CREATE TABLE number_changes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  number TEXT NOT NULL UNIQUE,
  changed_at INTEGER NOT NULL
) STRICT;
INSERT INTO number_changes (number, changed_at)
  SELECT DISTINCT number, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM contact_numbers;

CREATE TABLE reminders (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  extension TEXT NOT NULL,
  tail TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX reminders_open ON reminders (extension, due_at) WHERE state <> 'done';
CREATE INDEX reminders_tail ON reminders (tail) WHERE state <> 'done';

CREATE TABLE answers (
  pbx_call_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (pbx_call_id, at)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_at ON answers (at);

CREATE TABLE blacklist (
  number TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
  job TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_open ON jobs (due_at) WHERE state <> 'done';
CREATE INDEX jobs_due ON jobs (due_at);
`;
