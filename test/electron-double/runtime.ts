// SPDX-License-Identifier: MIT
import { type Chromium, startChromium } from './chromium.ts';

/** What the modules of one double share: its Chromium, once there is one, and the order it is started in. */
export const runtime: { chromium: Chromium | null; ready: boolean; starting: Promise<Chromium> | null } = {
  chromium: null,
  ready: false,
  starting: null,
};

export const appSwitches = new Map<string, string>();

export function launch(): Promise<Chromium> {
  runtime.starting ??= startChromium(
    [...appSwitches].map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`)),
  ).then((chromium) => {
    runtime.chromium = chromium;
    const chrome = chromium.version.replace(/^.*\//, '');
    Object.defineProperty(process.versions, 'chrome', { value: chrome, enumerable: true, configurable: true });
    return chromium;
  });
  return runtime.starting;
}
