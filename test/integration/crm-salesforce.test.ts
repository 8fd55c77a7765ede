// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { clientSecretName } from '../../src-main/crm/oauth/token-store.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import type { CallEntry, ChatEntry, CrmDraft } from '../../src-shared/crm/model.ts';
import { numberQuery } from '../../src-shared/crm/number-query.ts';
import { FAULT_KINDS } from '../crm-emulators/common/faults.ts';
import { type ConnectedSalesforce, salesforceBefore } from '../crm-emulators/salesforce/connected.ts';
import { CLIENT_SECRET, person, type SalesforceEmulator } from '../crm-emulators/salesforce/emulator.ts';
import { tokens as wordsOf } from '../crm-emulators/salesforce/sosl.ts';

const never = new AbortController().signal;
let stand: ConnectedSalesforce;
let crm: SalesforceEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await salesforceBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const query = (number: string) => numberQuery(number, 'GB', 7);
const names = (records: readonly { readonly name: string }[]) => records.map((record) => record.name);
const asked = (part: string) => crm.server.calls.filter(({ path }) => path.includes(part)).length;
const contact = (LastName: string, more: Record<string, string> = {}) =>
  crm.put('Contact', { LastName, Name: LastName, OwnerId: crm.userId, ...more });
const lead = (LastName: string, more: Record<string, string> = {}) =>
  crm.put('Lead', { LastName, Name: LastName, Company: 'Acme', IsConverted: false, ...more });

const draft: CrmDraft = {
  ...{ kind: 'contact', firstName: 'Marta', lastName: 'Ibarra', email: 'marta@example.com', company: '' },
  ...{ number: '+442079460123', ownerId: '' },
};
const entry = (more: Partial<CallEntry> = {}): CallEntry => ({
  ...{
    key: 'sp:6f1c2b0e9a7d4e51',
    callType: 'Inbound',
    record: null,
    number: '+442079460123',
    name: '',
    extension: '101',
  },
  ...{ agentName: '', agentEmail: '', userId: null, establishedAt: null, recordingUrl: null, note: '' },
  ...{ startedAt: Date.now(), endedAt: Date.now(), durationSeconds: 201, disposition: 'Answered' },
  ...{ subject: 'Softphone call', text: 'answered call from Marta' },
  ...more,
});

describe('connecting', () => {
  it('keeps tokens in the keychain, shows none of them, and says who we are', async () => {
    expect(await connector.me(never)).toEqual({ id: crm.userId, name: 'Dana Reyes' });
    expect(stand.signIn.state()).toBe('ready');
    expect(stand.visits.map(({ status, text }) => [status, text.includes('Back to Megadial')])).toEqual([[200, true]]);
    const kept = JSON.parse((await stand.secrets.get('crm:salesforce')) ?? '');
    expect([kept.facts.instanceUrl, /code|access0|refresh0/.test(stand.visits[0]?.text ?? '')]).toEqual([
      crm.url,
      false,
    ]);
  });

  it('outlives a new start of the program', async () => {
    const again = await stand.restarted();
    expect([again.signIn.state(), (await again.connector.me(never)).name]).toEqual(['ready', 'Dana Reyes']);
  });

  it('sends a secret where the organisation requires one', async () => {
    crm.oauth.switches.requireSecret = true;
    await expect(stand.signIn.connect(never)).rejects.toMatchObject({ code: 'oauth.secret' });
    await stand.secrets.set(clientSecretName('salesforce'), CLIENT_SECRET);
    await stand.signIn.connect(never);
    expect((await connector.me(never)).name).toBe('Dana Reyes');
  });

  it('ends here and there', async () => {
    await stand.signIn.disconnect();
    expect([stand.signIn.state(), crm.oauth.count.revocations, await stand.secrets.get('crm:salesforce')]).toEqual([
      'sign-in',
      1,
      null,
    ]);
    await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'auth' });
  });
});

