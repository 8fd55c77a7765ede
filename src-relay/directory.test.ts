// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectoryEntry } from '../src-shared/rules/team.ts';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createDirectory } from './directory.ts';
import { DEFAULT_TEAM } from './team.ts';

const NOW = 1_000_000;
const marta: DirectoryEntry = { name: 'Marta Ibarra', responsible: '101', blacklisted: false, updatedAt: 1_000 };

function stand(country = 'ES') {
  const store = createMemoryStore(() => clock.now);
  const clock = { now: NOW };
  const team = { settings: async () => ({ ...DEFAULT_TEAM, country }) };
  return { store, clock, directory: createDirectory(store.kv, team, () => clock.now) };
}

describe('the directory', () => {
  it.each(['+34600111222', '600 11 12 22', '34600111222', '0034 600-111-222', 'tel 600111222'])(
    'finds by %s what was put under any form of the number',
    async (written) => {
      const { store, directory } = stand();
      expect(await directory.put('a', [{ number: written, entry: marta }])).toBe(1);
      expect(await store.kv.get('directory', 'a/34600111222')).not.toBeNull();
      for (const asked of ['+34600111222', '600111222', '34600111222']) {
        expect(await directory.get('a', asked)).toEqual(marta);
      }
      expect(await directory.get('b', '+34600111222')).toBeNull();
    },
  );

  it('reads national numbers by the country of the company', async () => {
    const { directory } = stand('GB');
    await directory.put('a', [{ number: '020 7946 0123', entry: marta }]);
    expect(await directory.get('a', '442079460123')).toEqual(marta);
    expect(await directory.get('a', '+34600111222')).toBeNull();
  });

  it.each(['', '0', 'anonymous', '*97', '#31#', '1'.repeat(30)])('has nobody under %j', async (number) => {
    const { directory } = stand();
    expect(await directory.put('a', [{ number, entry: marta }])).toBe(0);
    expect(await directory.setBlacklisted('a', number, true, '101')).toBe(false);
    expect(await directory.get('a', number)).toBeNull();
  });

  it('keeps the newest, also within one message and when it is told twice', async () => {
    const { directory } = stand();
    const number = '+34600111222';
    const at = (updatedAt: number) => ({ number, entry: { ...marta, name: `at ${updatedAt}`, updatedAt } });
    expect(await directory.put('a', [at(5), at(7), at(6)])).toBe(1);
    expect(await directory.put('a', [at(7), at(3)])).toBe(0);
    expect((await directory.get('a', number))?.name).toBe('at 7');
    expect(await directory.put('a', [at(8)])).toBe(1);
    expect((await directory.get('a', number))?.name).toBe('at 8');
  });

  it('is not locked by an entry from the future', async () => {
    const { directory, clock } = stand();
    const number = '600111222';
    await directory.put('a', [{ number, entry: { ...marta, updatedAt: NOW + 7_200_000 } }]);
    expect((await directory.get('a', number))?.updatedAt).toBe(NOW);
    clock.now++;
    await directory.put('a', [{ number, entry: { ...marta, name: 'Marta', updatedAt: clock.now } }]);
    expect((await directory.get('a', number))?.name).toBe('Marta');
  });

  it('keeps the newest whoever writes at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 }), async (times) => {
        const { directory } = stand();
        const put = (updatedAt: number) =>
          directory.put('a', [{ number: '600111222', entry: { ...marta, name: `${updatedAt}`, updatedAt } }]);
        await Promise.all(times.map(put));
        expect((await directory.get('a', '600111222'))?.name).toBe(`${Math.max(...times)}`);
      }),
    );
  });

  it('forgets what was only looked up', async () => {
    const { directory, clock } = stand();
    await directory.put('a', [{ number: '600111222', entry: marta }], 1_000);
    expect(await directory.get('a', '600111222')).toEqual(marta);
    clock.now += 1_000;
    expect(await directory.get('a', '600111222')).toBeNull();
  });

  it('fails as the store does', async () => {
    const { store, directory } = stand();
    store.failing = 'relay.unavailable';
    await expect(directory.get('a', '600111222')).rejects.toMatchObject({ code: 'relay.unavailable' });
  });
});

describe('the blacklist', () => {
  it('outlives newer names, and goes only when it is taken off', async () => {
    const { directory } = stand();
    expect(await directory.setBlacklisted('a', '600111222', true, '101')).toBe(true);
    const listed = { name: '', responsible: null, updatedAt: 0, blacklisted: true };
    expect(await directory.get('a', '+34600111222')).toEqual(listed);
    await directory.put('a', [{ number: '+34600111222', entry: marta }]);
    expect(await directory.get('a', '600111222')).toEqual({ ...marta, blacklisted: true });
    await directory.setBlacklisted('a', '34600111222', false, '101');
    expect(await directory.get('a', '600111222')).toEqual(marta);
  });

  it.each(['112', '061', '101', '12345'])('has no place for %s', async (number) => {
    const { directory } = stand();
    expect(await directory.setBlacklisted('a', number, true, '101')).toBe(false);
    expect(await directory.blacklist('a', null, 10)).toEqual([]);
  });

  it('is paged, with names, for one company', async () => {
    const { directory } = stand();
    const numbers = Array.from({ length: 25 }, (_, index) => `+346001112${String(index).padStart(2, '0')}`);
    for (const number of [...numbers, '07911123456']) await directory.setBlacklisted('a', number, true, '101');
    await directory.setBlacklisted('b', '+34600999999', true, '101');
    await directory.put('a', [{ number: numbers[3] ?? '', entry: marta }]);
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await directory.blacklist('a', after, 10);
      seen.push(...page.map(({ number, name }) => number + name));
      after = page.at(-1)?.number ?? null;
      if (page.length < 10) break;
    }
    expect(seen).toEqual(['07911123456', ...numbers.map((number, i) => (i === 3 ? `${number}Marta Ibarra` : number))]);
  });
});
