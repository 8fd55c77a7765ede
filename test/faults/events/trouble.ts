// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { genuine, type Post, SPOILED, spoiled } from './post.ts';
import { MINE, type Plan, story } from './story.ts';
import { type Fields, type Thing, thingsOf } from './things.ts';

/** One thing reaching the desktop. `at`: when; `receivedAt`: the stamp of whoever took it from the PBX. UTC ms. */
export type Delivery =
  | { readonly kind: 'post'; readonly at: number; readonly receivedAt: number; readonly post: Post }
  | (Exclude<Thing, { kind: 'webhook' }> & { readonly at: number });

export type Scenario = {
  readonly plans: readonly Plan[];
  /** In order, once each. */
  readonly clean: readonly Delivery[];
  readonly faulty: readonly Delivery[];
  /**
   * `after the stamp`: order was lost between a relay that knows when each event came and the desktop. `before`: the PBX
   * itself was late, and moments it does not state are known only as late as that.
   */
  readonly lost: 'after the stamp' | 'before';
  /** The program ends and starts again after so many deliveries. */
  readonly restarts: readonly number[];
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** Mostly a little, sometimes minutes, rarely days. */
const late = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 5 * SECOND }) },
  { weight: 4, arbitrary: fc.integer({ min: 5 * SECOND, max: 2 * MINUTE }) },
  { weight: 2, arbitrary: fc.integer({ min: 2 * MINUTE, max: 40 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: DAY, max: 5 * DAY }) },
);
const fate = fc.record({ late, again: fc.option(late, { freq: 3 }) });
const bad = fc.record({ how: fc.constantFrom(...SPOILED), which: fc.nat(), late });

/**
 * @param where the order may be lost
 * @param latest nothing is later than this, in milliseconds
 */
export function scenarios(where: readonly Scenario['lost'][], latest = 5 * DAY): fc.Arbitrary<Scenario> {
  return fc.tuple(story, fc.constantFrom(...where)).chain(([told, lost]) => scenario(told, lost, latest));
}

function scenario(told: readonly Plan[], lost: Scenario['lost'], latest: number): fc.Arbitrary<Scenario> {
  const plans = decidable(told, lost);
  const things = plans.flatMap(thingsOf).sort((a, b) => a.at - b.at);
  const each = { minLength: things.length, maxLength: things.length };
  const restarts = fc.array(fc.nat({ max: 2 * things.length }), { maxLength: 2 });
  return fc.tuple(fc.array(fate, each), fc.array(bad, { maxLength: 4 }), restarts).map(([fates, spoils, starts]) => {
    const deliver = (thing: Thing, after: number): Delivery => {
      const at = thing.at + Math.min(after, latest);
      if (thing.kind !== 'webhook') return { ...thing, at };
      return { kind: 'post', at, receivedAt: lost === 'before' ? at : thing.at, post: genuine(thing.fields) };
    };
    const faulty = things.flatMap((thing, index) => {
      const { late: after = 0, again = null } = fates[index] ?? {};
      return [deliver(thing, after), ...(again === null ? [] : [deliver(thing, after + again)])];
    });
    const posts = things.filter((thing) => thing.kind === 'webhook');
    const lies = spoils.flatMap(({ how, which, late: after }): readonly Delivery[] => {
      const victim = posts[which % Math.max(1, posts.length)];
      if (victim === undefined) return [];
      const at = victim.at + after;
      return [{ kind: 'post', at, receivedAt: at, post: spoiled(victim.fields as Fields, how) }];
    });
    return {
      plans,
      clean: things
        .map((thing) => deliver(thing, 0))
        .map((one) => (one.kind === 'post' ? { ...one, receivedAt: one.at } : one)),
      faulty: [...faulty, ...lies].sort((a, b) => a.at - b.at),
      lost,
      restarts: starts,
    };
  });
}

/**
 * What nobody could tell is not asked. One caller's two calls, one begun while the other waits for my phone to ring: which
 * is whose; where the moments of arrival are lost, that takes a minute between them. And of two ANSWERs which was first,
 * when those are lost and END names nobody.
 */
function decidable(told: readonly Plan[], lost: Scenario['lost']): readonly Plan[] {
  const plans: Plan[] = [];
  for (const plan of told) {
    const isOpen = lost === 'before' && plan.transfer !== null && plan.habits.endNames === 'none';
    const habits = isOpen ? { ...plan.habits, endNames: 'last' as const } : plan.habits;
    const meets = plans.some((other) => other.number === plan.number && apart(other, plan) < TOGETHER_MS[lost]);
    plans.push({ ...plan, habits, number: meets ? `+3460000000${plan.n}` : plan.number });
  }
  return plans;
}

const TOGETHER_MS: Readonly<Record<Scenario['lost'], number>> = { 'after the stamp': 5_000, before: 60_000 };

/** Between the last ring of the first here and the start of the second; negative when they overlap. */
function apart(one: Plan, other: Plan): number {
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  const rings = first.rings.filter(({ extension }) => extension === MINE);
  const both = rings.length > 0 && second.rings.some(({ extension }) => extension === MINE);
  return both ? second.start - first.start - Math.max(...rings.map(({ at }) => at)) : Number.POSITIVE_INFINITY;
}

/** For a real desktop: its own phone tells what happens at once and in order, whatever the network does. */
export function withOwnPhone({ clean, faulty }: Scenario): readonly Delivery[] {
  const own = clean.filter((one) => one.kind === 'session');
  return [...faulty.filter((one) => one.kind !== 'session'), ...own].sort((a, b) => a.at - b.at);
}
