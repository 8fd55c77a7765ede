// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import type { ChatEntry } from '../../src-shared/crm/model.ts';
import { type ConnectedSalesforce, salesforceBefore } from '../crm-emulators/salesforce/connected.ts';
import type { SalesforceEmulator } from '../crm-emulators/salesforce/emulator.ts';
import { contact, draft, entry, lead, never, query } from '../crm-emulators/salesforce/examples.ts';

let stand: ConnectedSalesforce;
let crm: SalesforceEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await salesforceBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

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

  it('finds a number again that the organisation stores in another form', async () => {
    crm.switches.usLocale = true;
    await connector.create({ ...draft, number: '4155550132' }, 'key-1', never);
    expect(crm.rows('Contact')[0]?.Phone).toBe('(415) 555-0132');
    const { connector: again } = await stand.restarted();
    expect((await again.lookup(query('+14155550132'), never)).map(({ phones }) => phones)).toEqual([
      ['(415) 555-0132'],
    ]);
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
    const there = contact(crm, 'Ibarra', { Phone: '+442079460123' });
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
    const smith = lead(crm, 'Smith');
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

  it('leaves the priority to an organisation that has other words for it', async () => {
    crm.switches.priorities = ['Hoch', 'Mittel'];
    await connector.journal(entry(), never);
    expect(crm.rows('Task')[0]).not.toHaveProperty('Priority');
  });

  it('takes calls also where the field of the key is kept from this user, and finds none of them', async () => {
    crm.switches.hidden = ['Task.CallObject'];
    await connector.journal(entry(), never);
    expect(await connector.findJournal(entry(), never)).toBeNull();
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
