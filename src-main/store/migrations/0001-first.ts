// SPDX-License-Identifier: MIT
/**
 * The first schema. Ids of calls are made from the moment the call started (see `calls.ts`), so that the newest call
 * has the highest rowid also when older ones are filled in later. `digits_rev`, `digits` and `national` make a
 * number findable by its end and by its start without a leading wildcard; `tail` is its last nine digits.
 */
export const sql = `
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  direction TEXT NOT NULL,
  number TEXT NOT NULL,
  digits TEXT NOT NULL,
  digits_rev TEXT NOT NULL,
  national TEXT NOT NULL,
  tail TEXT NOT NULL,
  name_folded TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  disposition TEXT,
  missed INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL
) STRICT;
CREATE INDEX calls_direction ON calls (direction);
CREATE INDEX calls_disposition ON calls (disposition);
CREATE INDEX calls_missed ON calls (missed) WHERE missed = 1;
CREATE INDEX calls_unseen ON calls (seen) WHERE missed = 1 AND seen = 0;
CREATE INDEX calls_digits ON calls (digits);
CREATE INDEX calls_digits_rev ON calls (digits_rev);
CREATE INDEX calls_national ON calls (national);
CREATE INDEX calls_tail ON calls (tail);
CREATE INDEX calls_name ON calls (name_folded) WHERE name_folded <> '';

CREATE TABLE call_keys (
  key TEXT PRIMARY KEY,
  call_id INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX call_keys_call ON call_keys (call_id);

CREATE TABLE call_facts (
  key TEXT PRIMARY KEY,
  started_at INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_facts_started ON call_facts (started_at);

CREATE TABLE legs (
  call_id INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
  extension TEXT NOT NULL,
  ringing_at INTEGER,
  answered_at INTEGER,
  ended_at INTEGER,
  PRIMARY KEY (call_id, extension)
) STRICT, WITHOUT ROWID;

CREATE TABLE raw_events (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  received_at INTEGER NOT NULL,
  name TEXT NOT NULL,
  pbx_call_id TEXT,
  fields TEXT NOT NULL,
  event TEXT
) STRICT;
CREATE INDEX raw_events_received ON raw_events (received_at);

CREATE TABLE contacts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  company TEXT NOT NULL,
  email TEXT NOT NULL,
  url TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE contacts_fts USING fts5 (
  name, company, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);

CREATE TABLE contact_numbers (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  number TEXT NOT NULL,
  e164 TEXT,
  digits TEXT NOT NULL,
  digits_rev TEXT NOT NULL,
  national TEXT NOT NULL,
  tail TEXT NOT NULL
) STRICT;
CREATE INDEX contact_numbers_contact ON contact_numbers (contact_id);
CREATE INDEX contact_numbers_e164 ON contact_numbers (e164);
CREATE INDEX contact_numbers_digits ON contact_numbers (digits);
CREATE INDEX contact_numbers_digits_rev ON contact_numbers (digits_rev);
CREATE INDEX contact_numbers_national ON contact_numbers (national);
CREATE INDEX contact_numbers_tail ON contact_numbers (tail);

CREATE TABLE recordings (
  call_id INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
  record_ids TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  next_at INTEGER,
  file TEXT,
  bytes INTEGER NOT NULL,
  mime TEXT,
  error_code TEXT
) STRICT;
CREATE INDEX recordings_waiting ON recordings (state) WHERE state = 'waiting';
`;
