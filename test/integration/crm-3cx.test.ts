// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import type { ChatEntry } from '../../src-shared/crm/model.ts';
import { draft, entry, names, never, query } from '../crm-emulators/common/examples.ts';
import { fixture, type OpenTemplate, openTemplate } from '../crm-emulators/rest/connected.ts';
import { PASSWORD, type RestEmulator, startRest } from '../crm-emulators/rest/emulator.ts';

/** Templates in 3CX's format, carried out before a CRM that keeps what it is told. */
const START = Date.UTC(2026, 10, 20, 8, 14, 0);
let crm: RestEmulator;

beforeEach(async () => {
  crm = await startRest();
});
afterEach(() => crm.close());

const rules = { strategy: 'tail', country: 'GB', prefer: null, chosen: null } as const;
const find = async (connector: Connector, number: string) =>
  climb(query(number), await connector.lookup(query(number), never), rules);
const paths = () => crm.server.calls.map(({ method, path }) => `${method} ${path}`);
const bodies = (path: string): unknown[] =>
  crm.server.calls.filter((call) => call.path === path).map(({ body }) => JSON.parse(body));

describe('a template with user and password, and helper scenarios', () => {
  let connector: Connector;
  const open = async (more: Partial<OpenTemplate> = {}): Promise<Connector> => {
    const parameters = { Server: crm.url, ...more.parameters };
    const secrets = { Password: PASSWORD };
    return (await openTemplate({ xml: fixture('harbour'), secrets, ...more, parameters })).connector;
  };
  const marta = (more: object = {}) =>
    crm.store.put({ firstName: 'Marta', lastName: 'Ibarra', company: 'Cycles', phones: ['+44 20 7946 0123'], ...more });

  beforeEach(async () => {
    crm.switches.auth = 'basic';
    connector = await open();
  });

  it('says what it can do, as its form is filled in', async () => {
    expect(connector.capabilities).toEqual({
      ...{ lookup: true, search: true, searchByEmail: true, create: ['contact'], journal: true, users: false },
      ...{ journalUpdate: 'none', journalFind: false, chats: ['task'] },
    });
    const off = await open({ parameters: { ReportCallEnabled: 'False', CreateContactEnabled: '0' } });
    expect(off.capabilities).toMatchObject({ create: [], chats: ['task'] });
    expect(off.capabilities.journal).toBe(true); // a scenario that is left out leads to the next one here
  });

  it('finds who calls, by two scenarios', async () => {
    marta({ phones: ['+44 20 7946 0999', '020 7946 0123', '+44 20 7946 0123'] });
    crm.store.put({ firstName: 'Other', phones: ['+442079460777'] });
    expect(await find(connector, '+442079460123')).toMatchObject({
      state: 'one',
      by: 'e164',
      record: {
        id: 'Contacts:C-1',
        kind: 'contact',
        name: 'Marta Ibarra',
        company: 'Cycles',
        url: `${crm.url}/contacts/C-1`,
      },
    });
    expect(paths()).toEqual(['GET /api/search', 'GET /api/contacts/C-1']);
    expect(crm.server.calls[0]?.query.get('q')).toBe('+442079460123'); // the plus arrives as one
    expect(await find(connector, '+442079460124')).toEqual({ state: 'none' });
  });

  it('reads what filters choose, and knows leads from contacts', async () => {
    marta({ type: 'lead', email: 'marta@ibarra.example', phones: ['+442079460001', '+442079460123'] });
    const [record] = await connector.lookupByEmail('marta@ibarra.example', never);
    expect(record).toMatchObject({ id: 'Leads:C-1', kind: 'lead', email: 'marta@ibarra.example' });
    expect(record?.phones).toEqual(['+442079460001', '+442079460123']);
  });

  it('searches', async () => {
    marta();
    marta({ firstName: 'Mara', lastName: 'Diaz' });
    expect(names(await connector.search('mar', 5, never))).toEqual(['Marta Ibarra', 'Mara Diaz']);
    expect(names(await connector.search('mar', 1, never))).toEqual(['Marta Ibarra']);
    expect(await connector.search('nobody', 5, never)).toEqual([]);
  });

  it('makes a contact and reads it back', async () => {
    const made = await connector.create({ ...draft, company: 'Cycles "R" Us' }, 'key-1', never);
    expect(made).toMatchObject({
      id: 'Contacts:C-1',
      name: 'Marta Ibarra',
      company: 'Cycles "R" Us',
      phones: ['+442079460123'],
    });
    expect(crm.store.contacts).toMatchObject([{ email: 'marta@example.com', type: 'contact' }]);
    const lead = await open({ parameters: { NewKind: 'lead' } });
    expect(await lead.create({ ...draft, email: '' }, 'key-2', never)).toMatchObject({ kind: 'lead' });
    expect(bodies('/api/contacts')[1]).not.toHaveProperty('email');
    await expect(connector.create({ ...draft, lastName: '', company: '' }, 'key-3', never)).rejects.toMatchObject({
      failure: 'refused',
      message: expect.stringContaining('lastName is missing'),
    });
    const off = await open({ parameters: { CreateContactEnabled: 'False' } });
    await expect(off.create(draft, 'key-4', never)).rejects.toMatchObject({ failure: 'refused' });
    expect(crm.store.contacts.length).toBe(2);
  });

  it('keeps the journal, with every variable where the template wants it', async () => {
    const record = { connector: 'tpl-1', kind: 'contact', id: 'Contacts:C-7' } as const;
    const times = { startedAt: START, establishedAt: START + 5_000, endedAt: START + 206_000 };
    const call = entry({ ...times, record, name: 'Marta [Password] Ibarra', agentEmail: "o'hara@example.com" });
    expect(await connector.journal({ ...call, recordingUrl: 'https://x.example/r' }, never)).toEqual({ id: null });
    expect(crm.server.calls.at(-1)?.headers['x-source']).toBe('telephone 101');
    expect(bodies('/api/calls')[0]).toEqual({
      subject: 'Harbour call Inbound',
      // A name is text, whatever it looks like.
      text: '2026-11-20 08:14: 101 spoke with +442079460123 Marta [Password] Ibarra (00:03:21)',
      seconds: 201,
      answered: true,
      recording: 'https://x.example/r',
      about: {
        kind: 'Contacts',
        id: 'C-7',
        times: ['2026-11-20T08:14:00Z', '2026-11-20T08:14:05Z', '2026-11-20T08:17:26Z'],
      },
      user: 'U-2',
    });
    await connector.journal(
      { ...call, callType: 'Missed', establishedAt: null, durationSeconds: 0, agentEmail: '' },
      never,
    );
    expect(bodies('/api/calls')[1]).toMatchObject({
      text: '2026-11-20 09:14: missed +442079460123 Marta [Password] Ibarra', // Madrid
      ...{ seconds: 0, answered: false, about: { times: ['2026-11-20T08:14:00Z', '', '2026-11-20T08:17:26Z'] } },
    });
    expect(bodies('/api/calls')[1]).not.toHaveProperty('user');
    await connector.journal({ ...call, record: null }, never); // no EntityId: the template leaves it out
    expect(crm.store.calls.length).toBe(2);
  });

  it('keeps conversations, without pictures the CRM cannot keep', async () => {
    const chat: ChatEntry = {
      ...{
        key: 'sp:1',
        number: '+442079460123',
        name: 'Marta',
        extension: '101',
        agentEmail: '',
        userId: null,
        as: 'task',
      },
      record: { connector: 'tpl-1', kind: 'contact', id: 'Contacts:C-7' },
      ...{
        subject: 'Messages',
        startedAt: START,
        endedAt: START + 60_000,
        text: '09:14 Marta: Hi 👋🏽👩‍💻❤️ ©\n09:15 Dana: "yes"',
      },
      messages: [],
    };
    await connector.chat(chat, never);
    expect(crm.store.chats).toMatchObject([
      { about: 'C-7', text: 'Messages\n09:14 Marta: Hi  ©\n09:15 Dana: "yes"', day: '2026-11-20' },
    ]);
  });

  it('is tried with a look-up, and says when the password is wrong', async () => {
    expect(await connector.me(never)).toEqual({ id: 'Harbour CRM', name: 'Harbour CRM' });
    const wrong = await open({ secrets: { Password: 'x' } });
    await expect(wrong.me(never)).rejects.toMatchObject({ failure: 'auth' });
  });

  it('asks no more at once than the template allows', async () => {
    for (let at = 0; at < 12; at += 1) marta({ lastName: `Ibarra ${at}` });
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 40, times: 100 });
    let [now, most] = [0, 0];
    const counting: typeof fetch = (...args) => {
      now += 1;
      most = Math.max(most, now);
      return fetch(...args).finally(() => {
        now -= 1;
      });
    };
    expect((await (await open({ fetch: counting })).search('Ibarra', 50, never)).length).toBe(12);
    expect(most).toBe(2);
  });
});

