// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { DEFAULT_CRM } from '../../src-shared/crm/settings.ts';
import { type Stand, startStand } from '../e2e/support/stand.ts';
import { type Phone, startBaresip } from '../lab/baresip.ts';
import { type ExtensionBrowser, startExtensionBrowser } from '../lab/extension-browser.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';
import { startTryton, type Tryton } from '../lab/tryton.ts';
import type { IncomingCall } from '../sandbox/index.ts';

/**
 * An office with a CRM: a real Tryton, the agent's browser signed in to it, the built app with Tryton as its CRM, a real
 * switch, and customers with real phones. The sandbox is only the PBX's API and its webhooks.
 */
export type Office = {
  readonly tryton: Tryton;
  readonly stand: Stand;
  readonly browser: ExtensionBrowser;
  /** Phones by the number they send. */
  readonly phones: ReadonlyMap<string, Phone>;
  readonly main: Page;
  readonly popup: Page;
  close(): Promise<void>;
};

export type Customer = {
  /** What the trunk sends of the caller. */
  readonly callerId: string;
  /** Where the switch sends calls to: as it is dialled, without its `+`. */
  readonly number: string;
};

export const AGENT = { number: '101', name: 'Agent', password: 'agent-sip-password' };
const PBX_ID = '123456';
const DID = '34912345678';

/** Patient, for a machine that does other things too. */
export const eventually = <R>(look: () => R | Promise<R>) => expect.poll(look, { timeout: 15_000 });

/** Text of what is shown; '' while it is not there. */
export const textOf = async (place: Locator): Promise<string> =>
  (await place.count()) === 0 ? '' : ((await place.first().textContent({ timeout: 1_000 })) ?? '');

