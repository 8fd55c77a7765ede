// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utcToWall } from '../../src-shared/megacall/clock.ts';
import { type AccountZone, accountZone, fixedZone, wallIn } from '../../src-shared/megacall/zone.ts';
import { type Page, pagesOf, type StatisticsSource, WINDOW_MS } from './pages.ts';
import { relaySource } from './sources.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 4, 14, 9, 30, 5);
const UTC = fixedZone(0);

type Call = { readonly id: string; readonly at: number };
type Order = 'oldest first' | 'newest first';

/**
 * The statistics of a PBX that keeps wall clocks as texts, which is all its answers show: whoever asks across a change of
 * the clock gets what the texts say.
 */
function pbx(
  calls: readonly Call[],
  zone: AccountZone,
  { limit = 1000, order = 'oldest first' as Order, skips = true } = {},
) {
  const rows = calls.map(({ id, at }) => ({ call_id: id, callstart: wallIn(zone, at), pbx_call_id: `in_${id}` }));
  const by = order === 'oldest first' ? 1 : -1;
  rows.sort((a, b) => by * (a.callstart < b.callstart ? -1 : a.callstart > b.callstart ? 1 : 0));
  const asked: { start: string; end: string; skip: number }[] = [];
  const source: StatisticsSource = {
    ready: async () => undefined,
    async page({ start, end, skip }) {
      const [from, to] = [utcToWall(start, zone.offsetMs), utcToWall(end, zone.offsetMs)];
      asked.push({ start: from, end: to, skip });
      // Longer ranges are cut without a word (megacall-api.md section 2.9).
      const cut = utcToWall(Math.min(end, start + 30 * DAY), zone.offsetMs);
      const found = rows.filter(({ callstart }) => callstart >= from && callstart <= cut);
      const page = skips ? found.slice(skip, skip + limit) : found.slice(0, limit);
      return { rows: page, more: page.length >= limit };
    },
  };
  return { source, asked };
}

async function all(pages: AsyncGenerator<Page>) {
  const ids = new Set<string>();
  let [malformed, until] = [0, 0];
  for await (const page of pages) {
    for (const row of page.rows) ids.add(row.callId);
    malformed += page.malformed;
    until = page.until;
  }
  return { ids: [...ids].sort(), malformed, until };
}

const read = (source: StatisticsSource, from: number, to: number, zone: AccountZone) =>
  all(pagesOf(source, { from, to, callType: 'in' }, () => zone));

