// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import { type ConnectedSalesforce, salesforceBefore } from '../crm-emulators/salesforce/connected.ts';
import type { SalesforceEmulator } from '../crm-emulators/salesforce/emulator.ts';
import { contact, entry, lead, names, never, query } from '../crm-emulators/salesforce/examples.ts';
import { tokens as wordsOf } from '../crm-emulators/salesforce/sosl.ts';

let stand: ConnectedSalesforce;
let crm: SalesforceEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await salesforceBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const asked = (part: string) => crm.server.calls.filter(({ path }) => path.includes(part)).length;

describe('look-up', () => {
  it.each([
    '+44 20 7946 0123',
    '020 7946 0123',
    '(020) 7946-0123',
    '+44 (0)20 7946 0123',
    '00442079460123',
    '02079460123',
    '7946 0123',
  ])('finds a number stored as %s, whatever digits the index takes', async (Phone) => {
    contact(crm, 'Ibarra', { Phone });
    contact(crm, 'Other', { Phone: '+44 20 7946 0999' });
    for (const digits of [
      {},
      { tail: false },
      { tail: false, national: false },
      { whole: false, tail: false, national: false },
    ]) {
      Object.assign(crm.switches.digits, { whole: true, national: true, tail: true }, digits);
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    }
  });

  it('asks once when the index knows, twice when it does not', async () => {
    contact(crm, 'Ibarra', { MobilePhone: '+442079460123' });
    await connector.lookup(query('+442079460123'), never);
    expect([asked('/search'), asked('/composite')]).toEqual([1, 0]);
    await connector.lookup(query('+442079460124'), never);
    expect([asked('/search'), asked('/composite')]).toEqual([2, 1]);
    const { connector: quick } = await stand.restarted({ searchStored: false });
    expect(await quick.lookup(query('+442079460124'), never)).toEqual([]);
    expect(asked('/composite')).toBe(1);
  });

  it('describes the objects once', async () => {
    await connector.lookup(query('+442079460124'), never);
    await connector.search('Ibarra', 10, never);
    expect([asked('/describe'), asked('/services/data/v68.0')]).toEqual([
      3,
      crm.server.calls.filter(({ path }) => path.includes('/v')).length,
    ]);
  });

  it('tells contact, lead and company apart, with company, owner and link', async () => {
    const account = crm.put('Account', { Name: 'Ibarra Cycles', Phone: '+44 20 7946 0123' });
    const id = contact(crm, 'Ibarra', { Phone: '+44 20 7946 0123', AccountId: account, Email: 'm@example.com' });
    lead(crm, 'M. Ibarra', { MobilePhone: '020 7946 0123' });
    crm.put('Lead', { LastName: 'Old', Name: 'Old', Company: 'x', IsConverted: true, Phone: '+442079460123' });
    const records = await connector.lookup(query('+442079460123'), never);
    expect(records.map(({ kind, name, company }) => [kind, name, company])).toEqual([
      ['contact', 'Ibarra', 'Ibarra Cycles'],
      ['lead', 'M. Ibarra', 'Acme'],
      ['company', 'Ibarra Cycles', null],
    ]);
    expect(records[0]).toMatchObject({ id, email: 'm@example.com', owner: { id: crm.userId, name: 'Dana Reyes' } });
    expect(records[0]?.url).toBe(`${crm.url}/lightning/r/Contact/${id}/view`);
    const ladder = { strategy: 'tail', country: 'GB', chosen: null } as const;
    expect(climb(query('+442079460123'), records, { ...ladder, prefer: null }).state).toBe('ambiguous');
    expect(climb(query('+442079460123'), records, { ...ladder, prefer: 'lead' })).toMatchObject({ state: 'one' });
  });

  it('takes a person account for one person', async () => {
    crm.switches.personAccounts = true;
    const mirror = contact(crm, 'Marta', { IsPersonAccount: true, Phone: '+442079460123' });
    crm.put('Account', {
      ...{ Name: 'Marta', IsPersonAccount: true, PersonContactId: mirror, Phone: '+442079460123' },
      ...{ PersonMobilePhone: '+447700900123', PersonEmail: 'marta@example.com' },
    });
    const records = await connector.lookup(query('+442079460123'), never);
    expect(records).toEqual([expect.objectContaining({ kind: 'contact', id: mirror, company: null })]);
    expect([records[0]?.phones, records[0]?.email]).toEqual([['+442079460123', '+447700900123'], 'marta@example.com']);
    expect(names(await connector.lookup(query('+447700900123'), never))).toEqual(['Marta']);
    const { id } = await connector.journal(entry({ record: records[0] ?? null }), never);
    expect(crm.rows('Task').find((row) => row.Id === id)?.WhoId).toBe(mirror);
  });

  it('leaves out what this user may not see', async () => {
    crm.switches.noAccess = ['Lead'];
    crm.switches.hidden = ['Contact.HomePhone', 'Contact.OwnerId', 'Contact.AccountId', 'Account.Fax'];
    contact(crm, 'Ibarra', { Phone: '+442079460123' });
    expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    crm.switches.noAccess = ['Lead', 'Contact', 'Account'];
    const { connector: blind } = await stand.restarted();
    await expect(blind.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'forbidden' });
  });

  it('finds out by itself that a field has gone', async () => {
    contact(crm, 'Ibarra', { Phone: '+442079460123' });
    await connector.lookup(query('+442079460123'), never);
    crm.switches.hidden = ['Contact.HomePhone'];
    await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'refused' });
    expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
  });

  it('speaks the newest version both know', async () => {
    crm.switches.versions = [58, 60];
    const { connector: older } = await stand.restarted();
    await older.users(never);
    expect(crm.server.calls.at(-1)?.path).toBe('/services/data/v60.0/query');
    crm.switches.versions = [90];
    const { connector: newer } = await stand.restarted();
    await expect(newer.users(never)).rejects.toMatchObject({ failure: 'bad-reply' });
  });

  it('takes its own version of the API where the list is kept from it', async () => {
    crm.switches.hideVersions = true;
    const { connector: blind } = await stand.restarted();
    await blind.users(never);
    expect(crm.server.calls.at(-1)?.path).toBe('/services/data/v68.0/query');
  });

  it('asks for the whole number alone where that has to match', async () => {
    contact(crm, 'Same end', { Phone: '+34917946123' });
    contact(crm, 'Ibarra', { Phone: '+44 1617 946123' });
    const { connector: exact } = await stand.restarted({}, { match: { strategy: 'exact', digits: 7 } });
    expect(names(await exact.lookup(query('+441617946123'), never))).toEqual(['Ibarra']);
    const search = crm.server.calls.find(({ path }) => path.includes('/search'));
    expect(search?.query.get('q')).toContain('FIND {441617946123 OR 1617946123} IN');
  });
});