describe('a session that has ended', () => {
  it.each([false, true])('is renewed once for all who ask; rotation: %s', async (rotation) => {
    crm.oauth.switches.rotation = rotation;
    for (let round = 1; round <= 3; round += 1) {
      crm.oauth.expireAccess();
      const found = await Promise.all(Array.from({ length: 8 }, () => connector.users(never)));
      expect([found.flat().length, crm.oauth.count.refreshes]).toEqual([8, round]);
    }
    expect((await (await stand.restarted()).connector.me(never)).name).toBe('Dana Reyes');
  });

  it('is not renewed for ever', async () => {
    crm.switches.sessionLost = 99;
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.oauth.count.refreshes).toBe(1);
  });

  it('by revocation asks for a new connection, and no more of the CRM', async () => {
    crm.oauth.revokeAll();
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(stand.signIn.state()).toBe('sign-in');
    const before = crm.server.calls.length;
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.server.calls.length).toBe(before);
    expect((await stand.restarted()).signIn.state()).toBe('sign-in');
    await stand.signIn.connect(never);
    expect((await connector.users(never)).length).toBe(1);
  });

  it.each([
    ['rest', 'scopes'],
    ['agent', 'forbidden'],
  ] as const)('in a way no token heals (%s) is not renewed: %s', async (badSession, failure) => {
    crm.switches.badSession = badSession;
    await expect(connector.users(never)).rejects.toMatchObject({ failure });
    expect(crm.oauth.count.refreshes).toBe(0);
  });
});

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
    contact('Ibarra', { Phone });
    contact('Other', { Phone: '+44 20 7946 0999' });
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
    contact('Ibarra', { MobilePhone: '+442079460123' });
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
    const id = contact('Ibarra', { Phone: '+44 20 7946 0123', AccountId: account, Email: 'm@example.com' });
    lead('M. Ibarra', { MobilePhone: '020 7946 0123' });
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
    const mirror = contact('Marta', { IsPersonAccount: true as never, Phone: '+442079460123' });
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
    contact('Ibarra', { Phone: '+442079460123' });
    expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    crm.switches.noAccess = ['Lead', 'Contact', 'Account'];
    const { connector: blind } = await stand.restarted();
    await expect(blind.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'forbidden' });
  });

  it('finds out by itself that a field has gone', async () => {
    contact('Ibarra', { Phone: '+442079460123' });
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
        for (const name of all) contact(name);
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
    contact('Ibarra', { Email: 'marta@example.com' });
    contact("O'Hara", { Email: "o'hara@example.com" });
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
        for (const [number, style] of all) contact(number, { Phone: style(number) });
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
    contact('Ibarra', { Name: 'Marta Ibarra', Email: 'marta@example.com', Phone: '+442079460123' });
    contact('Anders', { Name: 'And Anders' });
    lead('Smith-Ibarra', { Name: "Joe O'Smith-Ibarra" });
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
    for (let at = 0; at < 9; at += 1) lead(`Many ${at}`);
    expect((await connector.search('many', 4, never)).length).toBe(4);
  });
});

