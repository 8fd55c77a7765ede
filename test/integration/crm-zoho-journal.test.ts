// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import type { ChatEntry, CrmKind, CrmRef } from '../../src-shared/crm/model.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import type { ZohoEmulator } from '../crm-emulators/zoho/emulator.ts';
import { contact, entry, lead, never } from '../crm-emulators/zoho/examples.ts';
import type { Row } from '../crm-emulators/zoho/store.ts';

let stand: ConnectedZoho;
let crm: ZohoEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await zohoBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const KEY = 'Megadial sp:6f1c2b0e9a7d4e51';
const at = (kind: CrmKind, id: string): CrmRef => ({ connector: 'zoho', kind, id });
const first = (module: 'Calls' | 'Tasks' | 'Contacts'): Row => crm.rows(module)[0] ?? {};
const sent = (): Row => JSON.parse(crm.server.calls.findLast(({ method }) => method !== 'GET')?.body ?? '{}');
const chat = (more: Partial<ChatEntry> = {}): ChatEntry => ({
  ...{ ...entry(), text: '10:01 Marta: hello', subject: 'Chat', as: 'task' },
  ...{ startedAt: Date.UTC(2026, 10, 20, 9), endedAt: Date.UTC(2026, 10, 20, 9, 6, 10) },
  messages: [{ at: Date.UTC(2026, 10, 20, 9), from: 'customer', text: 'hello' }],
  ...more,
});

