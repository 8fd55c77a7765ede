// SPDX-License-Identifier: MIT

const TICK_MS = 1_000;
const JUMP_MS = 4_000;

/**
 * Calls back when the line should be tested now: the network is back or another one, or the page stood still (sleep,
 * a stopped process), whether or not the system tells of it. Returns the function that ends the watch.
 */
export function watchWake(woke: () => void): () => void {
  // Neither is in every browser's types or every system's browser.
  const { connection } = navigator as { connection?: EventTarget };
  window.addEventListener('online', woke);
  connection?.addEventListener('change', woke);
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    // A clock that was set forward looks the same, and one more REGISTER does no harm.
    if (now - last > TICK_MS + JUMP_MS) woke();
    last = now;
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    window.removeEventListener('online', woke);
    connection?.removeEventListener('change', woke);
  };
}
