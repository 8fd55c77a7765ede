// SPDX-License-Identifier: MIT
import fc from 'fast-check';

/**
 * What happens in a company within some minutes: calls to one extension or a group, answered, missed, cancelled,
 * transferred, redirected with return, to the menu only, blacklisted, outgoing, callbacks. Times are milliseconds.
 */
export const T0 = Date.UTC(2026, 4, 14, 7, 30, 0);
/** Whose desktop it is. */
export const MINE = '101';
const EXTENSIONS = [MINE, '102', '103'] as const;
export const DID = '+34912345678';
const NUMBERS = ['+34600111222', '+34600111333', '+4915112345678', ''] as const;

export type Plan = {
  readonly n: number;
  readonly kind: 'in' | 'out' | 'callback';
  readonly number: string;
  readonly start: number;
  /** Extensions that ring, and since when after the start; an extension may ring twice. */
  readonly rings: readonly { readonly extension: string; readonly at: number; readonly until: number }[];
  readonly answer: { readonly extension: string; readonly at: number } | null;
  /** A colleague takes over. */
  readonly transfer: { readonly extension: string; readonly at: number } | null;
  readonly end: number;
  readonly disposition: 'answered' | 'cancel' | 'no answer' | 'busy' | 'failed';
  readonly recorded: boolean;
  /** What differs from account to account, and from day to day. */
  readonly habits: Habits;
};

export type Habits = {
  /** My extension's phone is this program. */
  readonly softphone: boolean;
  readonly plus: boolean;
  readonly national: boolean;
  /** Some set-ups send no NOTIFY_START (trap 22). */
  readonly hasStart: boolean;
  readonly internalEnds: boolean;
  /** END without `internal`, without `last_internal` (trap 24). */
  readonly endNames: 'both' | 'last' | 'none';
  /** The statistics are read too; some rows have no `pbx_call_id`. */
  readonly rows: 'none' | 'named' | 'nameless';
  /** The PBX told nothing while it happened. */
  readonly webhooks: boolean;
  /** Milliseconds from the PBX's word to the phone's, or the other way round. */
  readonly lag: number;
};

const habits: fc.Arbitrary<Habits> = fc
  .record({
    softphone: fc.constant(false),
    plus: fc.boolean(),
    national: fc.boolean(),
    hasStart: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    internalEnds: fc.boolean(),
    endNames: fc.constantFrom('both' as const, 'last' as const, 'none' as const),
    rows: fc.constantFrom('none' as const, 'named' as const, 'named' as const, 'nameless' as const),
    webhooks: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    lag: fc.integer({ min: -300, max: 700 }),
  })
  // Without any webhook only rows that name the call hold its legs together.
  .map((habit) => (habit.webhooks ? habit : { ...habit, rows: 'named' as const }));

const seconds = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 }).map((n) => n * 100);
const group = fc.uniqueArray(fc.constantFrom(...EXTENSIONS), { minLength: 1 });

type Course = Omit<Plan, 'n' | 'kind' | 'number' | 'start' | 'habits'>;

/** Everybody rings at once, one takes it or nobody does. */
const ordinary: fc.Arbitrary<Course> = fc
  .record({
    group,
    ring: seconds(1, 25),
    talk: fc.option(seconds(1, 90)),
    recorded: fc.boolean(),
    over: fc.constantFrom('cancel' as const, 'no answer' as const),
  })
  .map(({ group: extensions, ring, talk, recorded, over }) => {
    const taker = extensions[0] ?? MINE;
    return {
      rings: extensions.map((extension, index) => ({ extension, at: 100 + index * 30, until: ring })),
      answer: talk === null ? null : { extension: taker, at: ring },
      transfer: null,
      end: ring + (talk ?? 0),
      disposition: talk === null ? over : 'answered',
      recorded: recorded && talk !== null,
    };
  });

/** The responsible agent's phone first; in vain, so it returns to everybody (`return_timeout`). */
const redirected: fc.Arbitrary<Course> = fc
  .record({
    first: fc.constantFrom(...EXTENSIONS),
    group,
    alone: seconds(3, 20),
    ring: seconds(1, 20),
    talk: fc.option(seconds(1, 90)),
  })
  .map(({ first, group: extensions, alone, ring, talk }) => {
    const back = alone + 500;
    return {
      rings: [
        { extension: first, at: 100, until: alone },
        ...extensions.map((extension, index) => ({ extension, at: back + index * 30, until: back + ring })),
      ],
      answer: talk === null ? null : { extension: extensions[0] ?? MINE, at: back + ring },
      transfer: null,
      end: back + ring + (talk ?? 0),
      disposition: talk === null ? 'cancel' : 'answered',
      recorded: false,
    };
  });

