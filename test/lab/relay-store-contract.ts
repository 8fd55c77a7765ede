// SPDX-License-Identifier: MIT
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bucket, Entry, LoggedEntry, RelayStore } from '../../src-relay/store/api.ts';
import { LONGEST_LIFE } from '../../src-relay/store/api.ts';
import { until } from './process.ts';

/** A place where entries and keys are kept, opened as often as a test likes. */
export type StorePlace = {
  /** `now` is the clock for everything that expires, UTC ms. */
  open(now?: () => number): Promise<RelayStore>;
  remove(): Promise<void>;
};

/** A tenant of its own for each test: the place is the same for all. */
export const newTenant = () => `t${randomBytes(6).toString('hex')}`;

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

export function entry(tenant: string, audience: string, text: string): Entry {
  return { tenant, audience, hash: hashOf(text), receivedAt: 1_800_000_000_000, body: JSON.stringify({ text }) };
}

export const texts = (entries: readonly { readonly body: string }[]): string[] =>
  entries.map(({ body }) => String((JSON.parse(body) as { text?: unknown }).text));

/** Reads page by page, as a desktop resumes. */
export async function readAll(store: RelayStore, tenant: string, audience: string, limit = 500, after = 0) {
  const all: LoggedEntry[] = [];
  for (;;) {
    const page = await store.log.read(tenant, audience, all.at(-1)?.seq ?? after, limit);
    all.push(...page);
    if (page.length === 0) return all;
  }
}

