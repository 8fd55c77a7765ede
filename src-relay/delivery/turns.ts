// SPDX-License-Identifier: MIT
/** Lets so many jobs run at once, the others wait in line: five thousand desktops that come back do not hold up the log. */
export type Turns = <R>(job: () => Promise<R>) => Promise<R>;

/** Between two jobs everything else gets its turn too, also when a job has nothing to wait for. */
export function createTurns(atOnce: number): Turns {
  const line: (() => void)[] = [];
  let running = 0;
  const leave = (): void => {
    // Whoever is next takes over this place.
    const next = line.shift();
    if (next) next();
    else running--;
  };
  return async (job) => {
    if (running >= atOnce) await new Promise<void>((resolve) => line.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      setImmediate(leave);
    }
  };
}