describe('creation', () => {
  it('makes a contact that is found at once, although the index lags', async () => {
    crm.switches.indexLag = true;
    const made = await connector.create(draft, 'key-1', never);
    expect(crm.rows('Contact')).toEqual([
      expect.objectContaining({
        Name: 'Marta Ibarra',
        Email: 'marta@example.com',
        Phone: '+442079460123',
        Id: made.id,
      }),
    ]);
    const { connector: quick } = await stand.restarted({ searchStored: false });
    expect(await quick.lookup(query('+442079460123'), never)).toEqual([]);
    expect(await connector.lookup(query('+442079460123'), never)).toEqual([made]);
    crm.store.reindex();
    expect((await connector.lookup(query('+442079460123'), never)).map(({ id }) => id)).toEqual([made.id]);
  });

  it.each([
    ['lead', { company: 'Cycles' }, 'Lead', { LastName: 'Ibarra', Company: 'Cycles' }],
    ['lead', {}, 'Lead', { Company: 'Unknown' }],
    ['company', { company: 'Cycles' }, 'Account', { Name: 'Cycles', Phone: '+442079460123' }],
    ['deal', {}, 'Opportunity', { Name: 'Marta Ibarra', StageName: 'Prospecting' }],
    ['contact', { lastName: '', firstName: '' }, 'Contact', { LastName: '+442079460123' }],
    ['contact', { company: 'Nowhere' }, 'Contact', { Description: 'Nowhere' }],
  ] as const)('makes a %s of %j', async (kind, more, object, expected) => {
    const { id } = await connector.create({ ...draft, ...more, kind }, 'key-1', never);
    expect(crm.rows(object)).toEqual([expect.objectContaining({ ...expected, Id: id })]);
    expect(connector.recordUrl({ connector: 'salesforce', kind, id })).toBe(
      `${crm.url}/lightning/r/${object}/${id}/view`,
    );
  });

  it('joins the account of exactly this name, not one of several', async () => {
    const account = crm.put('Account', { Name: "O'Brien & Söhne" });
    await connector.create({ ...draft, company: "O'Brien & Söhne" }, 'key-1', never);
    expect(crm.rows('Contact')[0]?.AccountId).toBe(account);
    crm.put('Account', { Name: "O'Brien & Söhne" });
    await connector.create({ ...draft, company: "O'Brien & Söhne", lastName: 'Second' }, 'key-2', never);
    expect(crm.rows('Contact')[1]?.AccountId).toBeUndefined();
  });

  it.each(['reset-after', 'error-after', 'cut-body', 'half-json'] as const)(
    'makes one record although the answer was lost: %s',
    async (kind) => {
      for (const made of ['contact', 'lead', 'company', 'deal'] as const) {
        crm.server.faults.plan.push({ kind, only: 'POST /services/data/v68.0/sobjects/' });
        await expect(connector.create({ ...draft, kind: made }, 'key-1', never)).rejects.toMatchObject({
          unsure: true,
        });
        // Also when the program was started anew in between.
        const { connector: again } = await stand.restarted();
        await again.create({ ...draft, kind: made }, 'key-1', never);
      }
      expect((['Contact', 'Lead', 'Account', 'Opportunity'] as const).map((one) => crm.rows(one).length)).toEqual([
        1, 1, 1, 1,
      ]);
    },
  );

  it('says which record a duplicate rule has found, and makes one all the same where that is allowed', async () => {
    const there = contact('Ibarra', { Phone: '+442079460123' });
    const old = crm.rows('Contact')[0] as { CreatedDate: string };
    old.CreatedDate = '2020-01-01T00:00:00.000Z';
    crm.switches.duplicateRule = 'alert';
    const attempt = connector.create(draft, 'key-1', never);
    await expect(attempt).rejects.toMatchObject({ failure: 'duplicate', existing: there, unsure: false });
    const { connector: bold } = await stand.restarted({ allowDuplicates: true });
    await bold.create(draft, 'key-1', never);
    expect(crm.rows('Contact').length).toBe(2);
    crm.switches.duplicateRule = 'block';
    old.CreatedDate = '2020-01-01T00:00:00.000Z';
    await expect(bold.create({ ...draft, firstName: 'M' }, 'key-2', never)).rejects.toMatchObject({
      failure: 'duplicate',
    });
  });

  it('says which field is wrong', async () => {
    await expect(connector.create({ ...draft, email: 'no mail' }, 'key-1', never)).rejects.toMatchObject({
      failure: 'refused',
      field: 'Email',
      unsure: false,
    });
  });
});

