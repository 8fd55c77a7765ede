// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_LIFE, type RelayStore } from '../../src-relay/store/api.ts';
import { newTenant } from './relay-store-entries.ts';

/** What the table of keys of every RelayStore must do; `pass` lets its clock go on, ms. */
export function kvContract(open: () => RelayStore, pass: (ms: number) => void): void {
  it('writes only over the revision it was shown', async () => {
    const store = open();
    const key = `${newTenant()}/1`;
    expect(await store.kv.get('devices', key)).toBeNull();
    expect(await store.kv.put('devices', key, 'early', 7)).toBe(0);
    const first = await store.kv.put('devices', key, 'one', 0);
    expect(first).toBeGreaterThan(0);
    expect(await store.kv.put('devices', key, 'again', 0)).toBe(0);
    expect(await store.kv.get('devices', key)).toEqual({ value: 'one', revision: first });
    const second = await store.kv.put('devices', key, 'two', first);
    expect(second).toBeGreaterThan(first);
    expect(await store.kv.put('devices', key, 'late', first)).toBe(0);
    const third = await store.kv.put('devices', key, 'three', null);
    expect(await store.kv.get('devices', key)).toEqual({ value: 'three', revision: third });
    expect(await store.kv.get('settings', key)).toBeNull();
  });

  it('has exactly one winner of every race', async () => {
    const store = open();
    const keys = Array.from({ length: 10 }, () => newTenant());
    for (const key of keys) {
      for (let round = 0; round < 3; round += 1) {
        const revision = (await store.kv.get('leases', key))?.revision ?? 0;
        const all = Array.from({ length: 30 }, (_, n) => store.kv.put('leases', key, `${round}.${n}`, revision));
        const won = (await Promise.all(all)).flatMap((given, n) => (given > 0 ? [{ given, n }] : []));
        expect(won).toHaveLength(1);
        const value = `${round}.${won[0]?.n}`;
        expect(await store.kv.get('leases', key)).toEqual({ value, revision: won[0]?.given });
      }
    }
  });

  it('loses no step of many who count together', async () => {
    const store = open();
    const key = newTenant();
    const count = async () => {
      for (let done = 0; done < 10; ) {
        const found = await store.kv.get('calls', key);
        const next = String(Number(found?.value ?? 0) + 1);
        if ((await store.kv.put('calls', key, next, found?.revision ?? 0)) > 0) done += 1;
      }
    };
    await Promise.all(Array.from({ length: 10 }, count));
    expect((await store.kv.get('calls', key))?.value).toBe('100');
  });

  it('removes, and never gives a revision twice', async () => {
    const store = open();
    const key = newTenant();
    const first = await store.kv.put('reminders', key, 'one', 0);
    await store.kv.remove('reminders', key);
    await store.kv.remove('reminders', `${key}-unknown`);
    expect(await store.kv.get('reminders', key)).toBeNull();
    expect(await store.kv.put('reminders', key, 'old', first)).toBe(0);
    const second = await store.kv.put('reminders', key, 'two', 0);
    expect(second).toBeGreaterThan(first);
    expect(await store.kv.put('reminders', key, 'old', first)).toBe(0);
    expect(await store.kv.get('reminders', key)).toEqual({ value: 'two', revision: second });
  });

  it('forgets after the time given, and an expired key counts as not there', async () => {
    const store = open();
    const tenant = newTenant();
    const first = await store.kv.put('presence', `${tenant}/101`, 'busy', 0, 5_000);
    await store.kv.put('presence', `${tenant}/102`, 'free', 0, 60_000);
    pass(4_999);
    expect((await store.kv.get('presence', `${tenant}/101`))?.value).toBe('busy');
    expect(await store.kv.put('presence', `${tenant}/101`, 'x', 0)).toBe(0);
    pass(1);
    expect(await store.kv.get('presence', `${tenant}/101`)).toBeNull();
    expect(await store.kv.list('presence', `${tenant}/`, null, 10)).toEqual([{ key: `${tenant}/102`, value: 'free' }]);
    expect(await store.kv.put('presence', `${tenant}/101`, 'back', 0, 5_000)).toBeGreaterThan(first);
    expect(await store.kv.put('presence', `${tenant}/101`, 'x', first)).toBe(0);
    pass(LONGEST_LIFE.presence ?? 0);
    expect(await store.kv.list('presence', `${tenant}/`, null, 10)).toEqual([]);
  });

  it('no entry of a passing kind stays for ever, whatever the time asked for', async () => {
    const store = open();
    const key = newTenant();
    await store.kv.put('calls', key, 'unlimited', 0);
    await store.kv.put('pairing', key, 'too long', 0, 1e15);
    await store.kv.put('reminders', key, 'unlimited', 0);
    await store.kv.put('settings', key, 'kept', 0);
    pass(LONGEST_LIFE.calls ?? 0);
    expect(await store.kv.get('calls', key)).toBeNull();
    expect(await store.kv.get('pairing', key)).toBeNull();
    expect(await store.kv.get('reminders', key)).not.toBeNull();
    pass(LONGEST_LIFE.reminders ?? 0);
    expect(await store.kv.get('reminders', key)).toBeNull();
    expect((await store.kv.get('settings', key))?.value).toBe('kept');
  });

  it('removes a whole folder and nothing beside it', async () => {
    const store = open();
    const tenant = newTenant();
    const inside = Array.from({ length: 1_200 }, (_, n) => ({ key: `${tenant}/x/${n}`, value: '' }));
    const beside = [`${tenant}`, `${tenant}/x`, `${tenant}/x0`, `${tenant}/xy/1`, `${tenant}2/x/1`];
    await store.kv.putMany('directory', [...inside, ...beside.map((key) => ({ key, value: '' }))]);
    await store.kv.removeAll('directory', `${tenant}/x/`);
    const left = await store.kv.list('directory', tenant, null, 5_000);
    expect(left.map(({ key }) => key)).toEqual(beside.toSorted());
    expect(await store.kv.put('directory', `${tenant}/x/1`, 'new', 0)).toBeGreaterThan(0);
  });

  it('lists by prefix, in order and by pages, whatever stands in a key', async () => {
    const store = open();
    const anyKey = fc.array(fc.constantFrom('a', 'b', '/', '.', '*', '>', ' ', '-', '=', '+', 'ü', '🦊', 'A', '1'), {
      minLength: 1,
      maxLength: 6,
    });
    const keys = fc.uniqueArray(
      anyKey.map((parts) => parts.join('')),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(keys, fc.integer({ min: 1, max: 5 }), async (names, limit) => {
        const tenant = newTenant();
        const all = names.map((name) => ({ key: `${tenant}/${name}`, value: name }));
        await store.kv.putMany('tenants', all);
        for (const prefix of [`${tenant}/`, `${tenant}/a`, `${tenant}/b/`, tenant, `${tenant}/*`]) {
          const sorted = all.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
          const listed: { key: string; value: string }[] = [];
          for (;;) {
            const page = await store.kv.list('tenants', prefix, listed.at(-1)?.key ?? null, limit);
            listed.push(...page);
            if (page.length === 0) break;
          }
          expect(listed).toEqual(sorted.filter(({ key }) => key.startsWith(prefix)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('fills a directory with a hundred thousand numbers, the last one wins', async () => {
    const store = open();
    const tenant = newTenant();
    const many = Array.from({ length: 100_000 }, (_, n) => ({
      key: `${tenant}/${34_600_000_000 + n}`,
      value: `${n}`,
    }));
    await store.kv.putMany('directory', [{ key: `${tenant}/34600000007`, value: 'old' }, ...many]);
    for (const n of [0, 7, 5_432, 99_999]) {
      expect((await store.kv.get('directory', `${tenant}/${34_600_000_000 + n}`))?.value).toBe(`${n}`);
    }
    const page = await store.kv.list('directory', `${tenant}/`, `${tenant}/34600099996`, 10);
    expect(page.map(({ value }) => value)).toEqual(['99997', '99998', '99999']);
    await store.kv.putMany('directory', []);
  });
}