describe('a template that begins a session, with ways to search side by side', () => {
  let connector: Connector;
  let time = START;
  const open = async (more: Partial<OpenTemplate> = {}): Promise<Connector> => {
    const parameters = { Login: `${crm.url}/api/login`, ...more.parameters };
    const secrets = { ApiSecret: PASSWORD };
    return (await openTemplate({ xml: fixture('lantern'), secrets, now: () => time, ...more, parameters })).connector;
  };

  beforeEach(async () => {
    time = START;
    crm.switches.auth = 'session';
    connector = await open();
  });

  it('signs in once for all who ask, again when its time is over, and when the CRM has forgotten it', async () => {
    crm.store.put({ firstName: 'Ana', lastName: 'Ruiz', phones: ['+34600111222'] });
    await Promise.all(['An', 'Ru', 'x'].map((text) => connector.search(text, 5, never)));
    expect(crm.logins()).toBe(1);
    expect(JSON.parse(crm.server.calls[0]?.body ?? '')).toEqual({ user: 'api', password: PASSWORD, tags: ['api'] });
    time += 21 * 60_000;
    await connector.search('An', 5, never);
    expect(crm.logins()).toBe(2);
    crm.switches.sessionRequests = 1;
    expect(names(await connector.search('An', 5, never))).toEqual(['Ana Ruiz']);
    expect(crm.logins()).toBeGreaterThan(2);
  });

  it('says when it is not let in, and does not go on asking', async () => {
    const wrong = await open({ secrets: { ApiSecret: 'no' } });
    await expect(wrong.me(never)).rejects.toMatchObject({ failure: 'auth' });
    crm.switches.auth = 'nobody';
    await expect(connector.lookupByEmail('a@b', never)).rejects.toMatchObject({ failure: 'unsupported' });
    await expect(connector.lookup(query('+34600111222'), never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.logins()).toBe(2);
  });

  it('looks for kinds in the order chosen, and believes a number that is repeated', async () => {
    crm.store.put({ id: 'P', firstName: 'Ana', lastName: 'Ruiz', phones: ['600 111 222'] });
    crm.store.put({ id: 'L', type: 'lead', company: 'Ruiz SL', phones: ['600111222'] });
    // Seven digits were asked for; the template repeats them, and so they are the whole number.
    expect(await find(connector, '+34600111222')).toMatchObject({
      ...{ state: 'one', by: 'e164' },
      record: { id: 'Contacts:P', phones: ['+34600111222'], url: `${crm.url}/contacts/P` },
    });
    expect(crm.server.calls.at(-1)?.query.get('q')).toBe('0111222');
    const leads = await open({ parameters: { LookupOrder: 'Leads/Contacts' } });
    expect(await find(leads, '+34600111222')).toMatchObject({
      record: { id: 'Leads:L', kind: 'lead', name: 'Ruiz SL' },
    });
    const exact = await open({ settings: { match: { strategy: 'exact', digits: 7 } } });
    expect(await exact.lookup(query('+34600111222'), never)).toEqual([]);
    expect(crm.server.calls.at(-1)?.query.get('q')).toBe('34600111222');
  });

  it('merges the ways to search; one that fails is passed over, all together are not', async () => {
    crm.store.put({ id: 'P', firstName: 'Rua', lastName: 'Ruiz', phones: ['+34600111222'] });
    expect(await connector.search('ru', 5, never)).toMatchObject([{ id: 'Contacts:P', phones: ['+34600111222'] }]);
    expect(crm.server.calls.filter(({ path }) => path === '/api/search').length).toBe(3);
    crm.server.faults.plan.push({ kind: 'error-before', only: '/api/search', times: 3 });
    await expect(connector.search('ru', 5, never)).rejects.toMatchObject({ failure: 'network' });
  });

  it('writes forms, and comes to the next scenario where one is left out', async () => {
    const record = { connector: 'tpl-1', kind: 'contact', id: 'Contacts:P' } as const;
    await connector.journal(entry({ record, name: 'A&B=C+D 100% "é"', startedAt: START }), never);
    await connector.journal(entry({ record, callType: 'Missed' }), never);
    await connector.journal(entry({ record, callType: 'Outbound' }), never);
    expect(crm.store.calls).toMatchObject([
      {
        ...{ what: 'came in', who: 'A&B=C+D 100% "é" <+442079460123>', contact: 'Contacts/P' },
        ...{ started: '20/11/2026 09:14', length: '00:03:21' },
      },
      { what: 'missed', who: '+442079460123', contact: 'Contacts/P' },
    ]);
  });

  it('any name finds only itself', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((one) => one.trim() !== '');
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        crm.store.contacts.length = 0;
        crm.store.put({ id: 'X', firstName: name, lastName: 'Ruiz' });
        crm.store.put({ id: 'Y', firstName: `#${name}`, lastName: 'Other' });
        expect(await connector.search(name, 5, never)).toContainEqual(expect.objectContaining({ id: 'Contacts:X' }));
        const asked = crm.server.calls.filter(({ query: sent }) => sent.get('field') === 'first').at(-1);
        expect([asked?.query.get('q'), asked?.path]).toEqual([name, '/api/search']);
      }),
      { numRuns: 30 },
    );
  });
});
