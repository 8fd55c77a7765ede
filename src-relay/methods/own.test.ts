// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_RULES, type Reminder } from '../../src-shared/rules/team.ts';
import { silentRelayLog } from '../../test/fakes-relay.ts';
import { createMemoryStore, type MemoryStore } from '../../test/relay/memory-store.ts';
import { createCalls } from '../calls.ts';
import { createDevices } from '../devices.ts';
import { createIntake } from '../intake.ts';
import { createLeases } from '../leases.ts';
import { createOnCalls } from '../on-calls.ts';
import type { Caller, MethodHandlers, Tenant } from '../parts.ts';
import { createPresence } from '../presence.ts';
import { createPublish } from '../publish.ts';
import { createReminders } from '../reminders.ts';
import { createRpc, type Rpc } from '../rpc.ts';
import { DEFAULT_TEAM } from '../team.ts';
import { ownMethods } from './own.ts';

const NOW = 1_000_000;
const REMINDER: Reminder = {
  ...{ id: 'in_1', number: '+34600111222', did: null, missedAt: 9_000, extension: '101' },
  ...{ state: 'open', dueAt: 9_000, closed: null },
};
const agent = (extension: string, tenant = 'acme'): Caller => ({
  ...{ tenant, extension, role: 'agent', device: `device-${tenant}-${extension}` },
});
const ANA = agent('101');
const BEN = agent('102');
const BOSS: Caller = { ...agent('100'), role: 'admin' };
const STRANGER: Caller = { ...agent('101', 'other'), role: 'admin' };

let store: MemoryStore;
let ask: Rpc;
let intake: ReturnType<typeof createIntake>;

beforeEach(() => {
  store = createMemoryStore();
  const publish = createPublish(store.log);
  const calls = createCalls(store);
  const team = {
    settings: async () => DEFAULT_TEAM,
    view: async () => ({
      ...{ rules: DEFAULT_RULES, defaultResponsible: null, country: 'ES' },
      members: [{ extension: '101', name: 'Ana' }],
    }),
  };
  const presence = createPresence(store.kv, createOnCalls(store.log));
  const reminders = createReminders({ kv: store.kv, publish, team });
  const handlers = ownMethods({
    ...{ presence, reminders, calls, team, now: () => NOW },
    leases: createLeases(store.kv, 1e9),
    devices: createDevices({ store, online: presence.devices }),
  });
  ask = createRpc(handlers as unknown as MethodHandlers, silentRelayLog);
  intake = createIntake({
    ...{ calls, publish, team, reminders, log: silentRelayLog },
    answerer: {
      answer: async (_tenant, { pbx_call_id = '' }) => ({
        ...{ pbxCallId: pbx_call_id, at: 1, answer: null, reason: 'unknown', extension: null },
      }),
    },
  });
});

const value = async (...args: Parameters<Rpc>) => {
  const reply = await ask(...args);
  if (!reply.ok) throw new Error(reply.code);
  return reply.value;
};

it('presence: the own word, and everybody of the team', async () => {
  await value(ANA, 'presence.set', { state: 'away' });
  await value(BEN, 'presence.set', { state: 'busy' });
  expect(await value(ANA, 'presence.list', null)).toEqual([
    { extension: '101', state: 'offline' },
    { extension: '102', state: 'offline' },
  ]);
});

describe('reminders', () => {
  it('are made for anybody, changed by their owner or by those who see all', async () => {
    await value(BEN, 'reminder.put', { reminder: REMINDER });
    const later = { ...REMINDER, state: 'snoozed', dueAt: 99_000 };
    expect(await ask(BEN, 'reminder.put', { reminder: later })).toMatchObject({ ok: false, code: 'team.not-allowed' });
    await value(ANA, 'reminder.put', { reminder: later });
    expect(await value(ANA, 'reminder.list', { state: null })).toEqual([later]);
    expect(await value(BEN, 'reminder.list', { state: null })).toEqual([]);
    expect(await value(BOSS, 'reminder.list', { state: 'snoozed' })).toEqual([later]);
    await value(BOSS, 'reminder.put', { reminder: { ...later, state: 'done', closed: null } });
    expect(await value(ANA, 'reminder.list', { state: 'done' })).toMatchObject([
      { closed: { at: NOW, by: '100', why: 'done' } },
    ]);
  });

  it('are never of the future, whatever a desktop’s clock says', async () => {
    const closed = { at: NOW * 2, by: '999', why: 'done' } as const;
    const ahead = { ...REMINDER, missedAt: NOW * 2, state: 'done', closed } as const;
    await value(ANA, 'reminder.put', { reminder: ahead });
    expect(await value(ANA, 'reminder.list', { state: null })).toMatchObject([
      { missedAt: NOW, closed: { at: NOW, by: '101' } },
    ]);
  });
});

