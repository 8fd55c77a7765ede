// SPDX-License-Identifier: MIT
import { expect, test } from '@playwright/test';
import { startTeamApps, type TeamApps } from './support/team.ts';

/** Two agents of one company, each with a whole app, on one relay: what the PBX tells reaches both through it. */
let team: TeamApps;

test.beforeAll(async () => {
  team = await startTeamApps({ agents: 2, sandbox: { sip: true } });
});
test.afterAll(() => team?.stop());

test('a call to a group pops up on both; one answered elsewhere closes by itself, and both know who took it', async () => {
  const [first, second] = team.apps;
  if (first === undefined || second === undefined) throw new Error('two agents are needed');
  const { account, calls } = team.sandbox;
  for (const app of [first, second]) {
    const main = await app.window('main');
    await expect(main.getByTestId('registration-status')).toHaveAttribute('data-state', 'registered');
  }
  const call = calls.incoming({ from: '34600111222', did: account.dids[0] ?? '' });
  await call.start();
  await Promise.all(['101', '102'].map((extension) => call.ring(extension)));
  for (const app of [first, second]) await expect.poll(() => app.isVisible('popup')).toBe(true);

  await call.answer('102');
  await expect.poll(() => first.isVisible('popup')).toBe(false);
  await call.end({ disposition: 'answered', duration: 4 });
  for (const app of [first, second]) {
    const main = await app.window('main');
    await main.getByTestId('nav-history').click();
    await main.getByTestId('history-row').first().click();
    await expect(main.getByTestId('history-detail')).toContainText('102');
  }
});

test('a missed call of the team becomes a reminder of the responsible, until somebody has called back', async () => {
  const [first] = team.apps;
  if (first === undefined) throw new Error('an agent is needed');
  const settings = await team.relay.parts.team.settings('demo');
  await team.relay.parts.team.save('demo', { ...settings, defaultResponsible: '101' });
  const { account, calls } = team.sandbox;
  const missed = calls.incoming({ from: '34600333444', did: account.dids[0] ?? '' });
  await missed.start();
  await missed.ring('102');
  await missed.end({ disposition: 'cancel' });
  const main = await first.window('main');
  await main.getByTestId('nav-reminders').click();
  const reminder = main.getByTestId('reminder').filter({ hasText: '600 33 34 44' });
  await expect(reminder).toBeVisible({ timeout: 30_000 });

  const back = calls.outgoing({ extension: '102', to: '34600333444' });
  await back.start();
  await back.answer();
  await back.end({ disposition: 'answered', duration: 30 });
  await expect(reminder).toHaveCount(0, { timeout: 30_000 });
});
