// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import type { StoreApi } from '../../../src-main/store/api.ts';
import { numberQuery } from '../../../src-shared/crm/number-query.ts';
import { type Percentiles, percentiles } from '../stats.ts';
import { people, phone, sequence } from './people.ts';

/** So many are asked before those that count. */
const WARM_UP = 200;
const NUMBERS = 4_000;
/** What the contacts' screen and the dialer show at once. */
const PAGE = 50;
const SUGGESTED = 8;

type Timed = { readonly question: string; readonly ms: number; readonly found: number };

/** Numbers as calls bring them: known and unknown ones, some without `+` or country code. */
function* askedNumbers(contacts: number): Generator<string> {
  const random = sequence(11);
  for (let n = 0; n < WARM_UP + NUMBERS; n += 1) {
    const known = phone(Math.floor(random() * contacts * 2));
    const form = n % 8;
    if (form < 4) yield known;
    else if (form === 4) yield known.slice(1);
    else if (form === 5) yield known.slice(3);
    else yield `+346${String(Math.floor(random() * 1e8)).padStart(8, '0')}`;
  }
}

/** Names, companies and parts of both, key by key as they are typed. */
function* typedNames(contacts: number): Generator<string> {
  const random = sequence(13);
  const texts = new Set<string>();
  for (const { name, company } of people(Math.min(contacts, 400))) {
    if (random() < 0.25) texts.add(name.toLowerCase());
    if (random() < 0.1) texts.add(company);
  }
  for (const text of [...texts].slice(0, 110)) {
    for (let length = 1; length <= text.length; length += 1) yield text.slice(0, length);
  }
}

/** What the app asks its store while a call rings and while somebody types, through the store's thread. */
export async function askStore(store: StoreApi, contacts: number) {
  const numbers = [...askedNumbers(contacts)];
  const names = [...typedNames(contacts)];
  const roundTrip = await timed(numbers, async () => (await store.contacts.byNumber('')) === null);
  const number = await timed(numbers, async (text) => (await store.contacts.byNumber(text)) !== null);
  const ladder = await timed(numbers, async (text) => {
    const query = numberQuery(text, 'ES', 7);
    return (await store.contacts.candidates(query, PAGE)).length;
  });
  const search = await timed(names, async (text) => (await store.contacts.search(text, PAGE)).length);
  const suggest = await timed(names, async (text) => (await store.contacts.suggest(text, SUGGESTED)).length);
  for (const [what, list] of Object.entries({ number, ladder, search, suggest })) tellSlowest(what, list);
  const hits = number.filter(({ found }) => found > 0).length / number.length;
  const pages = search.filter(({ found }) => found > 0).length / search.length;
  // Half of the numbers asked for are somebody's, and what is typed is a name: else the figures would say nothing.
  const isReal = hits > 0.5 && hits < 0.9 && pages > 0.9;
  return {
    isReal,
    figures: {
      roundTrip: figuresOf(roundTrip),
      number: figuresOf(number),
      ladder: figuresOf(ladder),
      search: figuresOf(search),
      suggest: figuresOf(suggest),
    },
  };
}

/** A prepared statement on the same file without anything around it: a contact by its primary key, in microseconds. */
export function askBare(file: string, contacts: number): Percentiles {
  const db = new Database(file, { readonly: true });
  try {
    const get = db.prepare<[number]>('SELECT * FROM contacts WHERE id = ?');
    const random = sequence(17);
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + NUMBERS; n += 1) {
      const id = 1 + Math.floor(random() * contacts);
      const start = performance.now();
      const row = get.get(id);
      const ms = performance.now() - start;
      if (row === undefined) throw new Error(`no contact ${id}`);
      if (n >= WARM_UP) times.push(ms * 1_000);
    }
    return percentiles(times);
  } finally {
    db.close();
  }
}

async function timed(
  questions: readonly string[],
  ask: (question: string) => Promise<number | boolean>,
): Promise<readonly Timed[]> {
  const times: Timed[] = [];
  for (const question of questions) {
    const start = performance.now();
    const found = Number(await ask(question));
    times.push({ question, ms: performance.now() - start, found });
  }
  return times.slice(WARM_UP);
}

const figuresOf = (list: readonly Timed[]): Percentiles => percentiles(list.map(({ ms }) => ms));

function tellSlowest(what: string, list: readonly Timed[]): void {
  for (const { question, ms, found } of list.toSorted((a, b) => b.ms - a.ms).slice(0, 3)) {
    console.log(`${what} "${question}": ${ms.toFixed(1)} ms, ${found} found`);
  }
}