describe('the journal', () => {
  it('holds a completed call with person, agent and the date where the agent is', async () => {
    const record = await connector.create(draft, 'key-1', never);
    const { id } = await connector.journal(
      entry({
        record,
        userId: crm.userId,
        startedAt: Date.UTC(2026, 10, 20, 23, 30),
        recordingUrl: 'https://r.example/1',
      }),
      never,
    );
    expect(crm.rows('Task')).toEqual([
      expect.objectContaining({
        ...{ Id: id, Subject: 'Softphone call', TaskSubtype: 'Call', Status: 'Completed', Priority: 'Normal' },
        ...{ ActivityDate: '2026-11-21', CallType: 'Inbound', CallDurationInSeconds: 201, CallDisposition: 'Answered' },
        ...{ CallObject: 'sp:6f1c2b0e9a7d4e51', WhoId: record.id, OwnerId: crm.userId },
        Description: 'answered call from Marta\nhttps://r.example/1',
      }),
    ]);
  });

  it('takes a lead, a company and nobody', async () => {
    const at = (kind: 'lead' | 'company', id: string) => ({ connector: 'salesforce', kind, id });
    const acme = crm.put('Account', { Name: 'Acme' });
    const smith = lead('Smith');
    await connector.journal(entry({ key: 'a', record: at('lead', smith) }), never);
    await connector.journal(entry({ key: 'b', record: at('company', acme) }), never);
    await connector.journal(entry({ key: 'c' }), never);
    expect(crm.rows('Task').map(({ WhoId, WhatId }) => [WhoId, WhatId])).toEqual([
      [smith, undefined],
      [undefined, acme],
      [undefined, undefined],
    ]);
  });

  it('uses the organisation’s own word for done, and leaves out fields this user may not set', async () => {
    const statuses = crm.rows('TaskStatus') as { ApiName: string }[];
    for (const status of statuses) status.ApiName = status.ApiName === 'Completed' ? 'Erledigt' : status.ApiName;
    crm.switches.statuses = [
      { name: 'Not Started', isClosed: false },
      { name: 'Erledigt', isClosed: true },
    ];
    crm.switches.hidden = ['Task.CallDisposition', 'Task.Priority'];
    await connector.journal(entry(), never);
    expect(crm.rows('Task')[0]).toMatchObject({ Status: 'Erledigt', CallDurationInSeconds: 201 });
    const { connector: told } = await stand.restarted({ taskStatus: 'Not Started' });
    await told.journal(entry(), never);
    expect(crm.rows('Task')[1]?.Status).toBe('Not Started');
  });

  it('takes texts of any length and kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
        await connector.journal(entry({ subject: text || 's', text: text.repeat(100), disposition: text }), never);
      }),
      { numRuns: 40 },
    );
    expect(crm.rows('Task').length).toBe(40);
  });

  it.each(['reset-after', 'error-after', 'cut-body', 'half-json', 'empty'] as const)(
    'finds the entry whose answer was lost: %s',
    async (kind) => {
      crm.server.faults.plan.push({ kind, only: 'POST /services/data/v68.0/sobjects/Task' });
      const lost = entry();
      await expect(connector.journal(lost, never)).rejects.toMatchObject({ unsure: true });
      const { connector: again } = await stand.restarted();
      expect(await again.findJournal(lost, never)).toEqual({ id: crm.rows('Task')[0]?.Id });
      expect(await again.findJournal({ ...lost, key: 'sp:other' }, never)).toBeNull();
    },
  );

  it('writes each of many calls once while every third request goes wrong', async () => {
    Object.assign(crm.server.faults, { rate: 0.33, only: '/services/data/v68.0/', seed: 7 });
    const keys = Array.from({ length: 60 }, (_, at) => `sp:${at}`);
    for (const key of keys) {
      let unsure = false;
      for (let done = false; !done; ) {
        try {
          const known = unsure ? await connector.findJournal(entry({ key }), never) : null;
          if (known === null) await connector.journal(entry({ key }), never);
          done = true;
        } catch (error) {
          unsure ||= (error as { unsure: boolean }).unsure;
        }
      }
    }
    expect(crm.rows('Task').map((row) => row.CallObject)).toEqual(keys);
  });

  it('adds what came later and leaves what people wrote', async () => {
    const first = entry();
    const { id } = await connector.journal(first, never);
    const task = crm.rows('Task')[0] as Record<string, string>;
    const later = { ...first, note: 'wants an offer', recordingUrl: 'https://r.example/1', disposition: 'Sold' };
    await connector.updateJournal(id ?? '', later, never, first);
    expect([task.Description, task.CallDisposition]).toEqual([
      'answered call from Marta\nwants an offer\nhttps://r.example/1',
      'Sold',
    ]);
    task.Description = 'Dana: call back!\r\nanswered call, edited\r\nwants an offer\r\nhttps://r.example/1';
    task.CallDisposition = 'Dana’s own';
    const latest = { ...later, note: 'wants two offers', disposition: 'Lost' };
    await connector.updateJournal(id ?? '', latest, never, later);
    expect(task.Description).toBe('Dana: call back!\nanswered call, edited\nwants two offers\nhttps://r.example/1');
    expect([task.CallDisposition, task.Subject, task.Status]).toEqual(['Dana’s own', first.subject, 'Completed']);
  });

  it('does nothing when there is nothing to change', async () => {
    const { id } = await connector.journal(entry(), never);
    await connector.updateJournal(id ?? '', entry(), never);
    expect(crm.server.calls.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  it('says that an entry is gone', async () => {
    await expect(connector.updateJournal('00THs0000091aXeMAI', entry(), never)).rejects.toMatchObject({
      failure: 'refused',
    });
  });

  it('holds a conversation as a task, which grows', async () => {
    const chat: ChatEntry = { ...entry(), text: '10:01 Marta: hello', subject: 'Chat', messages: [], as: 'task' };
    const { id } = await connector.chat(chat, never);
    expect(crm.rows('Task')[0]).toMatchObject({
      Subject: 'Chat',
      Description: '10:01 Marta: hello',
      Status: 'Completed',
    });
    expect(crm.rows('Task')[0]).not.toHaveProperty('TaskSubtype');
    const text = '10:01 Marta: hello\n10:02 Dana: hello';
    await connector.updateJournal(id ?? '', { text, note: '', disposition: '', recordingUrl: null }, never);
    expect(crm.rows('Task')[0]?.Description).toBe(text);
    expect(await connector.findJournal(chat, never)).toEqual({ id });
    const long = { ...chat, key: 'sp:2', text: 'ä'.repeat(40_000) };
    await connector.chat(long, never);
    expect(String(crm.rows('Task')[1]?.Description).length).toBe(32_000);
  });
});

describe('users', () => {
  it('are the active people; one e-mail may belong to several', async () => {
    crm.put('User', person('Ann', "o'hara@example.com"));
    crm.put('User', person('Bea', "o'hara@example.com"));
    crm.put('User', person('Gone', 'gone@example.com', false));
    expect(names(await connector.users(never))).toEqual(['Ann', 'Bea', 'Dana Reyes']);
    expect(names((await connector.usersByEmail?.("O'Hara@example.com", never)) ?? [])).toEqual(['Ann', 'Bea']);
    expect(await connector.usersByEmail?.('gone@example.com', never)).toEqual([]);
  });

  it('who have left own nothing any more', async () => {
    const userId = crm.put('User', person('Gone', 'gone@example.com', false));
    await expect(connector.journal(entry({ userId }), never)).rejects.toMatchObject({
      failure: 'refused',
      field: 'OwnerId',
    });
  });
});

describe('trouble', () => {
  it.each([
    ['REQUEST_LIMIT_EXCEEDED', { failure: 'quota', retryAfterMs: null }],
    ['CONCURRENT', { failure: 'quota', retryAfterMs: 15_000 }],
    ['API_DISABLED_FOR_ORG', { failure: 'forbidden' }],
  ] as const)('403 %s', async (forbidden, expected) => {
    crm.switches.forbidden = forbidden;
    await expect(connector.users(never)).rejects.toMatchObject(expected);
    await expect(connector.journal(entry(), never)).rejects.toMatchObject({ ...expected, unsure: false });
  });

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s is a failure, never a wrong answer',
    async (kind) => {
      contact('Ibarra', { Phone: '+442079460123' });
      await connector.lookup(query('+442079460123'), never);
      for (const ask of [
        () => connector.lookup(query('+442079460123'), never),
        () => connector.search('Ibarra', 5, never),
        () => connector.lookupByEmail('marta@example.com', never),
        () => connector.users(never),
        () => connector.me(never),
        () => connector.findJournal(entry(), never),
      ]) {
        crm.server.faults.plan.push({ kind, only: '/services/data/v68.0/', to: 'https://example.com/' });
        await expect(ask()).rejects.toMatchObject({ name: 'CrmError', unsure: false });
        expect(crm.server.faults.plan).toEqual([]);
      }
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s while the objects are described heals',
    async (kind) => {
      contact('Ibarra', { Phone: '+442079460123' });
      crm.server.faults.plan.push({ kind, only: 'Lead/describe', to: 'https://example.com/' });
      await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ name: 'CrmError' });
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it('a CRM that answers nothing is left when the caller has waited enough', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 5_000, only: '/search' });
    const attempt = connector.lookup(query('+442079460123'), AbortSignal.timeout(100));
    await expect(attempt).rejects.toMatchObject({ failure: 'network' });
  });
});

it('no token and no secret is in an address or in an error', async () => {
  crm.oauth.expireAccess();
  await connector.users(never);
  const urls = crm.server.calls.map(({ path, query: asked_ }) => `${path}?${asked_}`).join('\n');
  expect(urls).not.toMatch(/access0|refresh0/);
  crm.switches.forbidden = 'API_DISABLED_FOR_ORG';
  const error: unknown = await connector.users(never).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/access0|refresh0/);
});
