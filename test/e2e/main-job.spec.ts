// SPDX-License-Identifier: MIT
import { expect, test } from '@playwright/test';
import { type Phone, startBaresip } from '../lab/baresip.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { type Stand, startStand } from './support/stand.ts';

/**
 * The main job, on a real switch and a real foreign phone: Kamailio and baresip. The sandbox is only the PBX's API and
 * its webhooks here; each webhook is sent when baresip reports the matching moment of the call.
 */
const CUSTOMER = '34600111222';
const DID = '34912345678';
const PBX_ID = '123456';
const AGENT = { number: '101', name: 'Agent', password: 'agent-sip-password' };

let kamailio: Kamailio;
let customer: Phone;
let stand: Stand;

test.beforeAll(async () => {
  kamailio = await startKamailio({
    users: [
      { user: `${PBX_ID}-${AGENT.number}`, password: AGENT.password },
      { user: CUSTOMER, password: 'customer-password' },
    ],
    routes: { [DID]: `${PBX_ID}-${AGENT.number}` },
    outside: CUSTOMER,
  });
  customer = await startBaresip({
    user: CUSTOMER,
    password: 'customer-password',
    domain: kamailio.domain,
    sipPort: kamailio.sipPort,
    answerMode: 'auto',
  });
  stand = await startStand({
    sandbox: {
      account: { pbxId: Number(PBX_ID), extensions: [AGENT], dids: [`+${DID}`] },
      sip: { wssUrl: kamailio.wsUrl, domain: kamailio.domain, realm: kamailio.realm },
    },
  });
  const engine = await stand.app.window('engine');
  // The browser's own packet counters are reached through the connections, so these are remembered from the start.
  await engine.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(globalThis, { testConnections: connections });
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
  await engine.reload();
  const main = await stand.app.window('main');
  await expect(main.getByTestId('registration-status')).toHaveAttribute('data-state', 'registered', {
    timeout: 30_000,
  });
});

test.afterAll(async () => {
  await stand?.stop();
  await customer?.stop();
  await kamailio?.stop();
});

test('an incoming call rings, pops up, is answered, played back and kept @main-job', async () => {
  const { app, sandbox } = stand;
  const main = await app.window('main');
  const popup = await app.window('popup');

  await test.step('the customer is a contact', async () => {
    await main.getByTestId('nav-contacts').click();
    await main.getByTestId('contacts-add').click();
    await main.getByTestId('contact-name').fill('Ana García');
    await main.getByTestId('contact-number-1').fill('600 111 222');
    await main.getByTestId('contact-url').fill('https://crm.example.com/contacts/42');
    await main.getByTestId('contact-save').click();
    await expect(main.getByText('Ana García').first()).toBeVisible();
    await main.getByTestId('nav-phone').click();
  });

  const call = sandbox.calls.incoming({ from: `+${CUSTOMER}`, did: `+${DID}`, extensions: [AGENT.number] });
  customer.clear();
  await test.step('baresip dials, signed webhooks arrive, the popup shows the name without taking focus', async () => {
    const focused = await app.focused();
    await call.start();
    await customer.dial(DID);
    await call.ring(AGENT.number);
    await expect(popup.getByTestId('popup-name')).toHaveText('Ana García');
    await expect.poll(() => app.isVisible('popup')).toBe(true);
    expect(await app.focused()).toBe(focused);
    expect(await app.isAlwaysOnTop('popup')).toBe(true);
    await expect(popup.getByTestId('popup-number')).toContainText('600 11 12 22');
    await expect(popup.getByTestId('popup-did')).toContainText('912 34 56 78');
    await expect(popup.getByTestId('popup-call')).toHaveAttribute('data-phase', 'ringing');
    await expect(popup.getByTestId('popup-call')).toHaveCount(1);
    const [notification] = await app.notifications();
    expect(notification?.title).toBe('Ana García');
  });

  await test.step('the link opens the card in the browser', async () => {
    await popup.getByTestId('popup-crm').click();
    await expect.poll(() => app.openedExternal()).toContain('https://crm.example.com/contacts/42');
  });

  await test.step('a click answers, and audio flows both ways', async () => {
    await popup.getByTestId('popup-answer').click();
    await customer.wait('CALL_ESTABLISHED');
    await call.answer(AGENT.number);
    await expect(popup.getByTestId('popup-call')).toHaveAttribute('data-phase', 'talking');
    await expect(popup.getByTestId('popup-timer')).toHaveText(/0:0[1-9]/);
    const engine = await app.window('engine');
    const before = await customer.rtpStats();
    await expect
      .poll(async () => {
        const now = await customer.rtpStats();
        return Math.min(now.sent - before.sent, now.received - before.received);
      })
      .toBeGreaterThan(50);
    const ours = await packets(engine);
    expect(ours.sent).toBeGreaterThan(50);
    expect(ours.received).toBeGreaterThan(50);
  });

  await test.step('hold and resume', async () => {
    await popup.getByTestId('popup-hold').click();
    await expect(popup.getByTestId('popup-hold')).toHaveAttribute('aria-pressed', 'true');
    await popup.getByTestId('popup-hold').click();
    await expect(popup.getByTestId('popup-hold')).toHaveAttribute('aria-pressed', 'false');
  });

  await test.step('the agent hangs up; the popup closes by itself', async () => {
    await popup.getByTestId('popup-hang-up').click();
    await customer.wait('CALL_CLOSED');
    await call.end({ disposition: 'answered', duration: 7, isRecorded: true });
    await expect.poll(() => app.isVisible('popup')).toBe(false);
    expect(await app.notifications()).toEqual([]);
  });

  await test.step('history has one row with direction, duration and disposition', async () => {
    await main.getByTestId('nav-history').click();
    const rows = main.getByTestId('history-row');
    await expect(rows).toHaveCount(1);
    await expect(rows.first()).toContainText('Ana García');
    await expect(rows.first()).toContainText('0:07');
    await expect(rows.first()).toHaveAttribute('data-direction', 'in');
    await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
    await rows.first().click();
    await expect(main.getByTestId('history-detail')).toContainText('Incoming');
    await expect(main.getByTestId('history-detail')).toContainText('Answered');
  });

  await test.step('the recording becomes ready late, and plays', async () => {
    await call.record({ readyAfterMs: 3_000 });
    await expect(main.getByTestId('recording-player')).toHaveAttribute('data-state', 'waiting');
    await expect(main.getByTestId('recording-player')).toHaveAttribute('data-state', 'ready', { timeout: 30_000 });
    await main.getByTestId('recording-play').click();
    await expect(main.getByTestId('recording-position')).toContainText(/^00:0[1-6]/);
    const downloads = sandbox.api.log.filter((entry) => entry.path.includes('/record/download/'));
    expect(downloads).toHaveLength(1);
  });
});

