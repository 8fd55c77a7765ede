// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../test/relay/memory-store.ts';
import { type LoggedEntry, RelayError, type RelayStore } from '../store/api.ts';
import { createPump, frameOf, PAGE, type Wire } from './pump.ts';

const append = ({ log }: RelayStore, number: number) =>
  log.append([
    { tenant: 'acme', audience: '101', hash: `h${number}`, receivedAt: number, body: `{"n":${number}}` },
    // Somebody else's: sequences have gaps.
    { tenant: 'acme', audience: '*', hash: `h${number}`, receivedAt: number, body: '{}' },
  ]);
const numberIn = (frame: Buffer): number => JSON.parse(frame.toString()).event.n;

/** A desktop on a store; `got` is what its socket was given. */
async function desktop(
  store: RelayStore,
  wire: Partial<Wire>,
  read?: (after: number) => Promise<readonly LoggedEntry[]>,
  runSoon?: (run: () => void) => void,
) {
  const got: number[] = [];
  const send: Wire['send'] = (frame, flushed) => {
    got.push(numberIn(frame));
    flushed?.();
  };
  const soon: (() => void)[] = [];
  const pump = createPump({
    wire: {
      send,
      sendAll(frames, flushed) {
        for (const frame of frames) send(frame);
        flushed();
      },
      buffered: () => 0,
      ...wire,
    },
    read: read ?? ((after) => store.log.read('acme', '101', after, PAGE)),
    readFirst: async (from) => (await store.log.read('acme', '101', from - 1, 1))[0],
    ...(await store.log.bounds('acme')),
    readNewest: async () => (await store.log.bounds('acme')).newest,
    soon: runSoon ?? ((run) => soon.push(run)),
    onError: (error) => expect(error).toBeUndefined(),
  });
  const unfollow = store.log.follow((entry) => {
    if (entry.audience === '101') pump.push(entry, frameOf(entry));
  });
  return { got, pump, soon, unfollow };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

it('hands on everything in order and once: what was there, what comes meanwhile, what comes after', async () => {
  const plan = fc.record({
    before: fc.nat(250),
    during: fc.nat(250),
    after: fc.nat(150),
    /** Each live frame finds the socket full or not. */
    full: fc.infiniteStream(fc.boolean()),
    fails: fc.infiniteStream(fc.boolean()),
    from: fc.nat(300),
  });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), plan, async (scheduler, { before, during, after, full, fails, from }) => {
      const store = createMemoryStore();
      for (const number of upTo(before)) await append(store, number);
      const step = () => scheduler.schedule(Promise.resolve());
      const got: number[] = [];
      const slow: Partial<Wire> = {
        send(frame, flushed) {
          got.push(numberIn(frame));
          if (flushed) void step().then(flushed);
        },
        sendAll(frames, flushed) {
          got.push(...frames.map(numberIn));
          void step().then(flushed);
        },
        buffered: () => (full.next().value ? Number.POSITIVE_INFINITY : 0),
      };
      const read = async (position: number) => {
        await step();
        if (full.next().value && fails.next().value) throw new RelayError('relay.unavailable');
        // A page may be shorter than it could be, never empty without need.
        const entries = await store.log.read('acme', '101', position, full.next().value ? PAGE : 3);
        await step();
        return entries;
      };
      const { pump, unfollow } = await desktop(store, slow, read, (run) => void step().then(run));
      // The log tells of entries in order and in its own time, perhaps when they have been read already.
      unfollow();
      let telling = Promise.resolve();
      store.log.follow((entry) => {
        if (entry.audience !== '101') return;
        telling = telling.then(step).then(() => void pump.push(entry, frameOf(entry)));
      });
      // Two entries for each number, and not of the future.
      const known = Math.min(from, before);
      pump.start(known * 2, null);
      const appending = (async () => {
        for (const number of upTo(before + during, before + 1)) {
          await step();
          await append(store, number);
        }
      })();
      await scheduler.waitFor(appending);
      await scheduler.waitIdle();
      for (const number of upTo(before + during + after, before + during + 1)) await append(store, number);
      await scheduler.waitIdle();
      expect(got).toEqual(upTo(before + during + after, known + 1));
    }),
    { numRuns: 150 },
  );
});

