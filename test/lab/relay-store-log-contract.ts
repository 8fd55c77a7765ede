// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Entry, LoggedEntry, RelayStore } from '../../src-relay/store/api.ts';
import { until } from './process.ts';
import { entry, newTenant, readAll, texts } from './relay-store-entries.ts';

/** What the log of every RelayStore must do. */
export function logContract(open: () => RelayStore): void {
  it('gives each audience its entries in the order appended, and nobody else', async () => {
    const store = open();
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
    const store = open();
    const tenant = newTenant();
    const twice = [entry(tenant, '*', 'x'), entry(tenant, '101', 'x'), entry(tenant, '*', 'x')];
    await Promise.all(Array.from({ length: 20 }, () => store.log.append(twice)));
    await store.log.append([...twice, entry(tenant, '102', 'x')]);
    for (const audience of ['*', '101', '102']) {
      expect(texts(await store.log.read(tenant, audience, 0, 100))).toEqual(['x']);
    }
  });

  it('takes any name, hash and body', async () => {
    const store = open();
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
    const store = open();
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
    const store = open();
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
    const store = open();
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
        await store.log.append([entry(tenant, '*', `${writer}/${n}`), entry(tenant, `10${writer}`, `${writer}/${n}`)]);
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
    const store = open();
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

  it('keeps entries together with a key, and the entries also when another was quicker', async () => {
    const store = open();
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
}
