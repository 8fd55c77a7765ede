// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import { createLookup, FRESH_MS, STALE_MS } from './lookup.ts';
import { RelayError } from './store/api.ts';

function stand() {
  const clock = { at: 0 };
  const load = vi.fn(async (key: string) => `${key}${load.mock.calls.length}`);
  return { clock, load, lookup: createLookup(load, () => clock.at) };
}

it('asks once for many who ask at the same time, and not again while it is fresh', async () => {
  const { clock, load, lookup } = stand();
  expect(await Promise.all(Array.from({ length: 100 }, () => lookup.get('a')))).toEqual(Array(100).fill('a1'));
  clock.at = FRESH_MS - 1;
  expect(await lookup.get('a')).toBe('a1');
  expect(load).toHaveBeenCalledTimes(1);
});

it('gives a value that is a little old at once and has the new one for the next', async () => {
  const { clock, lookup } = stand();
  await lookup.get('a');
  clock.at = FRESH_MS;
  expect(await lookup.get('a')).toBe('a1');
  await vi.waitFor(async () => expect(await lookup.get('a')).toBe('a2'));
});

it('waits for a new value when the old one is older than that', async () => {
  const { clock, lookup } = stand();
  await lookup.get('a');
  clock.at = 2 * FRESH_MS;
  expect(await lookup.get('a')).toBe('a2');
});

it('keeps the old value while the store is away, and no longer than that', async () => {
  const { clock, load, lookup } = stand();
  await lookup.get('a');
  load.mockRejectedValue(new RelayError('relay.unavailable'));
  clock.at = 3 * FRESH_MS;
  expect(await lookup.get('a')).toBe('a1');
  await expect(lookup.get('b')).rejects.toThrow('relay.unavailable');
  clock.at = STALE_MS;
  await expect(lookup.get('a')).rejects.toThrow('relay.unavailable');
});

it('forgets when told, and what was asked before does not come back', async () => {
  const { load, lookup } = stand();
  let answer: (value: string) => void = () => {};
  load.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  const before = lookup.get('a');
  lookup.clear();
  answer('old');
  expect(await before).toBe('old');
  expect(await lookup.get('a')).toBe('a2');
});