test('the agent dials from the dialer, the customer answers @main-job', async () => {
  const { app, sandbox } = stand;
  const main = await app.window('main');
  customer.clear();
  await main.getByTestId('nav-phone').click();
  await main.getByTestId('dialer-input').fill('(+34) 600-11-12-22');
  await expect(main.getByTestId('dialer-preview')).toContainText('600 11 12 22');
  const call = sandbox.calls.outgoing({ extension: AGENT.number, to: `+${CUSTOMER}` });
  await main.getByTestId('dialer-call').click();
  await call.start();
  await customer.wait('CALL_ESTABLISHED');
  await call.answer();
  const card = main.getByTestId('call-card');
  await expect(card).toHaveCount(1);
  await expect(card).toHaveAttribute('data-phase', 'talking');
  const before = await customer.rtpStats();
  await expect
    .poll(async () => {
      const now = await customer.rtpStats();
      return Math.min(now.sent - before.sent, now.received - before.received);
    })
    .toBeGreaterThan(50);
  await customer.hangUp();
  await call.end({ disposition: 'answered', duration: 4, isRecorded: false });
  await expect(main.getByTestId('call-card')).toHaveCount(0);
  await main.getByTestId('nav-history').click();
  const rows = main.getByTestId('history-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toHaveAttribute('data-direction', 'out');
  await expect(rows.first()).toHaveAttribute('data-disposition', 'answered');
  await rows.first().click();
  await expect(main.getByTestId('history-detail')).toContainText('Outgoing');
  await expect(main.getByTestId('history-detail')).toContainText('Answered');
});

/** RTP packets of the engine's live connection, by the browser's own counters. */
async function packets(engine: import('playwright-core').Page): Promise<{ sent: number; received: number }> {
  return engine.evaluate(async () => {
    const totals = { sent: 0, received: 0 };
    for (const connection of (globalThis as { testConnections?: RTCPeerConnection[] }).testConnections ?? []) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === 'outbound-rtp') totals.sent += report.packetsSent;
        if (report.type === 'inbound-rtp') totals.received += report.packetsReceived;
      }
    }
    return totals;
  });
}
