// SPDX-License-Identifier: MIT
/** `setTimeout` that can be called off and keeps no program alive. */
export function laterOn(run: () => void, ms: number): { cancel(): void } {
  const timer = setTimeout(run, ms);
  timer.unref();
  return { cancel: () => clearTimeout(timer) };
}