export async function openOffice(customers: readonly Customer[]): Promise<Office> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  const opened = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    closing.push(() => part.stop());
    return part;
  };
  try {
    const tryton = await opened(startTryton());
    const kamailio = await opened(startKamailio(switchOptions(customers)));
    const phones = new Map<string, Phone>();
    for (const { callerId } of customers)
      phones.set(callerId, await opened(startBaresip(phoneOptions(callerId, kamailio))));
    const browser = await startExtensionBrowser([tryton.url]);
    closing.push(() => browser.close());
    const stand = await opened(startStand(standOptions(kamailio, tryton)));
    const [main, popup] = [await stand.app.window('main'), await stand.app.window('popup')];
    const registration = main.getByTestId('registration-status');
    const isRegistered = async () => (await registration.getAttribute('data-state')) === 'registered';
    await until('the agent to be registered', isRegistered, 30_000).catch(async (cause) => {
      const shown = await registration.textContent();
      throw new Error(`${cause.message}: ${shown}\n${stand.app.output()}\n${kamailio.log()}`, { cause });
    });
    return { tryton, stand, browser, phones, main, popup, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function switchOptions(customers: readonly Customer[]): Parameters<typeof startKamailio>[0] {
  const user = `${PBX_ID}-${AGENT.number}`;
  const dialled = customers.flatMap(({ number, callerId }) => [
    [number, callerId],
    [`+${number}`, callerId],
  ]);
  return {
    users: [
      { user, password: AGENT.password },
      ...customers.map(({ callerId }) => ({ user: callerId, password: 'customer-password' })),
    ],
    routes: { [DID]: user, ...Object.fromEntries(dialled) },
  };
}

function phoneOptions(user: string, { domain, sipPort }: Kamailio): Parameters<typeof startBaresip>[0] {
  return { user, password: 'customer-password', domain, sipPort, answerMode: 'auto' };
}

function standOptions(kamailio: Kamailio, tryton: Tryton): Parameters<typeof startStand>[0] {
  const shipped = JSON.parse(
    readFileSync(new URL('../../resources/crm/tryton.json', import.meta.url), 'utf8'),
  ) as object;
  return {
    sessionOnly: true,
    sandbox: {
      account: { pbxId: Number(PBX_ID), extensions: [AGENT], dids: [`+${DID}`] },
      sip: { wssUrl: kamailio.wsUrl, domain: kamailio.domain, realm: kamailio.realm },
    },
    settings: {
      crm: {
        ...DEFAULT_CRM,
        connectors: [
          {
            ...{ id: 'own', type: 'own', name: 'Tryton', enabled: true, match: { strategy: 'tail', digits: 7 } },
            ...{ rewrite: [], prefer: null, linkHosts: [] },
            options: { definition: { ...shipped, baseUrl: `${tryton.url}/crm/` } },
          },
        ],
        autoCreate: { ...DEFAULT_CRM.autoCreate, incoming: { when: 'end', kind: 'contact' } },
      },
    },
  };
}

/** The agent types what Tryton wants to know, and asks who that is. */
export async function signInToCrm({ main, tryton }: Office): Promise<string> {
  await main.getByTestId('nav-settings').click();
  await main.getByTestId('settings-crm-connections').click();
  await main.getByTestId('connector-own').click();
  for (const name of ['user', 'password'] as const) {
    await main.getByTestId(`secret-${name}`).fill(tryton[name]);
    await main.getByTestId(`secret-${name}-save`).click();
    await eventually(() => main.getByTestId(`secret-${name}`).inputValue()).toBe('');
  }
  await main.getByTestId('crm-test').click();
  const result = main.getByTestId('crm-test-result');
  await eventually(() => textOf(result)).not.toBe('');
  return textOf(result);
}

/** A customer dials; each webhook is sent at the moment it tells of. */
export async function ring({ stand, phones }: Office, { callerId }: Customer): Promise<IncomingCall> {
  const from = callerId.length > 7 ? `+${callerId}` : callerId;
  const call = stand.sandbox.calls.incoming({ from, did: `+${DID}`, extensions: [AGENT.number] });
  const phone = phoneOf(phones, callerId);
  phone.clear();
  await call.start();
  await phone.dial(DID);
  await call.ring(AGENT.number);
  await eventually(() => stand.app.isVisible('popup')).toBe(true);
  return call;
}

/** The agent answers in the popup, and both are heard. */
export async function answer({ popup, phones }: Office, { callerId }: Customer, call: IncomingCall): Promise<void> {
  const phone = phoneOf(phones, callerId);
  await popup.getByTestId('popup-answer').click();
  await phone.wait('CALL_ESTABLISHED');
  await call.answer(AGENT.number);
  const card = popup.getByTestId('popup-call');
  await eventually(() => card.getAttribute('data-phase')).toBe('talking');
  await expectVoices(phone);
}

export async function hangUp({ stand, popup, phones }: Office, { callerId }: Customer, call: IncomingCall) {
  await popup.getByTestId('popup-hang-up').click();
  await phoneOf(phones, callerId).wait('CALL_CLOSED');
  await call.end({ disposition: 'answered', duration: 7, isRecorded: false });
  await eventually(() => stand.app.isVisible('popup')).toBe(false);
}

/** A link from the browser comes to the app as the system brings it; the agent looks at it, presses Enter, and talks. */
export async function dialLink({ stand, main, phones }: Office, link: string, customer: Customer, shown: string) {
  const { app, sandbox } = stand;
  const phone = phoneOf(phones, customer.callerId);
  phone.clear();
  await app.userClose('main');
  await app.secondInstance([link]);
  await eventually(() => app.isVisible('main')).toBe(true);
  const preview = main.getByTestId('dialer-preview');
  await eventually(() => textOf(preview)).toContain(`Calls ${shown}`);
  expect(await textOf(preview)).toContain('Check it, then press Enter to call.');
  const card = main.getByTestId('call-card');
  expect(await card.count()).toBe(0);
  expect(phone.events.filter(({ type }) => type.startsWith('CALL_'))).toEqual([]);
  const call = sandbox.calls.outgoing({ extension: AGENT.number, to: `+${customer.number}` });
  await main.keyboard.press('Enter');
  await call.start();
  await phone.wait('CALL_ESTABLISHED');
  await call.answer();
  await eventually(() => card.first().getAttribute('data-phase')).toBe('talking');
  await expectVoices(phone);
  await phone.hangUp();
  await call.end({ disposition: 'answered', duration: 4, isRecorded: false });
  await eventually(() => card.count()).toBe(0);
}

async function expectVoices(phone: Phone): Promise<void> {
  const before = await phone.rtpStats();
  await eventually(async () => {
    const now = await phone.rtpStats();
    return Math.min(now.sent - before.sent, now.received - before.received);
  }).toBeGreaterThan(20);
}

function phoneOf(phones: Office['phones'], callerId: string): Phone {
  const phone = phones.get(callerId);
  if (phone === undefined) throw new Error(`no phone ${callerId}`);
  return phone;
}