describe('nobody gets out of a query', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(...'\\\'"%_*?{}()[]&|!^~:+-/ \n\tab1', ' or ', ' AND '),
    minLength: 2,
    maxLength: 12,
  });
  const text = fc.oneof(nasty, fc.string({ unit: 'grapheme', minLength: 2, maxLength: 12 }));

  it('a name is found by itself, and finds only names that begin so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), fc.nat(), async (all, at) => {
        (crm.rows('Contact') as unknown[]).length = 0;
        for (const name of all) contact(crm, name);
        const wanted = all[at % all.length] ?? '';
        const found = names(await connector.search(wanted, 50, never));
        if ((wanted.match(/[\p{L}\p{N}\p{S}]/gu) ?? []).length > 1 && !wanted.includes('@'))
          expect(found).toContain(wanted.trim());
        const known = wordsOf(wanted);
        for (const name of found) {
          const present = wordsOf(name);
          expect(known.every((word) => present.some((one) => one.startsWith(word)))).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('an e-mail finds its owner alone, also one that is a query', async () => {
    contact(crm, 'Ibarra', { Email: 'marta@example.com' });
    contact(crm, "O'Hara", { Email: "o'hara@example.com" });
    expect(names(await connector.lookupByEmail("o'hara@example.com", never))).toEqual(["O'Hara"]);
    expect(names(await connector.lookupByEmail('MARTA@example.com', never))).toEqual(['Ibarra']);
    await fc.assert(
      fc.asyncProperty(text, async (attempt) => {
        for (const email of [attempt, `x' OR Email LIKE '%${attempt}`, `x\\' OR Name != '`]) {
          expect(await connector.lookupByEmail(email, never)).toEqual([]);
          expect(await connector.usersByEmail?.(email, never)).toEqual([]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a key finds its own entry alone', async () => {
    await connector.journal(entry(), never);
    await fc.assert(
      fc.asyncProperty(text, async (attempt) => {
        for (const key of [attempt, `x' OR CallObject != '${attempt}`, '%', "\\' OR Id != null"]) {
          expect(await connector.findJournal({ key, startedAt: Date.now(), record: null }, never)).toBeNull();
        }
      }),
      { numRuns: 50 },
    );
  });

  it('a number finds itself alone, however it is stored', async () => {
    const digits = fc.stringMatching(/^7700900\d{3}$/);
    const styles = [
      (d: string) => `+44${d}`,
      (d: string) => `0${d}`,
      (d: string) => `+44 ${d.slice(0, 4)} ${d.slice(4)}`,
      (d: string) => `(0${d.slice(0, 4)}) ${d.slice(4, 7)}-${d.slice(7)}`,
    ];
    const stored = fc.uniqueArray(fc.tuple(digits, fc.constantFrom(...styles)), {
      minLength: 1,
      maxLength: 5,
      selector: ([d]) => d,
    });
    await fc.assert(
      fc.asyncProperty(stored, fc.nat(), fc.boolean(), async (all, at, tail) => {
        (crm.rows('Contact') as unknown[]).length = 0;
        crm.switches.digits.tail = tail;
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
});

describe('search', () => {
  beforeEach(() => {
    contact(crm, 'Ibarra', { Name: 'Marta Ibarra', Email: 'marta@example.com', Phone: '+442079460123' });
    contact(crm, 'Anders', { Name: 'And Anders' });
    lead(crm, 'Smith-Ibarra', { Name: "Joe O'Smith-Ibarra" });
  });

  it.each([
    ['mar', ['Marta Ibarra']],
    ['ibarra MARTA', ['Marta Ibarra']],
    ['ibar', ['Marta Ibarra', "Joe O'Smith-Ibarra"]],
    ["o'sm", ["Joe O'Smith-Ibarra"]],
    ['and', ['And Anders']],
    ['and anders', ['And Anders']],
    ['marta@ex', ['Marta Ibarra']],
    ['+44 20 7946', ['Marta Ibarra']],
    ['7946 0123', ['Marta Ibarra']],
    ['460123', []],
    ['*', []],
    ['m', []],
    ['', []],
    ['nobody', []],
  ])('%j', async (text, expected) => {
    expect(names(await connector.search(text, 10, never)).sort()).toEqual([...expected].sort());
  });

  it('gives as many as asked for', async () => {
    for (let at = 0; at < 9; at += 1) lead(crm, `Many ${at}`);
    expect((await connector.search('many', 4, never)).length).toBe(4);
  });
});
