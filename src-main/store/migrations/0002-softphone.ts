// SPDX-License-Identifier: MIT
/** How a call sounded (JSON of `CallQuality`), and one WSS address made a list of them. */
export const sql = `
ALTER TABLE calls ADD COLUMN quality TEXT;

INSERT INTO settings (name, value)
  SELECT 'sipWssUrls', json_array(json(value)) FROM settings WHERE name = 'sipWssUrl' AND true
  ON CONFLICT (name) DO NOTHING;
DELETE FROM settings WHERE name = 'sipWssUrl';
`;