/** Some minutes of music before anybody's phone rings. */
const queued: fc.Arbitrary<Course> = fc.tuple(ordinary, seconds(5, 280)).map(([course, wait]) => ({
  ...course,
  rings: course.rings.map((ring) => ({ ...ring, at: ring.at + wait, until: ring.until + wait })),
  answer: course.answer === null ? null : { ...course.answer, at: course.answer.at + wait },
  end: course.end + wait,
}));

/** One takes it and sends it on to a colleague, who takes it too. */
const transferred: fc.Arbitrary<Course> = fc
  .record({
    pair: fc.shuffledSubarray([...EXTENSIONS], { minLength: 2, maxLength: 2 }),
    ring: seconds(1, 20),
    talk: seconds(3, 60),
    second: seconds(1, 15),
    rest: seconds(1, 60),
  })
  .map(({ pair: [taker = MINE, other = '102'], ring, talk, second, rest }) => {
    const rings = ring + talk;
    return {
      rings: [
        { extension: taker, at: 100, until: ring },
        { extension: other, at: rings, until: rings + second },
      ],
      answer: { extension: taker, at: ring },
      transfer: { extension: other, at: rings + second },
      end: rings + second + rest,
      disposition: 'answered' as const,
      recorded: true,
    };
  });

/** The menu, then nobody; or refused at once. */
const menu: fc.Arbitrary<Course> = fc
  .record({ end: seconds(1, 40), disposition: fc.constantFrom('cancel' as const, 'busy' as const) })
  .map((over) => ({
    ...{ rings: [], answer: null, transfer: null, recorded: false },
    ...over,
  }));

const outgoing: fc.Arbitrary<Course> = fc
  .record({
    from: fc.constantFrom(...EXTENSIONS),
    ring: seconds(1, 25),
    talk: fc.option(seconds(1, 90)),
    recorded: fc.boolean(),
    over: fc.constantFrom('cancel' as const, 'no answer' as const, 'busy' as const, 'failed' as const),
  })
  .map(({ from, ring, talk, recorded, over }) => ({
    rings: [{ extension: from, at: 0, until: ring }],
    answer: talk === null ? null : { extension: from, at: ring },
    transfer: null,
    end: ring + (talk ?? 0),
    disposition: talk === null ? over : 'answered',
    recorded: recorded && talk !== null,
  }));

const courses: readonly (readonly [Plan['kind'], fc.Arbitrary<Course>])[] = [
  ['in', ordinary],
  ['in', ordinary],
  ['in', redirected],
  ['in', queued],
  ['in', transferred],
  ['in', menu],
  ['out', outgoing],
  ['callback', outgoing.filter(({ rings }) => rings[0]?.extension === MINE)],
];

const plan: fc.Arbitrary<Omit<Plan, 'n' | 'start'>> = fc.constantFrom(...courses).chain(([kind, course]) =>
  fc.record({ course, number: fc.constantFrom(...NUMBERS), habits }).map(({ course: it, number, habits: habit }) => ({
    ...{ kind, ...it, number: kind === 'in' ? number : number || '+34600999888' },
    habits: {
      ...habit,
      // Only this program knows whom a callback is for.
      softphone: habit.softphone || kind === 'callback',
      // Rows do not tell which of two who talked was the last.
      webhooks: habit.webhooks || kind === 'callback' || it.transfer !== null,
    },
  })),
);

/** One to five calls, one begun while others go on; the same caller again no sooner than five seconds later. */
export const story: fc.Arbitrary<readonly Plan[]> = fc
  .tuple(fc.array(fc.tuple(plan, seconds(0, 60)), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([calls, softphone]) => {
    let last = 0;
    return calls.map(([it, after], n): Plan => {
      last = n === 0 ? 0 : last + Math.max(5_000, after);
      return { ...it, n, start: last, habits: { ...it.habits, softphone: softphone || it.habits.softphone } };
    });
  });
