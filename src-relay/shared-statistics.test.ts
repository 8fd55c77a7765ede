// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utcToWall } from '../src-shared/megacall/clock.ts';
import { createSharedStatistics, type SharedStatisticsOptions } from './shared-statistics.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const OFFSET = 2 * HOUR;
const NOW = Date.parse('2026-05-18T10:00:00Z');
const PAGE = 1000;
const all = () => true;

/** A PBX with these calls, at UTC ms, of extensions 101 and 102 in turn. */
function stand(starts: readonly number[], change: Partial<SharedStatisticsOptions> = {}) {
  const clock = { now: NOW };
  const asked: string[] = [];
  const calls = starts.toSorted((a, b) => a - b);
  const row = (start: number, index: number) => ({
    ...{ call_id: `${index}.1`, pbx_call_id: `in_${index}`, callstart: utcToWall(start, OFFSET), clid: '+34600111222' },
    ...{ sip: '', destination: index % 2 === 0 ? '101' : '102', disposition: 'answered', seconds: 1 },
  });
  const statistics = createSharedStatistics({
    async page({ start, end, callType, skip }, offsetMs) {
      asked.push(`${callType} ${utcToWall(start, offsetMs)} ${utcToWall(end, offsetMs)} ${skip}`);
      const rows = calls.map(row).filter(({ callstart }) => {
        return callstart >= utcToWall(start, offsetMs) && callstart <= utcToWall(end, offsetMs);
      });
      return { rows: rows.slice(skip, skip + PAGE), more: rows.length >= skip + PAGE };
    },
    now: () => clock.now,
    ...change,
  });
  const ask = (from: number, to: number, mine: Parameters<typeof statistics.ask>[2] = all) =>
    statistics.ask({ from, to, callType: 'in' }, OFFSET, mine);
  const ids = (rows: readonly unknown[]) => rows.map((one) => (one as { pbx_call_id: string }).pbx_call_id);
  return { statistics, ask, ids, asked, clock };
}

