// SPDX-License-Identifier: MIT
/** CRMs: what they said, what was chosen, what must still get into them; what a call came to; text messages. */
export const sql = `
ALTER TABLE calls ADD COLUMN outcome TEXT NOT NULL DEFAULT '';

CREATE TABLE crm_cache (
  connector TEXT NOT NULL,
  digits TEXT NOT NULL,
  at INTEGER NOT NULL,
  records TEXT NOT NULL,
  PRIMARY KEY (connector, digits)
) STRICT, WITHOUT ROWID;

CREATE TABLE crm_choices (
  digits TEXT PRIMARY KEY,
  connector TEXT NOT NULL,
  kind TEXT NOT NULL,
  record_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  connector TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  sent TEXT,
  state TEXT NOT NULL,
  unsure INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  failure TEXT,
  message TEXT,
  field TEXT,
  result_id TEXT,
  created_at INTEGER NOT NULL,
  UNIQUE (connector, kind, key)
) STRICT;
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'waiting';
CREATE INDEX outbox_state ON outbox (state);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  number TEXT NOT NULL,
  did TEXT,
  direction TEXT NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  state TEXT NOT NULL,
  extension TEXT
) STRICT;
CREATE INDEX messages_number ON messages (number, id);
CREATE INDEX messages_number_at ON messages (number, at);

CREATE TABLE conversations (
  number TEXT PRIMARY KEY,
  last_id INTEGER NOT NULL REFERENCES messages (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_last ON conversations (last_id);
`;