describe('reading the statistics', () => {
  test('asks for windows of less than thirty days, and for one page of each when it is not full', async () => {
    const { source, asked } = pbx([{ id: '1', at: T0 - 50 * DAY }], UTC);
    const { ids, until } = await read(source, T0 - 70 * DAY, T0, UTC);
    expect(ids).toEqual(['1']);
    expect(until).toBe(T0);
    expect(asked.map(({ skip }) => skip)).toEqual([0, 0, 0]);
    expect(WINDOW_MS).toBeLessThan(30 * DAY);
  });

  test('goes on after the last start of a full page, with a second of overlap', async () => {
    const calls = Array.from({ length: 25 }, (_, n) => ({ id: `${n}`, at: T0 + n * 60_000 }));
    const { source, asked } = pbx(calls, UTC, { limit: 10 });
    const { ids } = await read(source, T0, T0 + DAY, UTC);
    expect(ids).toHaveLength(25);
    expect(asked.map(({ start, skip }) => [start.slice(11), skip])).toEqual([
      ['09:30:05', 0],
      ['09:39:04', 0],
      ['09:48:04', 0],
    ]);
  });

  test('skips within one second that has more rows than a page, then goes on by time', async () => {
    const calls = Array.from({ length: 35 }, (_, n) => ({ id: `${n}`, at: T0 + (n < 30 ? 0 : n * 60_000) }));
    const { source, asked } = pbx(calls, UTC, { limit: 10 });
    expect((await read(source, T0 - 1000, T0 + DAY, UTC)).ids).toHaveLength(35);
    expect(asked.map(({ skip }) => skip)).toEqual([0, 10, 20, 30]);
  });

  test('a source that cannot skip does not keep it for ever', async () => {
    const calls = Array.from({ length: 30 }, (_, n) => ({ id: `${n}`, at: T0 }));
    const { source, asked } = pbx(calls, UTC, { limit: 10, skips: false });
    expect((await read(source, T0 - 1000, T0 + DAY, UTC)).ids).toHaveLength(10);
    expect(asked).toHaveLength(2);
  });

  test('rows that cannot be read, or were not asked for, are counted and passed over', async () => {
    const good = { call_id: '1', callstart: '2026-05-14 09:30:05', pbx_call_id: 'in_1' };
    const bad = [
      ...[null, 5, 'text', [], {}, { call_id: '2' }, { ...good, callstart: '2026-02-30 00:00:00' }],
      ...[
        { ...good, callstart: '2031-01-01 00:00:00' },
        { ...good, callstart: '1970-01-01 00:00:00' },
      ],
      { ...good, seconds: 1e12 },
    ];
    const source: StatisticsSource = {
      ready: async () => undefined,
      page: async () => ({ rows: [good, ...bad], more: false }),
    };
    expect(await read(source, T0 - DAY, T0 + DAY, UTC)).toMatchObject({ ids: ['1'], malformed: bad.length });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything(), { maxLength: 5 }), async (rows) => {
        const odd: StatisticsSource = { ready: async () => undefined, page: async () => ({ rows, more: false }) };
        expect((await read(odd, T0, T0 + DAY, UTC)).malformed).toBe(rows.length);
      }),
    );
  });

  test('a relay says where to go on, and one that does not is not asked for ever', async () => {
    const asked: number[] = [];
    const source = relaySource(async (_method, { from, to }) => {
      asked.push(from);
      const until = Math.min(from + 5 * DAY, to);
      return { rows: [{ call_id: `${from}`, callstart: utcToWall(from, 0) }], complete: until === to, until };
    });
    expect((await read(source, T0, T0 + 12 * DAY, UTC)).ids).toHaveLength(3);
    expect(asked).toEqual([T0, T0 + 5 * DAY, T0 + 10 * DAY]);
    const stuck = relaySource(async (_method, { from }) => ({ rows: [], complete: false, until: from }));
    await expect(read(stuck, T0, T0 + DAY, UTC)).rejects.toMatchObject({ code: 'team.bad-reply' });
  });
});

describe('every call is found, once or more', () => {
  const SPRING = Date.UTC(2026, 2, 29, 1);
  const AUTUMN = Date.UTC(2026, 9, 25, 1);
  const orders = fc.constantFrom<Order>('oldest first', 'newest first');
  const zones = fc.constantFrom('set', 'guessed', 'unknown', 'fixed');

  test.each([
    ['in an ordinary month', T0],
    ['over the change to summer time', SPRING],
    ['over the change to winter time', AUTUMN],
  ])('%s, whatever the order, the page size and what is known of the zone', async (_name, centre) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: -4 * 3600, max: 4 * 3600 }), { maxLength: 40 }),
        fc.integer({ min: -5 * 3600, max: 3600 }),
        fc.integer({ min: 1, max: 40 * 86_400 }),
        fc.integer({ min: 2, max: 9 }),
        orders,
        zones,
        async (seconds, start, length, limit, order, known) => {
          const from = centre + start * 1000;
          const to = from + length * 1000;
          const account =
            known === 'fixed'
              ? fixedZone(HOUR)
              : ({
                  offsetMs: to < AUTUMN && to >= SPRING ? 2 * HOUR : HOUR,
                  name: 'Europe/Madrid',
                  certain: true,
                } as const);
          const reader =
            known === 'guessed'
              ? accountZone('', 'Europe/Madrid', account.offsetMs, to)
              : known === 'unknown'
                ? accountZone('', '', account.offsetMs, to)
                : account;
          const calls = seconds.map((second) => ({
            id: `${centre / 1000 + second}.${second}`.replace('-', ''),
            at: centre + second * 1000,
          }));
          const { source } = pbx(calls, account, { limit, order });
          const { ids } = await read(source, from, to, reader);
          const wanted = calls.filter(({ at }) => at >= from && at <= to).map(({ id }) => id);
          expect(ids).toEqual(expect.arrayContaining(wanted));
        },
      ),
      { numRuns: 300 },
    );
  });
});