describe('statistics for all desktops of a company', () => {
  it('are asked for each day once, however many desktops start together', async () => {
    const { ask, ids, asked } = stand([NOW - 3 * DAY, NOW - 3 * HOUR, NOW - HOUR]);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(NOW - n * 2 * HOUR - 1, NOW)));
    expect(asked).toEqual([
      'in 2026-05-18 00:00:00 2026-05-18 23:59:59 0',
      'in 2026-05-17 00:00:00 2026-05-17 23:59:59 0',
      'in 2026-05-11 00:00:00 2026-05-16 23:59:59 0',
    ]);
    expect(answers.map(({ rows }) => ids(rows)).slice(0, 3)).toEqual([[], ['in_2'], ['in_1', 'in_2']]);
    expect(answers.at(-1)).toMatchObject({ complete: true, until: NOW });
    expect(ids(answers.at(-1)?.rows ?? [])).toEqual(['in_0', 'in_1', 'in_2']);
  });

  it('give a desktop its own rows only', async () => {
    const { ask, ids, statistics } = stand([NOW - 3 * HOUR, NOW - 2 * HOUR, NOW - HOUR]);
    const { rows } = await ask(NOW - DAY, NOW, ({ extension }) => extension === '102');
    expect(ids(rows)).toEqual(['in_1']);
    expect(statistics.known('in_1').map(({ extension, callId }) => [extension, callId])).toEqual([['102', '1.1']]);
    expect(statistics.known('in_9')).toEqual([]);
  });

  it('are asked anew for today after a while, and for a day that is over once more only while it may still change', async () => {
    const { ask, asked, clock } = stand([]);
    await ask(NOW - DAY, NOW);
    asked.length = 0;
    clock.now += 60_000;
    await ask(NOW - DAY, clock.now);
    expect(asked).toEqual(['in 2026-05-18 00:00:00 2026-05-18 23:59:59 0']);
    clock.now = Date.parse('2026-05-19T01:00:00Z');
    asked.length = 0;
    await ask(NOW, clock.now);
    expect(asked).toEqual(['in 2026-05-18 00:00:00 2026-05-19 23:59:59 0']);
    clock.now = Date.parse('2026-05-19T05:00:00Z');
    await ask(NOW, clock.now);
    clock.now = Date.parse('2026-05-19T08:00:00Z');
    asked.length = 0;
    await ask(NOW, clock.now);
    expect(asked).toEqual(['in 2026-05-19 00:00:00 2026-05-19 23:59:59 0']);
  });

  it('come in messages of a size, all of them, each once', async () => {
    const starts = Array.from({ length: 5_003 }, (_, index) => NOW - DAY + index * 1_000);
    const { ask, ids, asked } = stand(starts);
    const seen: string[] = [];
    let from = NOW - DAY;
    for (let messages = 0; messages < 10; messages++) {
      const { rows, complete, until } = await ask(from, NOW);
      seen.push(...ids(rows));
      if (complete) break;
      expect(until).toBeGreaterThan(from);
      from = until;
    }
    expect(seen).toEqual(starts.map((_, index) => `in_${index}`));
    // Two days in six pages, whoever asks how often.
    expect(asked).toHaveLength(6);
  });

  it('tell what there is when the PBX takes too long, and the rest later', async () => {
    const gates: (() => void)[] = [];
    const slow = (async () => {
      await new Promise<void>((resolve) => gates.push(resolve));
      return { rows: [], more: false };
    }) satisfies SharedStatisticsOptions['page'];
    const { ask } = stand([], { page: slow, waitMs: 10 });
    await expect(ask(NOW - HOUR, NOW)).rejects.toMatchObject({ code: 'api.rate-limited', params: { seconds: 20 } });
    gates.shift()?.();
    expect(await ask(NOW - HOUR, NOW)).toEqual({ rows: [], complete: true, until: NOW });
    const old = NOW - 40 * DAY;
    await expect(ask(old, NOW)).rejects.toMatchObject({ code: 'api.rate-limited' });
    gates.shift()?.();
    const midnight = Date.parse('2026-05-08T00:00:00Z') - OFFSET;
    expect(await ask(old, NOW)).toEqual({ rows: [], complete: false, until: midnight });
    expect(gates).toEqual([]);
  });

  it('fail for all who wait when the PBX fails, and not for who asks after', async () => {
    let fails = true;
    const { ask, clock } = stand([], {
      async page() {
        clock.now += 10;
        if (fails) throw new Error('refused');
        return { rows: [], more: false };
      },
    });
    const all = await Promise.allSettled([ask(NOW - HOUR, NOW), ask(NOW - HOUR, NOW), ask(NOW - DAY, NOW)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    fails = false;
    clock.now += 1;
    expect(await ask(NOW - HOUR, NOW)).toMatchObject({ complete: true });
  });

  it('pass over rows that say nothing, and ranges of no length or in the future', async () => {
    const { ask, asked } = stand([], { page: async () => ({ rows: [null, 1, {}, { call_id: 1 }], more: false }) });
    expect(await ask(NOW - HOUR, NOW)).toEqual({ rows: [], complete: true, until: NOW });
    expect(await ask(NOW, NOW - HOUR)).toMatchObject({ rows: [], complete: true });
    expect(await ask(NOW + DAY, NOW + 2 * DAY)).toMatchObject({ rows: [], complete: true });
    expect(asked).toEqual([]);
  });

  it('tell every call of any range exactly once, however long ago', async () => {
    const hours = fc.integer({ min: 0, max: 60 * 24 });
    await fc.assert(
      fc.asyncProperty(fc.array(hours, { maxLength: 30 }), hours, hours, async (ago, a, b) => {
        const starts = ago.map((hour) => NOW - hour * HOUR);
        const { ask, ids } = stand(starts);
        const [first, to] = [NOW - Math.max(a, b) * HOUR, NOW - Math.min(a, b) * HOUR];
        const seen: string[] = [];
        for (let from = first; ; ) {
          const { rows, complete, until } = await ask(from, to);
          seen.push(...ids(rows));
          if (complete) break;
          from = until;
        }
        const sorted = starts.toSorted((x, y) => x - y);
        const expected = sorted.flatMap((start, index) => (start >= first && start < to ? [`in_${index}`] : []));
        expect(seen).toEqual(expected);
      }),
    );
  });
});
