// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { silentRelayLog } from '../test/fakes-relay.ts';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { createCalls } from './calls.ts';
import { createIntake } from './intake.ts';
import type { Answerer, Intake, Reminders, Tenant } from './parts.ts';
import { createPublish } from './publish.ts';
import { DEFAULT_TEAM } from './team.ts';

const TENANT: Tenant = {
  id: 'acme',
  urlSecret: 'a-secret-in-the-url',
  zdUserId: null,
  apiBaseUrl: 'https://api.test',
  apiKey: 'key',
  apiSecret: 'secret',
  offsetMinutes: 0,
};
const CALL = { pbx_call_id: `in_${'1'.repeat(40)}`, caller_id: '+34600111222', call_start: '2026-05-14 09:30:05' };
const OUT = { pbx_call_id: `out_${'1'.repeat(40)}`, destination: '34911222333', call_start: '2026-05-14 09:30:05' };

let store: MemoryStore;
let intake: Intake;
const answer = vi.fn<Answerer['answer']>();
const reached = vi.fn<Reminders['reached']>();

beforeEach(() => {
  store = createMemoryStore();
  answer.mockReset().mockImplementation(async (_tenant, { pbx_call_id = '' }) => ({
    pbxCallId: pbx_call_id,
    at: answer.mock.calls.length,
    answer: { redirect: '101', return_timeout: '15' },
    reason: 'responsible',
    extension: '101',
  }));
  reached.mockReset().mockResolvedValue();
  intake = createIntake({
    calls: createCalls(store),
    publish: createPublish(store.log),
    team: {
      settings: async () => ({
        ...DEFAULT_TEAM,
        defaultResponsible: '900',
        members: [{ extension: '102', name: 'Ana', email: '', crmUser: '' }],
      }),
    },
    answerer: { answer },
    reminders: { reached },
    log: silentRelayLog,
    now: () => 5_000,
  });
});

const take = (fields: Record<string, string>, verified = true) => intake.take(TENANT, { fields, verified });
const logOf = async (audience: string) =>
  (await store.log.read('acme', audience, 0, 100)).map(({ body }) => {
    const event = JSON.parse(body);
    return event.kind === 'notification' ? event.fields.event : event.kind;
  });

describe('NOTIFY_START', () => {
  it('is kept with its answer, for whoever the call meets later', async () => {
    const told = await take({ ...CALL, event: 'NOTIFY_START' });
    expect(told).toEqual({ redirect: '101', return_timeout: '15' });
    await take({ ...CALL, event: 'NOTIFY_INTERNAL', internal: '101' });
    expect(await logOf('101')).toEqual(['NOTIFY_START', 'answer', 'NOTIFY_INTERNAL']);
    expect(await logOf('*')).toEqual(['NOTIFY_START', 'answer', 'NOTIFY_INTERNAL']);
  });

  it('sent again gets the answer it had', async () => {
    const first = await take({ ...CALL, event: 'NOTIFY_START' });
    expect(await take({ ...CALL, event: 'NOTIFY_START' })).toEqual(first);
    expect(answer).toHaveBeenCalledTimes(1);
    expect(await logOf('*')).toEqual(['NOTIFY_START', 'answer']);
  });

  it('is kept without an answer when there is none to be had', async () => {
    answer.mockRejectedValue(new Error('directory broken'));
    expect(await take({ ...CALL, event: 'NOTIFY_START' })).toBeNull();
    expect(await logOf('*')).toEqual(['NOTIFY_START']);
  });

  it('is not answered before it is kept', async () => {
    store.failing = 'relay.full';
    await expect(take({ ...CALL, event: 'NOTIFY_START' })).rejects.toMatchObject({ code: 'relay.full' });
  });
});

describe('what rings nowhere', () => {
  it('goes to the default responsible at its end', async () => {
    await take({ ...CALL, event: 'NOTIFY_END', disposition: 'cancel' });
    await take({ ...CALL, event: 'NOTIFY_RECORD', call_id_with_rec: '1.1' });
    expect(await logOf('900')).toEqual(['NOTIFY_END', 'NOTIFY_RECORD']);
  });

  it('stays with supervisors when it went out', async () => {
    await take({ ...OUT, event: 'NOTIFY_OUT_END', disposition: 'answered' });
    expect(await logOf('900')).toEqual([]);
    expect(await logOf('*')).toEqual(['NOTIFY_OUT_END']);
  });
});

describe('what is no call', () => {
  it('is for supervisors; a text message also for the default responsible', async () => {
    await take({ event: 'SMS', result: '{}' });
    await take({ event: 'NUMBER_LOOKUP', result: '{}' });
    expect(await logOf('*')).toEqual(['SMS', 'NUMBER_LOOKUP']);
    expect(await logOf('900')).toEqual(['SMS']);
  });
});

it('an extension that was dialled has a part in the call when the team has it', async () => {
  await take({ ...OUT, event: 'NOTIFY_OUT_START', internal: '101', destination: '102' });
  await take({ ...OUT, pbx_call_id: 'out_2', event: 'NOTIFY_OUT_START', internal: '101', destination: '112' });
  expect(await logOf('102')).toEqual(['NOTIFY_OUT_START']);
  expect(await logOf('112')).toEqual([]);
});

it('one notification is one write to the log', async () => {
  await take({ ...CALL, event: 'NOTIFY_INTERNAL', internal: '101' });
  const append = vi.spyOn(store.log, 'append');
  await take({ ...CALL, event: 'NOTIFY_INTERNAL', internal: '102' });
  expect(append).toHaveBeenCalledTimes(1);
});

it('the next event of a call reads nothing from the store', async () => {
  await take({ ...CALL, event: 'NOTIFY_START' });
  const before = store.reads;
  await take({ ...CALL, event: 'NOTIFY_INTERNAL', internal: '101' });
  await take({ ...CALL, event: 'NOTIFY_ANSWER', destination: '101' });
  expect(store.reads).toBe(before);
});

describe('a conversation closes reminders', () => {
  it('once for a call, whatever tells of it', async () => {
    await take({ ...CALL, event: 'NOTIFY_INTERNAL', internal: '101' });
    expect(reached).not.toHaveBeenCalled();
    await take({ ...CALL, event: 'NOTIFY_ANSWER', destination: '101' });
    await take({ ...CALL, event: 'NOTIFY_END', disposition: 'answered', last_internal: '101' });
    expect(reached.mock.calls).toEqual([['acme', '+34600111222', '101', 5_000]]);
  });

  it('also one that went out, by the only extension in it', async () => {
    await take({ ...OUT, event: 'NOTIFY_OUT_START', internal: '101' });
    await take({ ...OUT, event: 'NOTIFY_ANSWER' });
    await take({ ...OUT, event: 'NOTIFY_OUT_END', disposition: 'answered', duration: '61' });
    expect(reached.mock.calls).toEqual([['acme', '+34911222333', '101', 5_000]]);
  });

  it('not when nobody vouches for the event', async () => {
    await take({ ...CALL, event: 'NOTIFY_ANSWER', destination: '101' }, false);
    expect(reached).not.toHaveBeenCalled();
  });

  it('the event is kept even if the reminders are not', async () => {
    reached.mockRejectedValue(new Error('no store'));
    await take({ ...CALL, event: 'NOTIFY_ANSWER', destination: '101' });
    expect(await logOf('101')).toEqual(['NOTIFY_ANSWER']);
  });
});
