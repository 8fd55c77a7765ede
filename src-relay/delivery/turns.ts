// SPDX-License-Identifier: MIT
/** Lets so many jobs run at once, the others wait in line: five thousand desktops that come back do not hold up the log. */
export type Turns = <R>(job: () => Promise<R>) => Promise<R>;

export function createTurns(atOnce: number): Turns {
  const line: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= atOnce) await new Promise<void>((resolve) => line.push(resolve));
    else running++;
    try {
      return await job();
    } finally {
      // Whoever is next takes over this place.
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}
