// SPDX-License-Identifier: MIT
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Call, DISPOSITIONS, isMissed } from '../../src-shared/calls/model.ts';
import type { HistoryQuery } from '../../src-shared/ipc/schemas.ts';
import { migrate } from './migrate.ts';
import { openTables } from './tables.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 5);
const NUMBERS = ['+34600111222', '+34911000333', '600111222', '101', ''];
const NAMES = ['Ana', 'ana maria', 'Ánabel', '50% off', null];

const call: fc.Arbitrary<Call> = fc
  .record({
    n: fc.nat({ max: 15 }),
    direction: fc.constantFrom('in' as const, 'out' as const),
    number: fc.constantFrom(...NUMBERS),
    networkName: fc.constantFrom(...NAMES),
    after: fc.nat({ max: 5 }),
    answered: fc.boolean(),
    disposition: fc.option(fc.constantFrom(...DISPOSITIONS)),
    phase: fc.constantFrom('ringing' as const, 'ended' as const),
  })
  .map(({ n, after, answered, ...fields }) => ({
    ...{ key: `pbx:${n}`, formerKeys: [], pbxCallId: `${n}`, did: null, duration: 0, answeredBy: null, legs: [] },
    ...{
      session: null,
      causeCode: null,
      isRecorded: false,
      recordIds: [],
      endedAt: null,
      startedAt: T0 + after * 1000,
    },
    ...{ answeredAt: answered ? T0 : null, ...fields },
  }));

const step = fc.oneof(
  { weight: 8, arbitrary: call.map((value) => ({ type: 'write' as const, value })) },
  { weight: 1, arbitrary: fc.constant({ type: 'seen' as const }) },
);

const filter = fc.record({
  direction: fc.constantFrom('in' as const, 'out' as const, null),
  missed: fc.boolean(),
  disposition: fc.constantFrom('busy' as const, 'answered' as const, null),
  search: fc.constantFrom('', '', '222', '+34 9', '600', '1', 'ana', 'ÁNA', '50%', '%', '_'),
});

type Line = { readonly id: number; readonly call: Call; seen: boolean };

/** What `page` promises, said as plainly as can be. */
function matches({ call: it }: Line, wanted: HistoryQuery['filter']): boolean {
  if (wanted.missed && !isMissed(it)) return false;
  if (wanted.direction !== null && it.direction !== wanted.direction) return false;
  if (wanted.disposition !== null && it.disposition !== wanted.disposition) return false;
  if (wanted.search === '') return true;
  const digits = it.number.replace('+', '');
  const sought = wanted.search.replace(/[+ ]/g, '');
  if (/^\d+$/.test(sought)) {
    const national = it.number.startsWith('+') ? digits.replace(/^34/, '') : digits;
    return digits.startsWith(sought) || digits.endsWith(sought) || national.startsWith(sought);
  }
  const plain = (text: string) => text.toLowerCase().replace('á', 'a');
  return plain(it.networkName ?? '').startsWith(plain(wanted.search));
}

it('pages, filters and the missed count agree with a plain list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), filter, fc.integer({ min: 1, max: 7 }), (steps, wanted, limit) => {
      const db = new Database(':memory:');
      migrate(db);
      const tables = openTables(db);
      const lines = new Map<string, Line>();
      for (const { type, ...rest } of steps) {
        if (type === 'seen') {
          tables.calls.markSeen();
          for (const line of lines.values()) line.seen ||= isMissed(line.call);
        } else if ('value' in rest) {
          const [id = 0] = tables.calls.write([rest.value], null, []);
          const before = lines.get(rest.value.key);
          expect(before?.id ?? id).toBe(id);
          lines.set(rest.value.key, { id, call: rest.value, seen: before?.seen ?? false });
        }
      }
      const expected = [...lines.values()].filter((line) => matches(line, wanted)).sort((a, b) => b.id - a.id);
      const found: number[] = [];
      let before: number | null = null;
      do {
        const page = tables.calls.page({ before, limit, filter: wanted });
        expect(page.rows.length).toBeLessThanOrEqual(limit);
        for (const row of page.rows) expect(row.call).toEqual(lines.get(row.call.key)?.call);
        found.push(...page.rows.map((row) => row.id));
        before = page.next;
      } while (before !== null);
      expect(found).toEqual(expected.map((line) => line.id));
      const missed = [...lines.values()].filter((line) => isMissed(line.call) && !line.seen);
      expect(tables.calls.missedCount()).toBe(missed.length);
      db.close();
    }),
    { numRuns: 150 },
  );
});