/** What every RelayStore must do (src-relay/store/api.ts). */
export function relayStoreContract(makePlace: () => Promise<StorePlace>): void {
  let place: StorePlace;
  let store: RelayStore;
  let clock = Date.now();
  beforeAll(async () => {
    place = await makePlace();
    store = await place.open(() => clock);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  describe('the log', () => {
    it('gives each audience its entries in the order appended, and nobody else', async () => {
      const [one, two] = [newTenant(), newTenant()];
      await store.log.append([entry(one, '*', 'a'), entry(one, '101', 'a'), entry(two, '101', 'foreign')]);
      await store.log.append([entry(one, '*', 'b'), entry(one, '102', 'b'), entry(one, '102', 'a')]);
      expect(texts(await store.log.read(one, '*', 0, 10))).toEqual(['a', 'b']);
      expect(texts(await store.log.read(one, '101', 0, 10))).toEqual(['a']);
      expect(texts(await store.log.read(one, '102', 0, 10))).toEqual(['b', 'a']);
      expect(texts(await store.log.read(two, '101', 0, 10))).toEqual(['foreign']);
      expect(await store.log.read(two, '*', 0, 10)).toEqual([]);
      const [first] = await store.log.read(one, '101', 0, 10);
      expect(first).toEqual({ ...entry(one, '101', 'a'), seq: expect.any(Number) });
    });

    it('keeps what is appended again once, also at the same moment', async () => {
      const tenant = newTenant();
      const twice = [entry(tenant, '*', 'x'), entry(tenant, '101', 'x'), entry(tenant, '*', 'x')];
      await Promise.all(Array.from({ length: 20 }, () => store.log.append(twice)));
      await store.log.append([...twice, entry(tenant, '102', 'x')]);
      for (const audience of ['*', '101', '102']) {
        expect(texts(await store.log.read(tenant, audience, 0, 100))).toEqual(['x']);
      }
    });

    it('takes any name, hash and body', async () => {
      const names = ['*', '>', '.', 'a.b', 'a b', '=2A', 'ü', '🦊', '101\n102', '-', 'A', 'a'];
      const odd = names.map((name): Entry => {
        return {
          tenant: `x ${newTenant()}.*`,
          audience: name,
          hash: `h\r\n ${name}`,
          receivedAt: 1,
          body: `"${name}"`,
        };
      });
      await store.log.append(odd);
      for (const one of odd) {
        const read = await store.log.read(one.tenant, one.audience, 0, 10);
        expect(read).toEqual([{ ...one, seq: expect.any(Number) }]);
      }
    });

    it('equals a simple model for any sequence of appends, read by pages of any size', async () => {
      const item = fc.record({ audience: fc.constantFrom('*', '101', '102'), text: fc.constantFrom(...'abcdefgh') });
      const appends = fc.array(fc.array(item, { maxLength: 4 }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(appends, fc.integer({ min: 1, max: 5 }), async (groups, limit) => {
          const tenant = newTenant();
          const model = new Map<string, Set<string>>();
          for (const group of groups) {
            await store.log.append(group.map(({ audience, text }) => entry(tenant, audience, text)));
            for (const { audience, text } of group) {
              model.set(audience, (model.get(audience) ?? new Set()).add(text));
            }
          }
          for (const audience of ['*', '101', '102']) {
            const read = await readAll(store, tenant, audience, limit);
            expect(texts(read)).toEqual([...(model.get(audience) ?? [])]);
            expect(read.map(({ seq }) => seq)).toEqual(read.map(({ seq }) => seq).sort((a, b) => a - b));
          }
        }),
        { numRuns: 60 },
      );
    });

    it('knows the oldest and the newest of a tenant', async () => {
      const tenant = newTenant();
      expect(await store.log.bounds(tenant)).toEqual({ oldest: 0, newest: 0 });
      await store.log.append([entry(tenant, '101', 'a')]);
      await store.log.append([entry(newTenant(), '101', 'foreign')]);
      await store.log.append([entry(tenant, '102', 'b'), entry(tenant, '*', 'c')]);
      const [oldest, newest] = [
        ...(await store.log.read(tenant, '101', 0, 1)),
        ...(await store.log.read(tenant, '*', 0, 1)),
      ];
      expect(await store.log.bounds(tenant)).toEqual({ oldest: oldest?.seq, newest: newest?.seq });
    });

    it('tells followers of everything, in order, while many append; one that throws disturbs nobody', async () => {
      const tenant = newTenant();
      const heard: LoggedEntry[] = [];
      const stopBad = store.log.follow(() => {
        throw new Error('bad follower');
      });
      const stop = store.log.follow((logged) => {
        if (logged.tenant === tenant) heard.push(logged);
      });
      const writers = Array.from({ length: 20 }, async (_, writer) => {
        for (let n = 0; n < 20; n += 1) {
          await store.log.append([
            entry(tenant, '*', `${writer}/${n}`),
            entry(tenant, `10${writer}`, `${writer}/${n}`),
          ]);
        }
      });
      await Promise.all(writers);
      await until('the follower to hear all', () => heard.length >= 800);
      stop();
      stopBad();
      await store.log.append([entry(tenant, '*', 'after the end')]);
      const sequences = heard.map(({ seq }) => seq);
      expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
      const everything = await readAll(store, tenant, '*');
      expect(heard.filter(({ audience }) => audience === '*')).toEqual(everything.slice(0, -1));
      for (let writer = 0; writer < 20; writer += 1) {
        const own = Array.from({ length: 20 }, (_, n) => `${writer}/${n}`);
        expect(texts(everything).filter((text) => text.startsWith(`${writer}/`))).toEqual(own);
        expect(texts(await readAll(store, tenant, `10${writer}`, 7))).toEqual(own);
      }
    });

    it('a desktop that follows first and then reads up misses nothing', async () => {
      const tenant = newTenant();
      let isWriting = true;
      const writing = (async () => {
        for (let n = 0; isWriting; n += 1) {
          await store.log.append([entry(tenant, '101', `${n}`)]);
          await sleep(2);
        }
      })();
      for (let round = 0; round < 10; round += 1) {
        const live: LoggedEntry[] = [];
        const stop = store.log.follow((logged) => {
          if (logged.tenant === tenant) live.push(logged);
        });
        const read = await readAll(store, tenant, '101', 7);
        await until('a live entry', () => (live.at(-1)?.seq ?? 0) > (read.at(-1)?.seq ?? 0));
        stop();
        const known = read.at(-1)?.seq ?? 0;
        const joined = texts([...read, ...live.filter(({ seq }) => seq > known)]);
        expect(joined).toEqual(joined.map((_, n) => `${n}`));
      }
      isWriting = false;
      await writing;
    });
  });

  describe('entries together with a key', () => {
    it('are there when the key is; the entries also when another was quicker', async () => {
      const tenant = newTenant();
      const told: string[] = [];
      const unfollow = store.log.follow((one) => one.tenant === tenant && told.push(...texts([one])));
      const put = (value: string, revision: number) =>
        ({ bucket: 'calls', key: `${tenant}/1`, value, revision }) as const;
      const first = await store.appendAndPut([entry(tenant, '*', 'a'), entry(tenant, '101', 'a')], put('one', 0));
      expect(first).toBeGreaterThan(0);
      expect(await store.appendAndPut([entry(tenant, '*', 'b')], put('late', 0))).toBe(0);
      const second = await store.appendAndPut([entry(tenant, '*', 'a')], put('two', first));
      expect(await store.kv.get('calls', `${tenant}/1`)).toEqual({ value: 'two', revision: second });
      expect(await store.appendAndPut([], put('three', second))).toBeGreaterThan(second);
      expect(texts(await store.log.read(tenant, '*', 0, 10))).toEqual(['a', 'b']);
      expect(texts(await store.log.read(tenant, '101', 0, 10))).toEqual(['a']);
      await until('the followers to be told', () => told.length === 3);
      expect(told.toSorted()).toEqual(['a', 'a', 'b']);
      unfollow();
    });
  });

  describe('the table of keys', () => {
    it('writes only over the revision it was shown', async () => {
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
      const tenant = newTenant();
      const first = await store.kv.put('presence', `${tenant}/101`, 'busy', 0, 5_000);
      await store.kv.put('presence', `${tenant}/102`, 'free', 0, 60_000);
      clock += 4_999;
      expect((await store.kv.get('presence', `${tenant}/101`))?.value).toBe('busy');
      expect(await store.kv.put('presence', `${tenant}/101`, 'x', 0)).toBe(0);
      clock += 1;
      expect(await store.kv.get('presence', `${tenant}/101`)).toBeNull();
      expect(await store.kv.list('presence', `${tenant}/`, null, 10)).toEqual([
        { key: `${tenant}/102`, value: 'free' },
      ]);
      expect(await store.kv.put('presence', `${tenant}/101`, 'back', 0, 5_000)).toBeGreaterThan(first);
      expect(await store.kv.put('presence', `${tenant}/101`, 'x', first)).toBe(0);
      clock += LONGEST_LIFE.presence ?? 0;
      expect(await store.kv.list('presence', `${tenant}/`, null, 10)).toEqual([]);
    });

    it('no entry of a passing kind stays for ever, whatever the time asked for', async () => {
      const key = newTenant();
      await store.kv.put('calls', key, 'unlimited', 0);
      await store.kv.put('pairing', key, 'too long', 0, 1e15);
      await store.kv.put('settings', key, 'kept', 0);
      clock += LONGEST_LIFE.calls ?? 0;
      expect(await store.kv.get('calls', key)).toBeNull();
      expect(await store.kv.get('pairing', key)).toBeNull();
      expect((await store.kv.get('settings', key))?.value).toBe('kept');
    });

    it('removes a whole folder and nothing beside it', async () => {
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
  });

  it('has everything again after it was closed, goes on above, and takes nothing while closed', async () => {
    const tenant = newTenant();
    const own = await makePlace();
    const before = await own.open(() => clock);
    await before.log.append([entry(tenant, '101', 'a'), entry(tenant, '*', 'a')]);
    const revision = await before.kv.put('settings', tenant, 'kept', 0);
    const bounds = await before.log.bounds(tenant);
    await before.close();
    await expect(before.log.append([entry(tenant, '101', 'b')])).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.kv.put('settings', tenant, 'x', null)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.kv.get('settings', tenant)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await expect(before.log.read(tenant, '101', 0, 1)).rejects.toMatchObject({ code: 'relay.unavailable' });
    await before.close();

    const again = await own.open(() => clock);
    expect(await again.kv.get('settings', tenant)).toEqual({ value: 'kept', revision });
    expect(await again.log.bounds(tenant)).toEqual(bounds);
    await again.log.append([entry(tenant, '101', 'a'), entry(tenant, '101', 'b')]);
    const read = await again.log.read(tenant, '101', 0, 10);
    expect(texts(read)).toEqual(['a', 'b']);
    expect(read[1]?.seq).toBeGreaterThan(bounds.newest);
    expect(await again.kv.put('settings', tenant, 'next', revision)).toBeGreaterThan(revision);
    await again.close();
    await own.remove();
  });

  it('writes nothing for nothing', async () => {
    const bounds = await store.log.bounds('nobody');
    await store.log.append([]);
    expect(await store.log.bounds('nobody')).toEqual(bounds);
    expect(await store.kv.list('reminders' satisfies Bucket, 'nobody/', null, 10)).toEqual([]);
  });
}
