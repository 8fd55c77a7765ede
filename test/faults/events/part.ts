// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { throughRelay } from './relay.ts';
import { throughService } from './service.ts';
import { throughTracker } from './tracker.ts';
import { DAY, type Delivery, type Scenario, scenarios } from './trouble.ts';

export const PARTS = {
  tracker: { what: 'the tracker', run: throughTracker, from: scenarios(['after the stamp', 'before']) },
  service: {
    what: 'ingress, call service and store, started anew',
    run: throughService,
    from: scenarios(['after the stamp', 'before']),
  },
  // A relay remembers for a day whom a call has met.
  relay: {
    what: "a relay's intake and log, a desktop that comes and goes",
    run: throughRelay,
    from: scenarios(['before'], DAY / 2),
  },
} as const;

export type PartName = keyof typeof PARTS;

/** Runs one part and prints what was run; false when a scenario's history differs, with the smallest such scenario. */
export async function runPart(name: PartName, runs: number, seed: number, path: string): Promise<boolean> {
  const { what, run, from } = PARTS[name];
  const began = performance.now();
  const total = { calls: 0, deliveries: 0 };
  const property = fc.asyncProperty(from, async (scenario) => {
    total.calls += scenario.plans.length;
    total.deliveries += scenario.faulty.length;
    await run(scenario);
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === '' ? {} : { path, endOnFailure: true }),
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  const size = `${result.numRuns} scenarios, ${total.calls} calls, ${total.deliveries} deliveries`;
  console.log(`${name} (${what}): ${size}, seed ${seed}, ${seconds} s: ${result.failed ? 'FAILED' : 'passed'}`);
  if (!result.failed) return true;
  console.log(
    `again: npm run test:faults -- events --part ${name} --seed ${seed} --path "${result.counterexamplePath}"`,
  );
  console.log(result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance));
  const [scenario] = result.counterexample ?? [];
  if (scenario !== undefined) console.log(pictureOf(scenario));
  return false;
}

function pictureOf({ plans, faulty, lost, restarts }: Scenario): string {
  const began = faulty[0]?.at ?? 0;
  const lines = faulty.map((one) => `  +${one.at - began} ms ${one.kind} ${textOf(one)}`);
  return [`order lost ${lost}; restarts ${restarts}`, ...plans.map((plan) => JSON.stringify(plan)), ...lines].join(
    '\n',
  );
}

function textOf(delivery: Delivery): string {
  if (delivery.kind === 'session') return JSON.stringify(delivery.event);
  if (delivery.kind === 'row') return JSON.stringify(delivery.row);
  return `${delivery.post.body.subarray(0, 400).toString('latin1')} (from ${delivery.post.from})`;
}
