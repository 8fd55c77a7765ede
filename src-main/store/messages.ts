// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { StoredMessage } from './crm-api.ts';

const COLUMNS = 'id, number, did, direction, at, text, state, extension';

/** Tables `messages` and `conversations`: text messages, and which is the last of each conversation. */
export function messagesTable(db: Database) {
  const insert = db.prepare<Omit<StoredMessage, 'id'> & { hash: string }>(
    `INSERT INTO messages (hash, number, did, direction, at, text, state, extension)
     VALUES (@hash, @number, @did, @direction, @at, @text, @state, @extension) ON CONFLICT (hash) DO NOTHING`,
  );
  const last = db.prepare<[string, number]>(
    'INSERT INTO conversations (number, last_id) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET last_id = excluded.last_id',
  );
  const state = db.prepare<[string, number]>('UPDATE messages SET state = ? WHERE id = ?');
  const of = db.prepare<[string, number, number], StoredMessage>(
    `SELECT ${COLUMNS} FROM messages WHERE number = ? AND id < ? ORDER BY id DESC LIMIT ?`,
  );
  const between = db.prepare<[string, number, number], StoredMessage>(
    `SELECT ${COLUMNS} FROM messages WHERE number = ? AND at >= ? AND at < ? ORDER BY at, id`,
  );
  const get = db.prepare<[number], StoredMessage>(`SELECT ${COLUMNS} FROM messages WHERE id = ?`);
  const newest = db.prepare<[number], { id: number }>(
    'SELECT last_id AS id FROM conversations WHERE last_id > 0 ORDER BY last_id DESC LIMIT ?',
  );

  return {
    add: db.transaction((message: Omit<StoredMessage, 'id'> & { hash: string }): StoredMessage | null => {
      const { changes, lastInsertRowid } = insert.run({ ...message, at: Math.trunc(message.at) });
      if (changes === 0) return null;
      const id = Number(lastInsertRowid);
      last.run(message.number, id);
      return get.get(id) ?? null;
    }),
    state(id: number, value: StoredMessage['state']): void {
      state.run(value, id);
    },
    of(number: string, before: number | null, limit: number): readonly StoredMessage[] {
      return of.all(number, before ?? Number.MAX_SAFE_INTEGER, limit);
    },
    between(number: string, from: number, to: number): readonly StoredMessage[] {
      return between.all(number, Math.trunc(from), Math.trunc(to));
    },
    conversations(limit: number): readonly StoredMessage[] {
      return newest.all(limit).flatMap(({ id }) => get.get(id) ?? []);
    },
  };
}