describe('the journal', () => {
  it('holds a call with person, company, agent and the time where the agent is', async () => {
    const Account_Name = { id: crm.put('Accounts', { Account_Name: 'Ibarra Cycles' }), name: 'Ibarra Cycles' };
    const who = contact(crm, 'Ibarra', { Account_Name });
    const startedAt = Date.UTC(2026, 10, 20, 23, 30, 7, 345);
    const more = { record: at('contact', who), userId: crm.userId, startedAt, recordingUrl: 'https://r.example/1' };
    const { id } = await connector.journal(entry(more), never);
    expect(crm.rows('Calls')).toEqual([
      expect.objectContaining({
        ...{ id, Subject: 'Softphone call', Call_Type: 'Inbound', Call_Start_Time: '2026-11-21T00:30:07+01:00' },
        ...{ Call_Duration: '03:21', Call_Duration_in_seconds: 201, Call_Result: 'Answered' },
        ...{ Who_Id: { id: who, name: 'Ibarra' }, What_Id: Account_Name, Voice_Recording__s: 'https://r.example/1' },
        ...{ Owner: expect.objectContaining({ id: crm.userId }), Description: `answered call from Marta\n${KEY}` },
      }),
    ]);
    expect([sent().trigger, crm.workflows]).toEqual([[], []]);
  });

  it('lets workflows begin where that is wanted', async () => {
    const { connector: busy } = await stand.restarted({ workflows: true });
    const { id } = await busy.journal(entry(), never);
    await busy.updateJournal(id ?? '', { ...entry(), note: 'more' }, never, entry());
    expect(crm.workflows).toEqual([id, id]);
  });

  it('asks for a contact’s company once, and not where that is switched off', async () => {
    const record = at('contact', contact(crm, 'Ibarra'));
    const reads = () => crm.server.calls.filter(({ path }) => path.includes('/Contacts/')).length;
    for (const key of ['sp:1', 'sp:2']) await connector.journal(entry({ key, record }), never);
    expect(reads()).toBe(1);
    const { connector: plain } = await stand.restarted({ callsOfCompany: false });
    await plain.journal(entry({ key: 'sp:3', record }), never);
    expect(reads()).toBe(1);
  });

  it('takes a lead, a company, a deal and nobody', async () => {
    const acme = crm.put('Accounts', { Account_Name: 'Acme' });
    const deal = crm.put('Deals', { Deal_Name: 'Big' });
    const smith = lead(crm, 'Smith');
    const records = [at('lead', smith), at('company', acme), at('deal', deal), null];
    for (const [index, record] of records.entries())
      await connector.journal(entry({ key: `sp:${index}`, record }), never);
    expect(crm.rows('Calls').map(({ Who_Id, What_Id }) => [Who_Id, (What_Id as Row | undefined)?.id])).toEqual([
      ...[
        [undefined, smith],
        [undefined, acme],
        [undefined, deal],
        [undefined, undefined],
      ],
    ]);
  });

  it.each(['Outgoing_Call_Status', 'Outbound_Call_Status', null] as const)(
    'says that an outgoing call is over, in a field by the name of %s',
    async (outgoingStatus) => {
      crm.switches.outgoingStatus = outgoingStatus;
      await connector.journal(entry({ callType: 'Outbound' }), never);
      await connector.journal(entry({ key: 'sp:2', callType: 'Notanswered', durationSeconds: 0 }), never);
      await connector.journal(entry({ key: 'sp:3', callType: 'Missed', durationSeconds: 0 }), never);
      const seen = crm.rows('Calls').map((row) => [row.Call_Type, row.Call_Duration, row[outgoingStatus ?? '']]);
      const done = outgoingStatus === null ? undefined : 'Completed';
      expect(seen).toEqual([
        ...[
          ['Outbound', '03:21', done],
          ['Outbound', '00:00', done],
          ['Missed', '00:00', undefined],
        ],
      ]);
    },
  );

  it('uses the field it is told', async () => {
    crm.switches.outgoingStatus = 'Outbound_Call_Status';
    const { connector: told } = await stand.restarted({ outgoingStatusField: 'Outbound_Call_Status' });
    await told.journal(entry({ callType: 'Outbound' }), never);
    expect(first('Calls').Outbound_Call_Status).toBe('Completed');
  });

  it.each([
    ['mm:ss', 'MM:SS', 3_725],
    ['hh:mm', 'HH:MM', 3_780],
    ['mm:ss', 'HH:MM:SS', 3_725],
  ] as const)('is understood by an organisation that reads %s when told %s', async (reads, callDuration, seconds) => {
    crm.switches.duration = reads;
    const { connector: told } = await stand.restarted({ callDuration });
    await told.journal(entry({ durationSeconds: 3_725 }), never);
    expect(first('Calls').Call_Duration_in_seconds).toBe(seconds);
  });

  it('puts into the text what has no field', async () => {
    crm.switches.hidden = ['Calls.Voice_Recording__s', 'Calls.Call_Result', 'Calls.Owner'];
    const more = { recordingUrl: 'https://r.example/1', note: 'two\r\nlines', userId: crm.userId };
    const { id } = await connector.journal(entry(more), never);
    expect(first('Calls').Description).toBe(
      `answered call from Marta\ntwo\nlines\nAnswered\nhttps://r.example/1\n${KEY}`,
    );
    await connector.updateJournal(id ?? '', { ...entry(more), disposition: 'Sold' }, never, entry(more));
    expect(first('Calls').Description).toBe(`answered call from Marta\ntwo\nlines\nSold\nhttps://r.example/1\n${KEY}`);
  });

  it('adds no words to a list of results', async () => {
    crm.switches.resultValues = ['Interested'];
    await connector.journal(entry({ disposition: 'Interested' }), never);
    await connector.journal(entry({ key: 'sp:2', disposition: 'Sold' }), never);
    expect(crm.rows('Calls').map((row) => row.Call_Result)).toEqual(['Interested', undefined]);
    expect(crm.rows('Calls')[1]?.Description).toContain('Sold');
  });

  it('takes texts of any length and kind, and finds each again', async () => {
    let index = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
        index += 1;
        const one = entry({ key: `sp:${index}`, subject: text, text: text.repeat(100), disposition: text });
        const { id } = await connector.journal(one, never);
        expect(await connector.findJournal(one, never)).toEqual({ id });
      }),
      { numRuns: 40 },
    );
    expect(crm.rows('Calls').length).toBe(40);
  });

  it.each(['reset-after', 'error-after', 'cut-body', 'half-json', 'empty'] as const)(
    'finds the entry whose answer was lost: %s',
    async (kind) => {
      crm.switches.indexLag = true;
      for (const [queryLag, withheld] of [
        [false, []],
        [true, []],
        [false, ['ZohoCRM.coql.READ']],
      ] as const) {
        Object.assign(crm.switches, { queryLag, withheld });
        const lost = entry({ key: `sp:${queryLag} ${withheld.length}` });
        crm.server.faults.plan.push({ kind, only: 'POST /crm/v8/Calls' });
        await expect(connector.journal(lost, never)).rejects.toMatchObject({ unsure: true });
        const { connector: again } = await stand.restarted();
        expect(await again.findJournal(lost, never)).toEqual({ id: crm.rows('Calls').at(-1)?.id });
        expect(await again.findJournal({ ...lost, key: 'sp:other' }, never)).toBeNull();
      }
    },
  );

  it('finds an entry among hundreds of the same minute', async () => {
    const own = entry();
    const moment = '2026-11-20T10:14:00+01:00';
    const startedAt = Date.parse(moment);
    for (let index = 0; index < 450; index += 1) {
      const Description = `Megadial sp:${index}`;
      crm.put('Calls', { Subject: 'x', Call_Type: 'Inbound', Call_Start_Time: moment, Description });
    }
    expect(await connector.findJournal({ ...own, key: 'sp:449', startedAt }, never)).toEqual({
      id: crm.rows('Calls')[449]?.id,
    });
    crm.switches.withheld = ['ZohoCRM.coql.READ'];
    expect(await connector.findJournal({ ...own, key: 'sp:3', startedAt: Date.now() }, never)).toEqual({
      id: crm.rows('Calls')[3]?.id,
    });
  });

  it('adds what came later and leaves what people wrote', async () => {
    const before = entry();
    const { id } = await connector.journal(before, never);
    const call = first('Calls');
    const later = { ...before, note: 'wants an offer', recordingUrl: 'https://r.example/1', disposition: 'Sold' };
    await connector.updateJournal(id ?? '', later, never, before);
    expect([call.Description, call.Call_Result, call.Voice_Recording__s]).toEqual([
      ...[`answered call from Marta\nwants an offer\n${KEY}`, 'Sold', 'https://r.example/1'],
    ]);
    call.Description = `Dana: call back!\r\nanswered call, edited\r\nwants an offer\r\n${KEY}\r\nlast word`;
    call.Call_Result = 'Dana’s own';
    call.Voice_Recording__s = 'https://theirs.example/2';
    const latest = { ...later, note: 'wants two offers', recordingUrl: 'https://r.example/3', disposition: 'Lost' };
    await connector.updateJournal(id ?? '', latest, never, later);
    expect([call.Description, call.Call_Result, call.Voice_Recording__s]).toEqual([
      `Dana: call back!\nanswered call, edited\nlast word\nwants two offers\n${KEY}`,
      ...['Dana’s own', 'https://theirs.example/2'],
    ]);
    expect(await connector.findJournal(before, never)).toEqual({ id });
  });

  it('does nothing when there is nothing to change', async () => {
    const { id } = await connector.journal(entry(), never);
    await connector.updateJournal(id ?? '', entry(), never, entry());
    expect(crm.server.calls.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('does not bring back the key that somebody took out', async () => {
    const { id } = await connector.journal(entry(), never);
    first('Calls').Description = 'theirs';
    await connector.updateJournal(id ?? '', { ...entry(), note: 'more' }, never, entry());
    expect(first('Calls').Description).toBe('theirs\nmore');
  });

  it('says that an entry is gone, and that a module is closed', async () => {
    const gone = connector.updateJournal('5545974000000999999', entry(), never);
    await expect(gone).rejects.toMatchObject({ failure: 'refused' });
    crm.switches.noAccess = ['Calls'];
    const { connector: blind } = await stand.restarted();
    await expect(blind.journal(entry(), never)).rejects.toMatchObject({ failure: 'forbidden', unsure: false });
  });

  it('says that the person has gone', async () => {
    const attempt = connector.journal(entry({ record: at('lead', '5545974000000999999') }), never);
    await expect(attempt).rejects.toMatchObject({ failure: 'refused', field: 'What_Id' });
  });
});

describe('conversations', () => {
  it('are tasks that are done, and grow', async () => {
    const record = at('lead', lead(crm, 'Smith'));
    const { id } = await connector.chat(chat({ record }), never);
    expect(first('Tasks')).toMatchObject({
      ...{ Subject: 'Chat', Status: 'Completed', Due_Date: '2026-11-20', What_Id: { id: record.id, name: 'Smith' } },
      Description: `10:01 Marta: hello\n${KEY}`,
    });
    const text = '10:01 Marta: hello\n10:02 Dana: hello';
    await connector.updateJournal(id ?? '', { text, note: '', disposition: '', recordingUrl: null }, never);
    expect(first('Tasks').Description).toBe(`${text}\n${KEY}`);
    expect(await connector.findJournal(chat(), never)).toEqual({ id });
  });

  it('are calls where that is wanted, from whoever began', async () => {
    const { id } = await connector.chat(chat({ as: 'call' }), never);
    const answered = { at: 0, from: 'agent', text: 'hello' } as const;
    await connector.chat(chat({ as: 'call', key: 'sp:2', messages: [answered] }), never);
    expect(crm.rows('Calls').map((row) => [row.Call_Type, row.Call_Duration, row.Outgoing_Call_Status])).toEqual([
      ...[
        ['Inbound', '06:10', undefined],
        ['Outbound', '06:10', 'Completed'],
      ],
    ]);
    expect(await connector.findJournal(chat(), never)).toEqual({ id });
  });

  it('use the organisation’s own word for done, and keep their key however long they are', async () => {
    const { connector: told } = await stand.restarted({ taskStatus: 'Erledigt' });
    const long = chat({ text: 'ä'.repeat(40_000) });
    const { id } = await told.chat(long, never);
    expect(first('Tasks').Status).toBe('Erledigt');
    expect([String(first('Tasks').Description).length, await told.findJournal(long, never)]).toEqual([32_000, { id }]);
  });

  it.each([false, true])('are found after a lost answer; queries lag: %s', async (queryLag) => {
    Object.assign(crm.switches, { indexLag: true, queryLag });
    crm.server.faults.plan.push({ kind: 'reset-after', only: 'POST /crm/v8/Tasks' });
    await expect(connector.chat(chat(), never)).rejects.toMatchObject({ unsure: true });
    expect(await connector.findJournal(chat(), never)).toEqual({ id: `Tasks/${first('Tasks').id}` });
  });
});
