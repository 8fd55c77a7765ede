// SPDX-License-Identifier: MIT
import { expect } from '@playwright/test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../sandbox/browser.ts';
import type { Sandbox } from '../../sandbox/index.ts';

/** The phone outside: the sandbox's control page in a browser of its own, registered with the sandbox's switch. */
export type Customer = {
  readonly page: Page;
  readonly browser: Browser;
  /** @param from number shown; the customer's own when not given. */
  call(from?: string): Promise<void>;
  answer(): Promise<void>;
  hangUp(): Promise<void>;
  /** `idle`, `calling`, `ringing`, `incoming` or `talking`. */
  expectState(state: string): Promise<void>;
  close(): Promise<void>;
};

export async function openCustomer(sandbox: Sandbox): Promise<Customer> {
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(sandbox.controlUrl);
  await expect(page.getByTestId('registration')).toHaveAttribute('data-state', 'registered', { timeout: 30_000 });
  const expectState = (state: string): Promise<void> =>
    expect(page.getByTestId('call-state')).toHaveAttribute('data-state', state, { timeout: 20_000 });
  return {
    page,
    browser,
    expectState,
    async call(from = sandbox.account.customer.number) {
      // The switch may have been stopped a moment ago: the phone comes back by itself.
      await expect(page.getByTestId('call')).toBeEnabled({ timeout: 20_000 });
      await page.getByTestId('caller-id').fill(from);
      await page.getByTestId('call').click();
    },
    answer: () => page.getByTestId('answer').click(),
    async hangUp() {
      await page.getByTestId('hangup').click();
      await expectState('idle');
    },
    close: () => browser.close(),
  };
}
