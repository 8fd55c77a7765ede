// SPDX-License-Identifier: MIT
import { networkInterfaces } from 'node:os';

const LOOK_MS = 5_000;

/** Calls back when this computer's addresses change: another network, or one again. Returns what ends the watch. */
export function watchNetwork(
  onChange: () => void,
  interfaces: typeof networkInterfaces = networkInterfaces,
): () => void {
  const addresses = (): string =>
    Object.values(interfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => !one.internal)
      .map((one) => one.address)
      .sort()
      .join(' ');
  let before = addresses();
  const timer = setInterval(() => {
    const now = addresses();
    if (now === before) return;
    before = now;
    onChange();
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
