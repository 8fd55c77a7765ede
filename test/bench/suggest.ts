// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../src-main/store/client.ts';
import { contactsTable } from '../../src-main/store/contacts.ts';
import { migrate } from '../../src-main/store/migrate.ts';
import { numberColumns } from '../../src-main/store/text.ts';
import { silentLog } from '../fakes.ts';
import type { Bench } from './run.ts';
import { percentiles } from './stats.ts';

/**
 * Suggestions while typing, on a history of a million calls and a hundred thousand contacts, asked through the
 * store's thread as a window's request is. Every start of numbers and names as they are typed, key by key, and texts
 * that fit nothing or almost everything. Limit: p99 of 50 ms.
 */
const CALLS = Number(process.env.MEGADIAL_BENCH_CALLS ?? 1_000_000);
const CONTACTS = Number(process.env.MEGADIAL_BENCH_CONTACTS ?? 100_000);
/** A busy company calls some numbers again and again, and most of them seldom. */
const NUMBERS = CALLS / 4;
const LIMIT_P99 = 50;
const ASKED = 8;

const FIRST = ['Ana', 'José', 'María', 'Luis', 'Carmen', 'Jörg', 'Zoë', 'Ивана', 'Oriol', 'Begoña', 'Ann', 'Li'];
const LAST = ['Pérez', 'García', 'Smith', 'Müller', 'Rossi', 'Nowak', 'Ibáñez', 'Quintana', 'Wu', 'Öz', 'Xu', 'Vidal'];

/** The same numbers on every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function phone(index: number): string {
  const starts = ['+346', '+349', '+4420', '+3361', '+346'];
  const start = starts[index % starts.length] ?? '+346';
  return start + String((Math.imul(index, 2_654_435_761) >>> 0) % 100_000_000).padStart(8, '0');
}

function seed(file: string): void {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  migrate(db);
  const random = sequence(7);
  const insert = db.prepare(
    `INSERT INTO calls (id, key, direction, number, digits, digits_rev, national, tail, name_folded, started_at,
       disposition, missed, data)
     VALUES (@id, @key, @direction, @number, @digits, @digitsRev, @national, @tail, '', @at, 'answered', 0, @data)`,
  );
  const columns = Array.from({ length: NUMBERS }, (_, index) => ({
    ...{ number: phone(index), ...numberColumns(phone(index)) },
  }));
  const filler = 'x'.repeat(500); // what a call's data weighs
  db.transaction(() => {
    for (let index = 0; index < CALLS; index += 1) {
      const known = columns[Math.floor(random() ** 3 * NUMBERS)];
      const at = Date.UTC(2020, 0, 1) + index * 150_000;
      const direction = index % 3 === 0 ? 'out' : 'in';
      insert.run({ ...known, e164: undefined, id: at * 1000, key: `pbx:in_${index}`, direction, at, data: filler });
    }
    const contacts = contactsTable(db);
    for (let index = 0; index < CONTACTS; index += 1) {
      const name = `${FIRST[index % FIRST.length]} ${LAST[Math.floor(index / 7) % LAST.length]} ${index}`;
      const numbers = [phone(index * 3), phone(NUMBERS + index)];
      contacts.save({
        id: null,
        name,
        company: `Company ${index % 5000}`,
        email: '',
        url: '',
        responsible: '',
        numbers,
      });
    }
  })();
  db.close();
}

function* texts(): Iterable<string> {
  const random = sequence(11);
  for (let n = 0; n < 60; n += 1) {
    const digits = phone(Math.floor(random() * NUMBERS)).slice(1);
    for (let length = 1; length <= digits.length; length += 1) yield digits.slice(0, length);
    for (let length = 1; length <= 7; length += 1) yield digits.slice(2, 2 + length);
    yield digits.slice(-4);
  }
  for (const name of [...FIRST, ...LAST, 'Company 12', 'ana gar', 'jose p 1']) {
    for (let length = 1; length <= name.length; length += 1) yield name.slice(0, length);
  }
  yield* ['0', '00', '5', '57', '570', '999999', 'zzz', 'c', 'co', '1 2', "'", '*'];
}

const bench: Bench = async () => {
  const dir = mkdtempSync(join(tmpdir(), 'megadial-suggest-'));
  try {
    const file = join(dir, 'megadial.db');
    const began = performance.now();
    seed(file);
    const seeded = Math.round((performance.now() - began) / 1000);
    console.log(`${CALLS} calls and ${CONTACTS} contacts in ${seeded} s`);
    const workerPath = new URL('../../src-main/store/worker.ts', import.meta.url);
    const store = await openStore({ file, backupsDir: join(dir, 'backups'), workerPath, log: silentLog });
    const times: { readonly text: string; readonly ms: number; readonly found: number }[] = [];
    for (const text of texts()) {
      const start = performance.now();
      const found = await store.contacts.suggest(text, ASKED);
      times.push({ text, ms: performance.now() - start, found: found.length });
    }
    await store.close();
    const figures = percentiles(times.map((one) => one.ms));
    const slowest = times.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
    for (const { text, ms, found } of slowest) console.log(`"${text}": ${ms.toFixed(1)} ms, ${found} found`);
    const ok = figures.p99 <= LIMIT_P99 && times.some((one) => one.found === ASKED);
    return { ok, figures: { ...figures, limitP99: LIMIT_P99, calls: CALLS, contacts: CONTACTS } };
  } finally {
    rmSync(dir, { recursive: true });
  }
};

export default bench;