it('answers of a call are for those who had a part in it', async () => {
  const fields = { pbx_call_id: 'in_1', caller_id: '+34600111222' };
  const tenant = { id: 'acme' } as Tenant;
  await intake.take(tenant, { fields: { ...fields, event: 'NOTIFY_START' }, verified: true });
  await intake.take(tenant, { fields: { ...fields, event: 'NOTIFY_INTERNAL', internal: '101' }, verified: true });
  expect(await value(ANA, 'answers.of', { pbxCallId: 'in_1' })).toMatchObject([{ reason: 'unknown' }]);
  expect(await value(BOSS, 'answers.of', { pbxCallId: 'in_1' })).toHaveLength(1);
  expect(await value(BEN, 'answers.of', { pbxCallId: 'in_1' })).toEqual([]);
  expect(await value(STRANGER, 'answers.of', { pbxCallId: 'in_1' })).toEqual([]);
});

it('a job is done once, by whoever holds it', async () => {
  const job = 'journal:in_1';
  expect(await value(ANA, 'lease.take', { job, ms: 20_000 })).toEqual({ state: 'granted' });
  expect(await value(BEN, 'lease.take', { job, ms: 20_000 })).toEqual({ state: 'held' });
  expect(await ask(BEN, 'lease.done', { job, result: '' })).toMatchObject({ ok: false, code: 'lease.lost' });
  await value(ANA, 'lease.release', { job });
  await value(BEN, 'lease.take', { job, ms: 20_000 });
  await value(BEN, 'lease.done', { job, result: '' });
  expect(await value(ANA, 'lease.take', { job, ms: 20_000 })).toEqual({ state: 'done' });
});

it('an admin gives codes, sees devices and revokes them', async () => {
  expect(await value(BOSS, 'admin.pairing-code', { extension: '101', role: 'agent', name: 'Ana' })).toMatchObject({
    code: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/),
  });
  expect(await value(BOSS, 'admin.devices', null)).toEqual([]);
  expect(await value(BOSS, 'admin.revoke', { device: 'none' })).toBeNull();
});

describe('the token of another company', () => {
  it('reaches nothing of this one, by any method', async () => {
    const job = 'contact:in_1';
    const devices = createDevices({ store, online: async () => new Set() });
    const { code } = await devices.code('acme', '101', 'agent', '');
    const { token, device } = await devices.pair(code, '192.0.2.1', '');
    await value(ANA, 'presence.set', { state: 'away' });
    await value(ANA, 'reminder.put', { reminder: REMINDER });
    await value(ANA, 'lease.take', { job, ms: 20_000 });
    const tenant = 'acme'; // whatever is said here counts for nothing

    expect(await value(STRANGER, 'presence.set', { state: 'busy', tenant })).toBeNull();
    expect(await value(STRANGER, 'presence.list', null)).toEqual([{ extension: '101', state: 'offline' }]);
    expect(await value(STRANGER, 'reminder.list', { state: null, tenant })).toEqual([]);
    await value(STRANGER, 'reminder.put', { reminder: { ...REMINDER, state: 'done' }, tenant });
    expect(await ask(STRANGER, 'lease.done', { job, result: '', tenant })).toMatchObject({ code: 'lease.lost' });
    await value(STRANGER, 'lease.release', { job, tenant });
    expect(await value(STRANGER, 'admin.devices', null)).toEqual([]);
    await value(STRANGER, 'admin.revoke', { device, tenant });

    expect(await value(BOSS, 'reminder.list', { state: null })).toEqual([REMINDER]);
    expect(await value(BEN, 'lease.take', { job, ms: 20_000 })).toEqual({ state: 'held' });
    expect(await devices.byToken(token)).toMatchObject({ tenant: 'acme' });
    expect(await store.kv.get('presence', 'acme/101')).toMatchObject({ value: expect.stringContaining('away') });
  });
});
