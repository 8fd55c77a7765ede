// SPDX-License-Identifier: MIT
/** What goes wrong with one answer. The request is carried out first where the comment says so. */
export const FAULT_KINDS = [
  'html', // a proxy's error page, 502
  'html-ok', // a log-in page with status 200, as a captive network sends
  'empty', // 200 without a body; carried out
  'huge', // ten megabytes of JSON
  'gzip-bomb', // a small body that unpacks to a hundred megabytes
  'half-json', // a whole answer with half its JSON; carried out
  'cut-body', // the connection breaks in the middle of the body; carried out
  'slow-head', // no answer for `ms`
  'slow-body', // the first byte, then nothing for `ms`; carried out
  'reset-before', // the connection breaks, nothing was done
  'reset-after', // the connection breaks; carried out
  'error-before', // 503, nothing was done
  'error-after', // 500; carried out
  'redirect', // 302 to `to`
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type Fault = {
  readonly kind: FaultKind;
  /** Requests it is for: `METHOD path` must contain this text. All, when not given. */
  readonly only?: string;
  /** How many answers go wrong so; 1 when not given. */
  times?: number;
  readonly ms?: number;
  readonly to?: string;
};

export type Faults = {
  /** What goes wrong next. An entry that is used up leaves the list. */
  readonly plan: Fault[];
  /** Beyond the plan: this part of the answers, 0 to 1, goes wrong in one of these ways. */
  rate: number;
  kinds: readonly FaultKind[];
  only: string;
  /** The same seed makes the same faults. */
  seed: number;
};

export function noFaults(): Faults {
  return {
    plan: [],
    rate: 0,
    kinds: ['reset-before', 'reset-after', 'error-before', 'error-after'],
    only: '',
    seed: 1,
  };
}

/** The fault for this request, taken off the plan; null for none. */
export function takeFault(faults: Faults, what: string): Fault | null {
  const index = faults.plan.findIndex((fault) => what.includes(fault.only ?? ''));
  const planned = faults.plan[index];
  if (planned !== undefined) {
    planned.times = (planned.times ?? 1) - 1;
    if (planned.times <= 0) faults.plan.splice(index, 1);
    return planned;
  }
  if (faults.rate === 0 || !what.includes(faults.only) || random(faults) >= faults.rate) return null;
  const kind = faults.kinds[Math.floor(random(faults) * faults.kinds.length)];
  return kind === undefined ? null : { kind };
}

/** A linear congruential generator: failures that can be had again. */
function random(faults: Faults): number {
  faults.seed = (Math.imul(faults.seed, 1664525) + 1013904223) >>> 0;
  return faults.seed / 2 ** 32;
}
