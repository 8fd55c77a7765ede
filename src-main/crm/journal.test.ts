// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { Call } from '../../src-shared/calls/model.ts';
import type { Capabilities } from '../../src-shared/crm/model.ts';
import { DEFAULT_CRM } from '../../src-shared/crm/settings.ts';
import { DEFAULT_TEXTS } from '../../src-shared/journal/texts.ts';
import { crmStores, FakeCrm } from '../../test/fake-crm.ts';
import { silentLog } from '../../test/fakes.ts';
import type { StoredCall } from '../store/api.ts';
import { createCallJournal } from './journal.ts';

const signal = new AbortController().signal;
const call: Call = {
  ...{ key: 'pbx:in_1', formerKeys: [], pbxCallId: 'in_1', direction: 'in', number: '+34600111222', networkName: null },
  ...{ did: null, startedAt: 1_000, answeredAt: 2_000, endedAt: 9_000, duration: 7, disposition: 'answered' },
  ...{ answeredBy: '101', legs: [], session: null, causeCode: 16, isRecorded: false, recordIds: [], phase: 'ended' },
};
const row: StoredCall = {
  ...{ id: 1, call, note: '', outcome: '', seen: true, contact: null, recording: null, quality: null },
};

const noLink = async (): Promise<string | null> => null;

/** A journal whose row is read as these, one after the other, and what it gives to the outbox. */
function journalOf(
  rows: readonly StoredCall[],
  recordingLink: (row: StoredCall) => Promise<string | null> = noLink,
  journalUpdate: Capabilities['journalUpdate'] = 'update',
) {
  const fake = new FakeCrm().connector();
  const connector = { ...fake, capabilities: { ...fake.capabilities, journalUpdate } };
  const left = [...rows];
  const added: { kind: string; payload: unknown }[] = [];
  const { outbox: stored } = crmStores();
  const journal = createCallJournal({
    outbox: {
      add: async (connector: string, kind: 'call' | 'patch', key: string, payload: unknown) => {
        added.push({ kind, payload });
        return stored.add({ connector, kind, key, payload: JSON.stringify(payload), createdAt: 1 });
      },
    } as never,
    stored,
    lookup: { recordOf: async () => null } as never,
    agents: { of: () => ({ name: '', email: '' }), userId: async () => null } as never,
    connectors: () => [connector],
    row: async () => (left.length > 1 ? left.shift() : left[0]) ?? null,
    recordingLink,
    settings: () => DEFAULT_CRM.journal,
    texts: () => DEFAULT_TEXTS.en,
    extension: () => '101',
    defaultResponsible: () => null,
    isExtension: () => false,
    offsetMinutes: () => 0,
    plan: async () => undefined,
    log: silentLog,
  });
  return { journal, added };
}

it('takes along a note that was kept while the entry was being made', async () => {
  const { journal, added } = journalOf([row, { ...row, note: 'wants an offer' }]);
  await journal.work('journal:in_1', { rowId: 1 }, signal);
  expect(added).toMatchObject([
    { kind: 'call', payload: { note: '' } },
    { kind: 'patch', payload: { note: 'wants an offer' } },
  ]);
});

it('says nothing twice when nothing came', async () => {
  const { journal, added } = journalOf([row]);
  await journal.work('journal:in_1', { rowId: 1 }, signal);
  expect(added).toHaveLength(1);
});

it('plans nothing for a CRM that takes nothing after the call', async () => {
  const { journal, added } = journalOf([row, { ...row, note: 'wants an offer' }], noLink, 'none');
  await journal.work('journal:in_1', { rowId: 1 }, signal);
  await journal.changed(1);
  expect(added).toMatchObject([{ kind: 'call' }]);
});

it('brings the link of a recording that came later once, however many links the PBX gives', async () => {
  let links = 0;
  const ready: StoredCall = { ...row, note: 'later' };
  const { journal, added } = journalOf([row, row, ready], async ({ note }) => (note === '' ? null : `l/${++links}`));
  await journal.work('journal:in_1', { rowId: 1 }, signal);
  for (let start = 0; start < 3; start++) await journal.changed(1);
  expect(added.slice(1)).toMatchObject([{ kind: 'patch', payload: { note: 'later', recordingUrl: 'l/1' } }]);
  expect(links).toBe(1);
});

it('does not let an older reading of a row overtake a newer one', async () => {
  const slow = Promise.withResolvers<null>();
  const old: StoredCall = { ...row, note: 'wants' };
  const { journal, added } = journalOf([row, row, old, { ...row, note: 'wants an offer' }], ({ note }) =>
    note === 'wants' ? slow.promise : noLink(),
  );
  await journal.work('journal:in_1', { rowId: 1 }, signal);
  const both = [journal.changed(1), journal.changed(1)];
  await new Promise(setImmediate);
  slow.resolve(null);
  await Promise.all(both);
  expect(added.at(-1)).toMatchObject({ payload: { note: 'wants an offer' } });
});
