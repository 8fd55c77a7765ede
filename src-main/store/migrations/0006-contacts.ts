// SPDX-License-Identifier: MIT
/**
 * A million contacts: a contact may be a company and have several e-mail addresses. Numbers lie beside their contact,
 * so that an index alone answers whose a number is; words of names are found by their first eight letters without
 * collecting all that fit, and are kept once. `origin` is the key under which a CRM's entry was made, so that it is made
 * once.
 */
export const sql = `
ALTER TABLE contacts ADD COLUMN kind TEXT NOT NULL DEFAULT 'person';
ALTER TABLE contacts ADD COLUMN origin TEXT;
CREATE UNIQUE INDEX contacts_origin ON contacts (origin) WHERE origin IS NOT NULL;

CREATE TABLE contact_emails (
  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  email TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (contact_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO contact_emails (contact_id, place, email) SELECT id, 0, email FROM contacts WHERE email <> '';
CREATE INDEX contact_emails_email ON contact_emails (email);
ALTER TABLE contacts DROP COLUMN email;

CREATE TABLE numbers_of_contacts (
  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  number TEXT NOT NULL,
  e164 TEXT,
  digits TEXT NOT NULL,
  digits_rev TEXT NOT NULL,
  national TEXT NOT NULL,
  tail TEXT NOT NULL,
  PRIMARY KEY (contact_id, place)
) STRICT, WITHOUT ROWID;
INSERT INTO numbers_of_contacts (contact_id, place, number, e164, digits, digits_rev, national, tail)
  SELECT contact_id, row_number() OVER (PARTITION BY contact_id ORDER BY id) - 1,
    number, e164, digits, digits_rev, national, tail
  FROM contact_numbers;
DROP TABLE contact_numbers;
ALTER TABLE numbers_of_contacts RENAME TO contact_numbers;
CREATE INDEX contact_numbers_digits ON contact_numbers (digits);
CREATE INDEX contact_numbers_digits_rev ON contact_numbers (digits_rev);
CREATE INDEX contact_numbers_national ON contact_numbers (national);

DROP TABLE contacts_fts;
CREATE VIRTUAL TABLE contacts_fts USING fts5 (
  name, company, content = '', contentless_delete = 1, detail = none,
  tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3 4 5 6 7 8'
);
INSERT INTO contacts_fts (rowid, name, company) SELECT id, name, company FROM contacts;
`;
