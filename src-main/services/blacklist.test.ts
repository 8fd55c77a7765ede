// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { canonical } from '../../src-shared/numbers/canonical.ts';
import type { ContactRef } from '../../src-shared/state.ts';
import type { Ask } from '../events/relay-client.ts';
import { createBlacklist } from './blacklist.ts';

function bench(isTeam: boolean) {
  const kept = new Set<string>();
  const asked: unknown[] = [];
  const blacklist = createBlacklist({
    store: {
      set: async (number, on) => void (on ? kept.add(number) : kept.delete(number)),
      has: async (number) => kept.has(number),
      list: async (after, limit) =>
        [...kept]
          .sort()
          .filter((one) => one > (after ?? ''))
          .slice(0, limit),
    },
    team: {
      isTeam: () => isTeam,
      ask: (async (method: string, params: unknown) => {
        asked.push([method, params]);
        if (method === 'directory.get') return { blacklisted: true };
        return method === 'admin.blacklist' ? [{ number: '34600111222', name: 'Ana' }] : null;
      }) as unknown as Ask,
    },
    contacts: { find: async (number) => (number === '+34600111222' ? ({ name: 'Ana' } as ContactRef) : null) },
    canonical: (number) => canonical(number, 'ES'),
    format: (number) => `n ${number}`,
  });
  return { blacklist, kept, asked };
}

test('alone: any spelling of a number is the number, listed with its name', async () => {
  const { blacklist, kept, asked } = bench(false);
  await blacklist.set('600 11 12 22', true);
  await blacklist.set('+34 600 11 12 22', true);
  await blacklist.set('0034911222333', true);
  expect([...kept]).toEqual(['+34600111222', '+34911222333']);
  expect(await blacklist.list(null)).toEqual({
    entries: [
      { number: '+34600111222', numberText: 'n +34600111222', name: 'Ana' },
      { number: '+34911222333', numberText: 'n +34911222333', name: '' },
    ],
    next: null,
  });
  expect(await blacklist.list('+34911222333')).toEqual({ entries: [], next: null });
  expect(await blacklist.has('600111222')).toBe(true);
  await blacklist.set('600111222', false);
  expect(await blacklist.has('600111222')).toBe(false);
  expect(asked).toEqual([]);
});

test.each(['', '0', '101', '112', '*97'])('%j is no stranger’s number', async (number) => {
  const { blacklist, kept } = bench(false);
  await expect(blacklist.set(number, true)).rejects.toMatchObject({ code: 'dial.invalid' });
  expect(kept.size).toBe(0);
});

test('in a team the relay has the list', async () => {
  const { blacklist, kept, asked } = bench(true);
  await blacklist.set('600111222', true);
  expect((await blacklist.list('x')).entries).toMatchObject([{ number: '34600111222', name: 'Ana' }]);
  expect(asked).toEqual([
    ['blacklist.set', { number: '+34600111222', on: true }],
    ['admin.blacklist', { after: 'x' }],
  ]);
  expect(kept.size).toBe(0);
});

test('a full page has a next one, any other is the last', async () => {
  const { blacklist, kept } = bench(false);
  for (let n = 0; n < 201; n++) kept.add(`+34600001${String(n).padStart(3, '0')}`);
  const first = await blacklist.list(null);
  expect([first.entries.length, first.next]).toEqual([200, '+34600001199']);
  const last = await blacklist.list(first.next);
  expect([last.entries.length, last.next]).toEqual([1, null]);
});

test('whether a number is listed is known here alone, in a team at the relay', async () => {
  const alone = bench(false);
  await alone.blacklist.set('600111222', true);
  expect(await alone.blacklist.isListed('+34 600 11 12 22')).toBe(true);
  expect(await alone.blacklist.isListed('600111223')).toBe(false);
  expect(await alone.blacklist.isListed('')).toBe(false);
  expect(alone.asked).toEqual([]);
  const team = bench(true);
  expect(await team.blacklist.isListed('600 11 12 22')).toBe(true);
  expect(team.asked).toEqual([['directory.get', { number: '+34600111222' }]]);
});
