// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import type { ZohoEmulator } from '../crm-emulators/zoho/emulator.ts';
import { contact, draft, lead, names, never, query } from '../crm-emulators/zoho/examples.ts';

let stand: ConnectedZoho;
let crm: ZohoEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await zohoBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const NUMBER = '+442079460123';
const LADDER = { strategy: 'tail', country: 'GB', prefer: null, chosen: null } as const;
const asked = (part: string) => crm.server.calls.filter(({ path }) => path.includes(part));
const phonesAsked = () => asked('/Contacts/search').map((call) => call.query.get('phone'));
const empty = (): void => {
  for (const module of ['Contacts', 'Leads', 'Accounts'] as const) (crm.rows(module) as unknown[]).length = 0;
};

describe('look-up', () => {
  it.each(['whole', 'digits', 'part'] as const)('finds a number however it is stored, by %s', async (phone) => {
    crm.switches.phone = phone;
    const stored = [
      ...['+442079460123', '+44 20 7946 0123', '02079460123', '020 7946 0123', '(020) 7946-0123'],
      ...['+44 (0)20 7946 0123', '00442079460123', '7946 0123', '020 7946 01 23', '2079460123'],
    ];
    for (const Phone of stored) {
      empty();
      contact(crm, 'Ibarra', { Phone });
      contact(crm, 'Other', { Phone: '+44 20 7946 0999' });
      contact(crm, 'Same end', { Phone: '+34 911 230 123' });
      expect([Phone, names(await connector.lookup(query(NUMBER), never))]).toEqual([Phone, ['Ibarra']]);
    }
  });

  it('asks for the whole number first, then for fewer digits, and stops at the first that is found', async () => {
    crm.switches.phone = 'whole';
    contact(crm, 'Ibarra', { Mobile: '2079460123' });
    contact(crm, 'Smith', { Phone: '+442079460124' });
    await connector.lookup(query(NUMBER), never);
    expect(phonesAsked()).toEqual(['+442079460123', '442079460123', '2079460123']);
    await connector.lookup(query('+442079460124'), never);
    expect(phonesAsked().slice(3)).toEqual(['+442079460124']);
    expect(asked('/coql')).toEqual([]);
  });

  it('asks in no other form and by no query where that is switched off', async () => {
    const { connector: short } = await stand.restarted({ phoneForms: ['e164'], searchStored: false });
    contact(crm, 'Ibarra', { Phone: '020 7946 0123' });
    expect(await short.lookup(query(NUMBER), never)).toEqual([]);
    expect([phonesAsked(), asked('/coql').length]).toEqual([['+442079460123'], 0]);
  });

  it('leaves an organisation alone that does not let its numbers be compared', async () => {
    crm.switches.phoneLike = false;
    contact(crm, 'Ibarra', { Phone: '020 7946 0123' });
    expect(await connector.lookup(query(NUMBER), never)).toEqual([]);
    const once = asked('/coql').length;
    expect(await connector.lookup(query(NUMBER), never)).toEqual([]);
    expect([once > 0, asked('/coql').length]).toEqual([true, once]);
  });

  it('goes without queries where they were not allowed', async () => {
    crm.switches.withheld = ['ZohoCRM.coql.READ'];
    contact(crm, 'Ibarra', { Phone: NUMBER });
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Ibarra']);
    expect(await connector.lookup(query('+442079460999'), never)).toEqual([]);
  });

  it('saves credits when few are left', async () => {
    contact(crm, 'Ibarra', { Phone: '020 7946 0123' });
    crm.switches.creditsLeft = 120;
    expect(await connector.lookup(query(NUMBER), never)).toEqual([]);
    expect(asked('/coql')).toEqual([]);
    crm.switches.creditsLeft = 4_000;
    await connector.users(never);
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Ibarra']);
  });

  it('tells contact, lead and company apart, with company, owner and link', async () => {
    const Account_Name = {
      id: crm.put('Accounts', { Account_Name: 'Ibarra Cycles', Phone: NUMBER }),
      name: 'Ibarra Cycles',
    };
    const id = contact(crm, 'Ibarra', { First_Name: 'Marta', Phone: NUMBER, Account_Name, Email: 'm@example.com' });
    lead(crm, 'M. Ibarra', { Mobile: NUMBER });
    lead(crm, 'Old', { Phone: NUMBER, Converted__s: true });
    const records = await connector.lookup(query(NUMBER), never);
    expect(records.map(({ kind, name, company }) => [kind, name, company])).toEqual([
      ['contact', 'Marta Ibarra', 'Ibarra Cycles'],
      ['lead', 'M. Ibarra', 'Acme'],
      ['company', 'Ibarra Cycles', null],
    ]);
    const owner = { id: crm.userId, name: 'Dana Reyes', email: 'dana@example.com' };
    expect(records[0]).toMatchObject({ id, email: 'm@example.com', phones: [NUMBER], owner });
    expect(records[0]?.url).toBe(`${crm.url}/crm/org20081234567/tab/Contacts/${id}`);
    expect(climb(query(NUMBER), records, LADDER).state).toBe('ambiguous');
    expect(climb(query(NUMBER), records, { ...LADDER, prefer: 'lead' })).toMatchObject({ state: 'one' });
    expect(connector.recordUrl({ connector: 'zoho', kind: 'deal', id: '77' })).toBe(
      `${crm.url}/crm/org20081234567/tab/Potentials/77`,
    );
  });

  it('finds no lead that has become a contact, by a query neither', async () => {
    lead(crm, 'Old', { Phone: '020 7946 0123', Converted__s: true });
    contact(crm, 'New', { Phone: '020 7946 0123' });
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['New']);
  });

  it('links without the organisation where that may not be read', async () => {
    crm.switches.withheld = ['ZohoCRM.org.READ'];
    const id = contact(crm, 'Ibarra', { Phone: NUMBER });
    const [record] = await connector.lookup(query(NUMBER), never);
    expect(record?.url).toBe(`${crm.url}/crm/tab/Contacts/${id}`);
    await connector.lookup(query(NUMBER), never);
    expect(asked('/crm/v8/org').length).toBe(1);
  });

  it('describes each module once', async () => {
    await connector.lookup(query(NUMBER), never);
    await connector.search('Ibarra', 10, never);
    expect(asked('settings/fields').map((call) => call.query.get('module'))).toEqual(['Contacts', 'Leads', 'Accounts']);
  });

  it('leaves out what this person may not see', async () => {
    crm.switches.noAccess = ['Leads'];
    crm.switches.hidden = ['Contacts.Home_Phone', 'Contacts.Owner', 'Contacts.Account_Name', 'Contacts.Full_Name'];
    contact(crm, 'Ibarra', { First_Name: 'Marta', Phone: NUMBER });
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Marta Ibarra']);
    crm.switches.noAccess = ['Leads', 'Contacts', 'Accounts'];
    const { connector: blind } = await stand.restarted();
    await expect(blind.lookup(query(NUMBER), never)).rejects.toMatchObject({ failure: 'forbidden' });
    crm.switches.noAccess = [];
    expect(names(await blind.lookup(query(NUMBER), never))).toEqual(['Marta Ibarra']);
  });

  it('finds out by itself that a field has gone', async () => {
    contact(crm, 'Ibarra', { Phone: NUMBER });
    await connector.lookup(query(NUMBER), never);
    crm.switches.hidden = ['Contacts.Home_Phone'];
    await expect(connector.lookup(query(NUMBER), never)).rejects.toMatchObject({ failure: 'refused' });
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Ibarra']);
  });

  it('knows whom it has just made, although neither index nor query does', async () => {
    Object.assign(crm.switches, { indexLag: true, queryLag: true });
    const made = await connector.create(draft, 'key-1', never);
    expect(await connector.lookup(query(NUMBER), never)).toEqual([made]);
    const { connector: again } = await stand.restarted();
    expect(await again.lookup(query(NUMBER), never)).toEqual([]);
    crm.store.reindex();
    expect((await connector.lookup(query(NUMBER), never)).map(({ id }) => id)).toEqual([made.id]);
  });

  it('finds by a query what the index does not have yet', async () => {
    crm.switches.indexLag = true;
    contact(crm, 'Ibarra', { Phone: NUMBER });
    expect(names(await connector.lookup(query(NUMBER), never))).toEqual(['Ibarra']);
  });
});

