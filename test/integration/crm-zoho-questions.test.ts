// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import type { ZohoEmulator } from '../crm-emulators/zoho/emulator.ts';
import { contact, draft, entry, lead, names, never, query } from '../crm-emulators/zoho/examples.ts';

let stand: ConnectedZoho;
let crm: ZohoEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await zohoBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const empty = (): void => {
  for (const module of ['Contacts', 'Leads', 'Accounts'] as const) (crm.rows(module) as unknown[]).length = 0;
};

/** Nobody gets out of a question: whatever is typed or called from finds itself alone. */
const nasty = fc.string({
  unit: fc.constantFrom(...'\\\'"%_*?{}()[],&|!:;=<>~^+-/ \tab1', ')or(', ')and(', 'equals:', "''", '\\)'),
  minLength: 2,
  maxLength: 12,
});
const text = fc.oneof(nasty, fc.string({ unit: 'grapheme', minLength: 2, maxLength: 12 }));
const words = (one: string): readonly string[] =>
  one
    .toLowerCase()
    .split(/[\p{Cc}\s]+/u)
    .filter((word) => word !== '');

it('a name is found by itself, and finds only names that begin so', async () => {
  const people = fc.array(text, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(people, fc.nat(), fc.constantFrom(contact, lead), async (all, at, put) => {
      empty();
      for (const name of all) put(crm, name.replace(/[\p{Cc}\s]+/gu, ' ').trim());
      const wanted = (all[at % all.length] ?? '').replace(/[\p{Cc}\s]+/gu, ' ').trim();
      const found = names(await connector.search(wanted, 50, never));
      const isNumber = /^[\d\s()+./-]+$/.test(wanted) && wanted.replace(/\D/g, '').replace(/^0+/, '').length >= 3;
      if (words(wanted).join('').length > 1 && !wanted.includes('@') && !isNumber) expect(found).toContain(wanted);
      for (const name of found) {
        const present = [...words(name), 'acme'];
        expect(words(wanted).every((word) => present.some((one) => one.startsWith(word)))).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

it('an e-mail finds its owner alone, also one that is a question', async () => {
  contact(crm, 'Ibarra', { Email: 'marta@example.com' });
  contact(crm, "O'Hara", { Secondary_Email: "o'hara@example.com" });
  expect(names(await connector.lookupByEmail("o'hara@example.com", never))).toEqual(["O'Hara"]);
  expect(names(await connector.lookupByEmail('MARTA@example.com', never))).toEqual(['Ibarra']);
  await fc.assert(
    fc.asyncProperty(text, async (attempt) => {
      for (const email of [attempt, `marta@example.com&word=${attempt}`, `x)or(Email:starts_with:m${attempt}`]) {
        expect(await connector.lookupByEmail(email, never)).toEqual([]);
      }
    }),
    { numRuns: 50 },
  );
});

it('a key finds its own entry alone', async () => {
  await connector.journal(entry(), never);
  await fc.assert(
    fc.asyncProperty(text, async (attempt) => {
      for (const key of [attempt, `${entry().key}${attempt}`, '%', "' or id != ''"]) {
        expect(await connector.findJournal({ key, startedAt: Date.now(), record: null }, never)).toBeNull();
      }
    }),
    { numRuns: 30 },
  );
});

it('a company of any name is found by its whole name, and joined by no other', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(text, { minLength: 2, maxLength: 4, selector: (one) => words(one).join(' ') }),
      async (all) => {
        empty();
        const plain = all.map((name) => name.replace(/[\p{Cc}\s]+/gu, ' ').trim()).filter((name) => name !== '');
        const ids = plain.map((Account_Name) => crm.put('Accounts', { Account_Name }));
        const [first = 'none'] = plain;
        await connector.create(
          { ...draft, company: first, lastName: `${first} person` },
          `key ${crm.rows('Contacts').length} ${ids[0]}`,
          never,
        );
        const joined = crm.rows('Contacts')[0]?.Account_Name as { id: string } | undefined;
        expect(joined?.id).toBe(ids[0]);
      },
    ),
    { numRuns: 40 },
  );
});

it('a number finds itself alone, however it is stored', async () => {
  const digits = fc.stringMatching(/^7700900\d{3}$/);
  const styles = [
    (d: string) => `+44${d}`,
    (d: string) => `0${d}`,
    (d: string) => `+44 ${d.slice(0, 4)} ${d.slice(4)}`,
    (d: string) => `(0${d.slice(0, 4)}) ${d.slice(4, 7)}-${d.slice(7)}`,
    (d: string) => `0${d.slice(0, 4)} ${d.slice(4, 6)} ${d.slice(6, 8)} ${d.slice(8)}`,
  ];
  const stored = fc.uniqueArray(fc.tuple(digits, fc.constantFrom(...styles)), {
    minLength: 1,
    maxLength: 5,
    selector: ([d]) => d,
  });
  const how = fc.constantFrom('whole', 'digits', 'part');
  await fc.assert(
    fc.asyncProperty(stored, fc.nat(), how, async (all, at, phone) => {
      empty();
      crm.switches.phone = phone;
      for (const [number, style] of all) contact(crm, number, { Phone: style(number) });
      const wanted = all[at % all.length]?.[0] ?? '';
      const asking = query(`+44${wanted}`);
      const result = climb(asking, await connector.lookup(asking, never), {
        strategy: 'tail',
        country: 'GB',
        prefer: null,
        chosen: null,
      });
      expect(result).toMatchObject({ state: 'one', record: { name: wanted } });
    }),
    { numRuns: 60 },
  );
});
