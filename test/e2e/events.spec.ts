// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import type { WebhookRecord } from '../sandbox/index.ts';
import { expectListening, expectQuiet, expectRegistered, openHistory } from './support/checks.ts';
import { type Customer, openCustomer } from './support/customer.ts';
import { type Stand, startStand } from './support/stand.ts';

/** What the PBX tells, in any order and any number of times, and the one right row that comes of it. */
const DID = '+34912345678';

let stand: Stand;
let customer: Customer;
let main: Page;
let popup: Page;
let callers = 0;

test.beforeAll(async () => {
  stand = await startStand();
  main = await stand.app.window('main');
  popup = await stand.app.window('popup');
  await expectRegistered(stand.app);
  await expectListening(stand);
  customer = await openCustomer(stand.sandbox);
});

test.afterAll(async () => {
  await customer?.close();
  await stand?.stop();
});

test.beforeEach(async () => {
  const { faults } = stand.sandbox.webhooks;
  Object.assign(faults, { twice: false, outOfOrder: false, lateMs: 0, perEvent: {} });
  await main.getByTestId('nav-phone').click();
  await expectQuiet(stand.app);
});

/** A caller nobody saw before: rows of one test are not taken for those of another. */
function newCaller(): { from: string; shown: string } {
  callers += 1;
  const last = String(callers).padStart(2, '0');
  return { from: `+346112233${last}`, shown: `611 22 33 ${last}` };
}

/** The history's rows with this caller. */
async function rowsOf(shown: string) {
  return (await openHistory(main)).filter({ hasText: shown });
}

function expectAccepted(records: readonly WebhookRecord[]): void {
  expect(records.map(({ event, status }) => [event, status])).toEqual(records.map(({ event }) => [event, 200]));
}

test('NOTIFY_START is answered at once with 200', async () => {
  const { from } = newCaller();
  const call = stand.sandbox.calls.incoming({ from, did: DID });
  await call.start();
  const [record] = stand.sandbox.webhooks.log.filter(({ fields }) => fields.pbx_call_id === call.pbxCallId);
  expect(record).toMatchObject({ event: 'NOTIFY_START', status: 200, outcome: 'sent' });
  await call.end({ disposition: 'cancel' });
});

test('a call is prepared when it is announced and seen when it rings here, not before', async () => {
  const [first, second] = [newCaller(), newCaller()];
  const calls = [first, second].map(({ from }) => stand.sandbox.calls.incoming({ from, did: DID }));
  for (const call of calls) await call.start();
  await calls[1]?.ring('102');
  const prepared = popup.locator('article[data-waiting="painted"]').getByTestId('popup-name');
  // Of two calls of one second either may stand first.
  await expect.poll(async () => (await prepared.allTextContents()).sort()).toEqual([first.shown, second.shown]);
  const seen = () =>
    popup
      .getByTestId('popup-name')
      .evaluateAll((names) =>
        names.filter((name) => name.checkVisibility({ opacityProperty: true })).map((name) => name.textContent),
      );
  expect(await seen()).toEqual([]);
  await expect(popup.locator('[data-call-key], [data-testid=popup-call]')).toHaveCount(0);
  expect(await stand.app.isVisible('popup')).toBe(false);
  await calls[1]?.ring('101');
  await expect.poll(seen).toEqual([second.shown]);
  expect(await stand.app.isVisible('popup')).toBe(true);
  for (const call of calls) await call.end({ disposition: 'cancel' });
});

test('a group call taken by a colleague closes by itself and is not missed', async () => {
  const { from, shown } = newCaller();
  const call = stand.sandbox.calls.incoming({ from, did: DID });
  await call.start();
  await call.ring('101');
  await call.ring('102');
  await expect(popup.getByTestId('popup-name')).toHaveText(shown);
  await expect.poll(() => stand.app.isVisible('popup')).toBe(true);
  await expect.poll(async () => (await stand.app.notifications()).length).toBe(1);
  await call.answer('102');
  await expectQuiet(stand.app);
  await call.end({ disposition: 'answered', duration: 12, isRecorded: false });
  const rows = await rowsOf(shown);
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
  await rows.first().click();
  await expect(main.getByTestId('history-detail')).toContainText('Extension 102');
  await expect(main.getByTestId('history-detail')).toContainText('0:12');
  expect((await stand.app.tray())?.toolTip).toBe('Megadial · Ready for calls');
});

test('a missed call is counted, shown, and called back', async () => {
  const { from, shown } = newCaller();
  const call = stand.sandbox.calls.incoming({ from, did: DID });
  await call.start();
  await call.ring('101');
  await expect(popup.getByTestId('popup-name')).toHaveText(shown);
  await call.end({ disposition: 'no answer' });
  await expect(popup.getByTestId('popup-state')).toHaveText('Missed call');
  await expect(main.getByTestId('missed-badge')).toContainText('1');
  await expectQuiet(stand.app);
  await main.getByTestId('call-back').click();
  await expect(main.getByTestId('call-card')).toContainText(shown);
  await customer.expectState('incoming');
  await main.getByTestId('call-hang-up').click();
  await customer.expectState('idle');
  await expectQuiet(stand.app);
  // The missed call is the older one of the two.
  const rows = await rowsOf(shown);
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toHaveAttribute('data-disposition', 'no-answer');
  await expect(main.getByTestId('missed-badge')).toHaveCount(0);
});