describe('search', () => {
  beforeEach(() => {
    contact(crm, 'Ibarra', { First_Name: 'Marta', Email: 'marta@example.com', Phone: NUMBER });
    contact(crm, 'de la Cruz', { First_Name: 'Ana María' });
    lead(crm, 'Smith-Ibarra', { First_Name: "Joe O'Neil", Company: 'Blue Ocean' });
    crm.put('Accounts', { Account_Name: 'Ibarra Cycles' });
  });

  it.each([
    ['mar', ['Marta Ibarra']],
    ['ibarra MARTA', ['Marta Ibarra']],
    ['Marta Ib', ['Marta Ibarra']],
    ['ibar', ['Marta Ibarra', 'Ibarra Cycles']],
    ['cruz', ['Ana María de la Cruz']],
    ['la cruz', ['Ana María de la Cruz']],
    ['maría', ['Ana María de la Cruz']],
    ["o'n", ["Joe O'Neil Smith-Ibarra"]],
    ['blue', ["Joe O'Neil Smith-Ibarra"]],
    ['marta@ex', ['Marta Ibarra']],
    ['+44 20 7946', ['Marta Ibarra']],
    ['020 7946 0123', ['Marta Ibarra']],
    ['460 999', []],
    ['m', []],
    ['', []],
    ['nobody', []],
  ])('%j', async (text, expected) => {
    crm.switches.phone = 'part';
    expect(names(await connector.search(text, 10, never)).sort()).toEqual([...expected].sort());
  });

  it('finds a number by its end where the search wants the whole of it', async () => {
    crm.switches.phone = 'whole';
    expect(names(await connector.search('7946 0123', 10, never))).toEqual(['Marta Ibarra']);
  });

  it('finds no namesake of the second word alone', async () => {
    contact(crm, 'Ibarra', { First_Name: 'Jon' });
    expect(names(await connector.search('jon ibarra', 10, never))).toEqual(['Jon Ibarra']);
  });

  it('gives as many as asked for', async () => {
    for (let at = 0; at < 9; at += 1) lead(crm, `Many ${at}`);
    expect((await connector.search('many', 4, never)).length).toBe(4);
  });
});
