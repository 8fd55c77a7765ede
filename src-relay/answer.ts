// SPDX-License-Identifier: MIT
import type { Decision } from '../src-shared/rules/routing.ts';

const LATE: Decision = { answer: null, reason: 'late', extension: null };

/**
 * What `work` decides, or that it is late, and never later than the budget: the caller hears nothing until the PBX has
 * its answer. A failure counts as late; it is told to `onFailure`, also when it comes after the answer.
 */
export async function withinBudget(
  work: Promise<Decision>,
  budgetMs: number,
  onFailure: (error: unknown) => void,
): Promise<Decision> {
  const decided = work.catch((error: unknown) => {
    onFailure(error);
    return LATE;
  });
  return (await inTime(decided, budgetMs)) ?? LATE;
}

/** The value, or null when it takes longer. The work goes on all the same. Rejects as the work does. */
export async function inTime<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, ms));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
