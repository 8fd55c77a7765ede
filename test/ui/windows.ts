// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Asked } from './fake-bridge.ts';
import type { World } from './fixtures.ts';
import { type Harness, startHarness } from './harness.ts';

type Options = Parameters<Harness['open']>[2];

/**
 * One browser for the tests of a file. Opens a window with a fake main behind it; at the end of the test nothing may stand
 * on its console.
 */
export function useWindows(): (kind: 'main' | 'popup', behind: World, options?: Options) => Promise<Page> {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());
  return async (kind, behind, options = {}) => {
    const { page, problems } = await harness.open(kind, behind, options);
    onTestFinished(async () => {
      await page.context().close();
      expect(problems).toEqual([]);
    });
    return page;
  };
}

/** Patient, for a machine that does other things too. */
export const eventually = <R>(look: () => Promise<R>) => expect.poll(look, { timeout: 10_000 });

/** The arguments of each time main was asked for this. */
export const asked = async (page: Page, name: Asked['name']) =>
  (await page.evaluate(() => window.fakeMain.asked)).filter((entry) => entry.name === name).map(({ args }) => args);