test('events out of order, twice and late make one right row', async () => {
  const { sandbox, app } = stand;
  const { from, shown } = newCaller();
  const { faults } = sandbox.webhooks;
  faults.twice = true;
  const call = sandbox.calls.incoming({ from, did: DID });
  const sent = [
    // START arrives after everything else, INTERNAL after ANSWER.
    sandbox.webhooks.send(
      'NOTIFY_START',
      { call_start: call.callStart, pbx_call_id: call.pbxCallId, caller_id: from, called_did: DID },
      { lateMs: 2_000 },
    ),
    call.ring('101', { outOfOrder: true }),
    call.answer('101'),
  ];
  await expect(popup.getByTestId('popup-call')).toHaveAttribute('data-phase', 'talking');
  await expect(popup.getByTestId('popup-name')).toHaveText(shown);
  sent.push(call.end({ disposition: 'answered', duration: 9, isRecorded: false }));
  expectAccepted(await Promise.all(sent));
  await expectQuiet(app);
  const rows = await rowsOf(shown);
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
  await expect(rows.first()).toHaveAttribute('data-direction', 'in');
  await expect(rows.first()).toContainText('0:09');
  await rows.first().click();
  await expect(main.getByTestId('history-detail')).toContainText('912 34 56 78');
});

test('an end that comes before everything else never rings', async () => {
  const { from, shown } = newCaller();
  const call = stand.sandbox.calls.incoming({ from, did: DID });
  await call.end({ disposition: 'cancel' });
  await call.start();
  await call.ring('101');
  const rows = await rowsOf(shown);
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toHaveAttribute('data-disposition', 'cancelled');
  expect(await stand.app.isVisible('popup')).toBe(false);
  await expectQuiet(stand.app);
});

test('an unknown event is answered with 200, kept, and changes nothing', async () => {
  const before = names('calls', 'key');
  const record = await stand.sandbox.webhooks.send('NOTIFY_FUTURE', { pbx_call_id: 'in_future', novelty: 'yes' });
  expect(record).toMatchObject({ status: 200, outcome: 'sent' });
  const form = { event: 'SPEECH_RECOGNITION', call_id: '1', pbx_call_id: 'in_speech' };
  const unsigned = await fetch(stand.webhookUrl, { method: 'POST', body: new URLSearchParams(form) });
  expect(unsigned.status).toBe(200);
  expect(names('raw_events', 'name')).toEqual(expect.arrayContaining(['NOTIFY_FUTURE', 'SPEECH_RECOGNITION']));
  expect(names('calls', 'key')).toEqual(before);
  await expectQuiet(stand.app);
});

test('webhook first or INVITE first: one call on screen, one row', async () => {
  const { sandbox, app } = stand;
  for (const late of [false, true]) {
    const { from, shown } = newCaller();
    if (late)
      sandbox.webhooks.faults.perEvent = { NOTIFY_INTERNAL: { lateMs: 2_000 }, NOTIFY_START: { lateMs: 1_500 } };
    await customer.call(from);
    await expect(popup.getByTestId('popup-answer')).toBeEnabled({ timeout: 20_000 });
    await expect(popup.getByTestId('popup-name')).toHaveText(shown);
    // Both sources have spoken before the call is taken.
    await expect
      .poll(
        () =>
          sandbox.webhooks.log.filter(({ event, fields }) => event === 'NOTIFY_INTERNAL' && fields.caller_id === from)
            .length,
      )
      .toBe(1);
    await expect(popup.getByTestId('popup-call')).toHaveCount(1);
    await expect(popup.getByTestId('popup-did')).toContainText('912 34 56 78');
    await popup.getByTestId('popup-answer').click();
    await customer.expectState('talking');
    await expect(main.getByTestId('call-card')).toHaveCount(1);
    await customer.hangUp();
    await expectQuiet(app);
    const rows = await rowsOf(shown);
    await expect(rows).toHaveCount(1);
    await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
    await main.getByTestId('nav-phone').click();
  }
});

/** One column of the app's own database. */
function names(table: 'calls' | 'raw_events', column: 'key' | 'name'): string[] {
  const db = new Database(join(stand.userDataDir, 'data/megadial.db'), { readonly: true });
  try {
    const rows = db.prepare<[], { text: string }>(`SELECT ${column} AS text FROM ${table} ORDER BY id`).all();
    return rows.map(({ text }) => text);
  } finally {
    db.close();
  }
}