it('gives a desktop that wants only what comes nothing older than its connection', async () => {
  const store = createMemoryStore();
  for (const number of upTo(5)) await append(store, number);
  const { got, pump } = await desktop(store, {});
  await append(store, 6);
  pump.start(null, null);
  await vi.waitFor(() => expect(pump.behind()).toBeNull());
  await append(store, 7);
  expect(got).toEqual([6, 7]);
});

it('begins anew when the log is another one than the desktop knew', async () => {
  const store = createMemoryStore();
  for (const number of upTo(3)) await append(store, number);
  const { got, pump } = await desktop(store, {});
  pump.start(5_000, null);
  await vi.waitFor(() => expect(got).toEqual([1, 2, 3]));
});

it('begins anew when the log was put back from a copy and has outgrown the desktop since', async () => {
  const store = createMemoryStore();
  for (const number of upTo(5)) await append(store, number);
  // Two entries for each number: the desktop's last one was number 3.
  const gives = async (mark: string | null, after = 5): Promise<readonly number[]> => {
    const { got, pump } = await desktop(store, {});
    pump.start(after, mark);
    await vi.waitFor(() => expect(pump.behind()).toBeNull());
    return got;
  };
  expect(await gives('h3')).toEqual([4, 5]);
  expect(await gives('of the former log')).toEqual([1, 2, 3, 4, 5]);
  // The log has somebody else's entry there.
  expect(await gives('h3', 6)).toEqual([1, 2, 3, 4, 5]);
  expect(await gives(null)).toEqual([4, 5]);
  // Dropped already: nothing can be said against it.
  await store.log.prune(4);
  expect(await gives('h3')).toEqual([4, 5]);
});

it('pushes nothing into a full socket, says how much waits, and reads it when there is room', async () => {
  const store = createMemoryStore();
  let isFull = true;
  let drained: (() => void) | undefined;
  const got: number[] = [];
  const { pump } = await desktop(store, {
    send(frame, flushed) {
      got.push(numberIn(frame));
      drained = flushed;
    },
    sendAll(frames, flushed) {
      got.push(...frames.map(numberIn));
      flushed();
    },
    buffered: () => (isFull ? 1e9 : 0),
  });
  pump.start(0, null);
  await vi.waitFor(() => expect(pump.behind()).toBeNull());
  for (const number of upTo(4)) await append(store, number);
  expect(got).toEqual([1]);
  expect(pump.behind()).toBe(3);
  isFull = false;
  drained?.();
  await vi.waitFor(() => expect(got).toEqual([1, 2, 3, 4]));
  expect(pump.behind()).toBeNull();
});

it('writes no more at once than may wait in a socket, and a single event however long', async () => {
  const store = createMemoryStore();
  const sizes = [150_000, 100_000, 50_000, 400_000, 10];
  for (const [n, size] of sizes.entries()) {
    const body = JSON.stringify({ n, text: 'x'.repeat(size) });
    await store.log.append([{ tenant: 'acme', audience: '101', hash: `h${n}`, receivedAt: n, body }]);
  }
  const written: number[][] = [];
  const { pump } = await desktop(store, {
    sendAll(frames, flushed) {
      written.push(frames.map(numberIn));
      flushed();
    },
  });
  pump.start(0, null);
  await vi.waitFor(() => expect(pump.behind()).toBeNull());
  expect(written).toEqual([[0, 1], [2], [3], [4], []]);
});

it('reads again when the store was away, and when it was told of an entry before that can be read', async () => {
  const store = createMemoryStore();
  await append(store, 1);
  let isHidden = true;
  const { got, pump, soon } = await desktop(store, {}, async (after) =>
    (await store.log.read('acme', '101', after, PAGE)).filter(({ body }) => !(isHidden && body.includes('2'))),
  );
  store.failing = 'relay.unavailable';
  pump.start(0, null);
  await vi.waitFor(() => expect(soon).toHaveLength(1));
  store.failing = null;
  await append(store, 2);
  soon.shift()?.();
  await vi.waitFor(() => expect(soon).toHaveLength(1));
  expect(got).toEqual([1]);
  isHidden = false;
  soon.shift()?.();
  await vi.waitFor(() => expect(got).toEqual([1, 2]));
});

it('says nothing more once it is stopped', async () => {
  const store = createMemoryStore();
  for (const number of upTo(250)) await append(store, number);
  const { got, pump } = await desktop(store, {});
  pump.start(0, null);
  pump.stop();
  await append(store, 251);
  await new Promise((resolve) => setImmediate(resolve));
  expect(got).toEqual([]);
});
