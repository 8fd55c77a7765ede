// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Call } from '../../src-shared/calls/model.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../src-shared/settings.ts';
import { silentLog } from '../../test/fakes.ts';
import type { StoreApi } from '../store/api.ts';
import { openStore } from '../store/client.ts';
import { createDialing } from './dialing.ts';

type Way = 'softphone' | 'callback' | 'refused';

function setUp(settings: Partial<Settings>, registered = true, history?: StoreApi['calls']) {
  const done: string[] = [];
  const dialing = createDialing({
    settings: () => ({ ...DEFAULT_SETTINGS, country: 'ES', extension: '101', ...settings }),
    phone: {
      isRegistered: () => registered,
      dial: async (target, after) => {
        if (!registered) throw new Error('not registered');
        done.push(`dial ${target}${after ? ` then ${after}` : ''}`);
        return 'sip:s1';
      },
      transfer: (key, target) => void done.push(`transfer ${key} ${target}`),
    },
    callbacks: { ask: async (number) => void done.push(`callback ${number}`) },
    history: history ?? { page: async () => ({ rows: [], next: null }) },
  });
  const way = async (text: string): Promise<Way> => {
    try {
      return (await dialing.dial(text)) === 'sip:s1' ? 'softphone' : 'callback';
    } catch {
      return 'refused';
    }
  };
  return { dialing, done, way };
}

describe('the way a number is dialed', () => {
  const cases: [Settings['dialMode'], boolean, string, Way][] = [
    ['auto', true, '600 11 12 22', 'softphone'],
    ['auto', false, '600 11 12 22', 'callback'],
    ['auto', false, '112', 'callback'],
    ['auto', false, '*97', 'refused'],
    ['softphone', true, '600 11 12 22', 'softphone'],
    ['softphone', false, '600 11 12 22', 'refused'],
    ['callback', true, '600 11 12 22', 'callback'],
    ['callback', false, '600 11 12 22', 'callback'],
    ['callback', true, '112', 'softphone'],
    ['callback', true, '102', 'softphone'],
    ['callback', true, '*97', 'softphone'],
    ['callback', false, '102', 'callback'],
  ];
  it.each(cases)('mode %s, registered %s, %s: %s', async (dialMode, registered, text, expected) => {
    expect(await setUp({ dialMode }, registered).way(text)).toBe(expected);
  });

  it('answers a callback with a key of its own until the PBX calls', async () => {
    const { dialing, done } = setUp({ dialMode: 'callback' });
    expect(await dialing.dial('600111222')).toBe('callback:+34600111222');
    expect(done).toEqual(['callback +34600111222']);
  });

  it('hands the extension behind a number to the softphone', async () => {
    const { dialing, done } = setUp({});
    await dialing.dial('tel:+34912345678;ext=12');
    expect(done).toEqual(['dial +34912345678 then 12']);
  });

  it('refuses what nobody can dial', async () => {
    const { dialing, done } = setUp({});
    await expect(dialing.dial('hello')).rejects.toMatchObject({ code: 'dial.invalid' });
    expect(() => dialing.preview('')).toThrow(expect.objectContaining({ code: 'dial.empty' }));
    expect(done).toEqual([]);
  });
});

describe('feature codes', () => {
  it('pick up a call that rings elsewhere, and leave one at the PBX', async () => {
    const { dialing, done } = setUp({ pickupCode: '*8{ext}', parkCode: '*5#' });
    expect(await dialing.pickup('102')).toBe('sip:s1');
    dialing.park('pbx:in_1');
    expect(done).toEqual(['dial *8102', 'transfer pbx:in_1 *5#']);
  });

  it('say so when the PBX has none', async () => {
    const { dialing } = setUp({});
    await expect(dialing.pickup('102')).rejects.toMatchObject({ code: 'dial.no-code' });
    expect(() => dialing.park('pbx:in_1')).toThrow(expect.objectContaining({ code: 'dial.no-code' }));
  });
});

describe('redialing', () => {
  let dir: string;
  let store: StoreApi;
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  it('calls the last number I called, not the last that called me', async () => {
    dir = mkdtempSync(join(tmpdir(), 'megadial-dialing-'));
    const workerPath = new URL('../store/worker.ts', import.meta.url);
    store = await openStore({ file: join(dir, 'm.db'), backupsDir: join(dir, 'b'), workerPath, log: silentLog });
    const call = (key: string, startedAt: number, values: Partial<Call>): Call => ({
      ...{ key, formerKeys: [], pbxCallId: null, direction: 'out', number: '', networkName: null, did: null },
      ...{ startedAt, answeredAt: null, endedAt: startedAt, duration: 0, disposition: 'busy', answeredBy: null },
      ...{ legs: [], session: null, causeCode: null, isRecorded: false, recordIds: [], phase: 'ended', ...values },
    });
    const { dialing, done } = setUp({}, true, store.calls);
    expect(await dialing.redial()).toBeNull();
    await store.calls.write(
      [
        call('sip:1', 1000, { number: '+34600111000' }),
        call('sip:2', 2000, { number: '+34600111222' }),
        call('sip:3', 3000, { number: '' }),
        call('sip:4', 4000, { number: '+34600999888', direction: 'in' }),
      ],
      null,
      [],
    );
    expect(await dialing.redial()).toBe('sip:s1');
    expect(done).toEqual(['dial +34600111222']);
  });
});
