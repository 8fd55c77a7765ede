// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { notificationHash } from './hash.ts';
import { createOnCalls, type OnCalls } from './on-calls.ts';
import { createPublish } from './publish.ts';

const HOUR = 3600_000;
const IN = { pbx_call_id: 'in_1', caller_id: '+34600111222' };
const OUT = { pbx_call_id: 'out_1', destination: '34911222333' };

let now: number;
let store: MemoryStore;
let onCalls: OnCalls;

beforeEach(() => {
  now = 10 * HOUR;
  store = createMemoryStore();
  onCalls = createOnCalls(store.log, () => now);
});

const happens = (fields: Record<string, string>, verified = true) =>
  createPublish(store.log)('acme', [], {
    kind: 'notification',
    hash: notificationHash(fields),
    receivedAt: now,
    fields,
    verified,
  });
const busy = async () => [...(await onCalls.busy('acme'))].toSorted();

describe('an extension is on a call', () => {
  it('from the answer to the end of an incoming one', async () => {
    await happens({ ...IN, event: 'NOTIFY_INTERNAL', internal: '101' });
    expect(await busy()).toEqual([]);
    await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
    expect(await busy()).toEqual(['101']);
    expect(await onCalls.isBusy('acme', '101')).toBe(true);
    expect(await onCalls.isBusy('other', '101')).toBe(false);
    await happens({ ...IN, event: 'NOTIFY_END', last_internal: '101' });
    expect(await busy()).toEqual([]);
  });

  it('from dialling to the end of an outgoing one', async () => {
    await happens({ ...OUT, event: 'NOTIFY_OUT_START', internal: '101' });
    expect(await busy()).toEqual(['101']);
    await happens({ ...OUT, event: 'NOTIFY_ANSWER' });
    await happens({ ...OUT, event: 'NOTIFY_OUT_END' });
    expect(await busy()).toEqual([]);
  });

  it('as long as one of its calls lasts', async () => {
    await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
    await happens({ ...OUT, event: 'NOTIFY_OUT_START', internal: '101' });
    await happens({ ...OUT, event: 'NOTIFY_OUT_END' });
    expect(await busy()).toEqual(['101']);
  });

  it('not any more when the end came before the answer, or nobody vouches for it', async () => {
    await happens({ ...IN, event: 'NOTIFY_END' });
    await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
    await happens({ ...OUT, event: 'NOTIFY_OUT_START', internal: '102' }, false);
    expect(await busy()).toEqual([]);
  });

  it('four hours at most, when the end never comes', async () => {
    await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
    now += 4 * HOUR;
    expect(await busy()).toEqual([]);
  });
});

it('a node that starts during a call knows of it from the log', async () => {
  await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
  await happens({ ...OUT, event: 'NOTIFY_OUT_START', internal: '102' });
  const another = createOnCalls(store.log, () => now);
  await happens({ ...OUT, event: 'NOTIFY_OUT_END' });
  expect(await another.busy('acme')).toEqual(new Set(['101']));
});

it('asks the log again when it could not be read', async () => {
  await happens({ ...IN, event: 'NOTIFY_ANSWER', destination: '101' });
  const another = createOnCalls(store.log, () => now);
  store.failing = 'relay.unavailable';
  expect(await another.isBusy('acme', '101')).toBe(false);
  store.failing = null;
  expect(await another.isBusy('acme', '101')).toBe(true);
});
