// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createCalls } from './calls.ts';
import { createHadPart } from './had-part.ts';
import type { Caller } from './parts.ts';
import type { SharedRow } from './shared-statistics.ts';

const DAY = 24 * 3600_000;
const caller = (extension: string, role: Caller['role'] = 'agent', tenant = 'a'): Caller => ({
  ...{ tenant, extension, role, device: 'd' },
});
const row: SharedRow = { wall: 0, extension: '102', pbxCallId: 'in_1', callId: 'row.1', raw: null };

/** Call in_1 of extension 101, recorded as rec.1; call in_2 of extension 102, recorded as rec.2. */
async function stand() {
  const clock = { now: 1_000 };
  const store = createMemoryStore(() => clock.now);
  const add = (callId: string, extension: string, record: string, kind = 'notification') => {
    const body = JSON.stringify({ kind, fields: { pbx_call_id: callId, call_id_with_rec: record } });
    const event = { hash: `${callId} ${record}`, receivedAt: 1, body };
    const arrival = { events: [event], extensions: [extension], spoken: true, fallback: null, isOver: false };
    return createCalls(store).add('a', callId, arrival);
  };
  await add('in_1', '101', 'rec.1');
  await add('in_1', '101', '');
  await add('in_2', '102', 'rec.2');
  return { clock, store, add, hadPart: createHadPart(createCalls(store), store.log) };
}

describe('who had part in a call', () => {
  it('is whom it met, with the recordings it has', async () => {
    const { hadPart } = await stand();
    expect(await hadPart(caller('101'), 'in_1', [])).toEqual(new Set(['rec.1']));
    expect(await hadPart(caller('102'), 'in_1', [])).toBeNull();
    expect(await hadPart(caller('101'), 'in_2', [])).toBeNull();
    expect(await hadPart(caller('101', 'agent', 'b'), 'in_1', [])).toBeNull();
    expect(await hadPart(caller('101'), 'in_9', [])).toBeNull();
  });

  it('is everybody who sees all', async () => {
    const { hadPart } = await stand();
    expect(await hadPart(caller('100', 'supervisor'), 'in_2', [])).toEqual(new Set(['rec.2']));
    expect(await hadPart(caller('100', 'admin'), 'in_9', [])).toEqual(new Set());
  });

  it('is known from the log when the call itself is forgotten', async () => {
    const { hadPart, clock, store } = await stand();
    for (let n = 0; n < 1_200; n++) {
      const body = JSON.stringify({ kind: 'notification', fields: { pbx_call_id: `in_${n + 10}` } });
      await store.log.append([{ tenant: 'a', audience: '101', hash: `later ${n}`, receivedAt: 1, body }]);
    }
    clock.now += 10 * DAY;
    expect(await hadPart(caller('101'), 'in_1', [])).toEqual(new Set(['rec.1']));
    expect(await hadPart(caller('101'), 'in_1200', [])).toEqual(new Set());
    expect(await hadPart(caller('102'), 'in_1', [])).toBeNull();
    expect(await hadPart(caller('101'), 'in_', [])).toBeNull();
  });

  it('is known from the statistics when all else is', async () => {
    const { hadPart } = await stand();
    expect(await hadPart(caller('102'), 'in_1', [row])).toEqual(new Set(['row.1']));
    expect(await hadPart(caller('103'), 'in_1', [row])).toBeNull();
    expect(await hadPart(caller('100', 'supervisor'), 'in_7', [row])).toEqual(new Set(['row.1']));
  });

  it('does not take the name of a recording from anything but notifications of that call', async () => {
    const { hadPart, add } = await stand();
    await add('in_1', '101', 'rec.9', 'reminder');
    expect(await hadPart(caller('101'), 'in_1', [])).toEqual(new Set(['rec.1']));
  });
});
