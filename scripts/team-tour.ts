// SPDX-License-Identifier: MIT
import { expect } from '@playwright/test';
import type { Page } from 'playwright-core';
import type { TeamApps } from '../test/e2e/support/team.ts';
import { openAlbum } from './album.ts';

/** A call to a group: it pops up on both, one answers, the other closes by itself; both know who took it. */
export async function runTeamTour({ apps, sandbox }: TeamApps, phone: Page): Promise<void> {
  const [first, second] = apps;
  if (first === undefined || second === undefined) throw new Error('two agents are needed');
  const tour = openAlbum();
  const [mainOne, mainTwo] = [await first.window('main'), await second.window('main')];
  const [popupOne, popupTwo] = [await first.window('popup'), await second.window('popup')];
  const both = async (name: string, pages: readonly [Page, Page]): Promise<void> => {
    await tour.picture(`${name}-101`, pages[0]);
    await tour.picture(`${name}-102`, pages[1]);
  };

  await tour.step('both agents have joined the team and are registered', async () => {
    for (const main of [mainOne, mainTwo]) {
      const status = main.getByTestId('registration-status');
      await expect(status).toHaveAttribute('data-state', 'registered', { timeout: 30_000 });
    }
    await expect(phone.getByTestId('registration')).toContainText(/registered/i, { timeout: 30_000 });
  });
  await both('ready', [mainOne, mainTwo]);

  await tour.step('the customer calls: it pops up on both', async () => {
    await phone.getByTestId('call').click();
    for (const app of [first, second]) {
      await expect.poll(() => app.isVisible('popup'), { timeout: 15_000 }).toBe(true);
    }
  });
  await both('popup-ringing', [popupOne, popupTwo]);

  await tour.step('101 answers, the popup of 102 closes by itself', async () => {
    await popupOne.getByTestId('popup-answer').click();
    await expect(popupOne.getByTestId('popup-call')).toHaveAttribute('data-phase', 'talking');
    await expect.poll(() => second.isVisible('popup'), { timeout: 10_000 }).toBe(false);
    expect(await first.isVisible('popup')).toBe(true);
  });
  await both('answered', [mainOne, mainTwo]);

  await tour.step('hung up, the popup of 101 goes too', async () => {
    await popupOne.getByTestId('popup-hang-up').click();
    await expect.poll(() => first.isVisible('popup'), { timeout: 10_000 }).toBe(false);
  });

  await tour.step('both have the call in their history, and who took it', async () => {
    for (const main of [mainOne, mainTwo]) {
      await main.getByTestId('nav-history').click();
      await main.getByTestId('history-row').first().click();
      await expect(main.getByTestId('history-detail')).toContainText('101');
    }
  });
  await both('history', [mainOne, mainTwo]);
  tour.close({ runtime: first.runtime, agents: sandbox.account.extensions.map(({ number }) => number).join(', ') });
}
