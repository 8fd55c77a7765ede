// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import {
  AUDIO,
  AUDIO_SETTINGS,
  appState,
  CLARA,
  call,
  DOCTOR_STEPS,
  ended,
  HOSTILE,
  held,
  historyRows,
  later,
  media,
  ringing,
  samples,
  session,
  talking,
  type World,
  waiting,
  world,
} from './fixtures.ts';

export type Scene = {
  readonly name: string;
  readonly kind: 'main' | 'popup';
  readonly height?: number;
  readonly world: () => World;
  readonly act?: (page: Page) => Promise<void>;
};

const open = (screen: string) => (page: Page) => page.getByTestId(`nav-${screen}`).click();

async function toStep(page: Page, step: 'keys' | 'extension') {
  await page.getByTestId('setup-begin').click();
  if (step === 'keys') return;
  await page.getByTestId('setup-key').fill('0123456789abcdef0123');
  await page.getByTestId('setup-secret').fill('fedcba98765432100123');
  await page.getByTestId('setup-check').click();
  await page.getByTestId('setup-use').waitFor();
}

const failedRegistration = () =>
  ({ state: 'failed', error: { code: 'sip.unreachable', params: {} }, retryAt: later(12_400) }) as const;

const setup = () =>
  world({ stage: 'setup', account: null, registration: { state: 'off', error: null, retryAt: null } });

const two = (patch: Partial<World['state']> = {}) =>
  world({
    calls: [talking(), held()],
    media: { s1: media(), s2: media({ quality: samples(true) }) },
    settings: { ...appState().settings, parkCode: '*68' },
    ...patch,
  });
const visible = (page: Page, id: string) => page.getByTestId(id).filter({ visible: true });
const openTransfer = (page: Page, index = 0) => visible(page, 'call-transfer').nth(index).click();

/** After "Ask first": the fake's `call.dial` gives the key that the second call then has. */
async function askFirst(page: Page, second: ReturnType<typeof held>) {
  await openTransfer(page);
  await page.getByTestId('transfer-target').fill('101');
  await page.getByTestId('transfer-ask').click();
  const first = talking({ session: session({ state: 'connected', hold: 'local' }) });
  await page.evaluate((calls) => window.fakeMain.setState({ calls }), [first, { ...second, formerKeys: ['sip:1'] }]);
  await page.getByTestId('transfer-complete').waitFor();
}

const settingsAt = (id: string) => async (page: Page) => {
  await open('settings')(page);
  await page.getByTestId(id).evaluate((element) => element.scrollIntoView({ block: 'center' }));
};

const withAudio = (test: World['state']['audio']['test'] = 'idle') =>
  world({ audio: { ...AUDIO, test }, settings: { ...appState().settings, ...AUDIO_SETTINGS } });

/** All that the softphone added. */
const SOFTPHONE: readonly Scene[] = [
  {
    name: 'calls-waiting',
    kind: 'main',
    world: () => world({ calls: [talking(), waiting()], media: { s1: media() } }),
  },
  { name: 'calls-two', kind: 'main', world: () => two() },
  {
    name: 'calls-mixed',
    kind: 'main',
    world: () =>
      two({
        calls: [talking(), held({ session: session({ sessionId: 's2', state: 'connected' }) })],
        conference: ['s1', 's2'],
      }),
  },
  {
    name: 'calls-warning',
    kind: 'main',
    world: () =>
      world({
        calls: [talking()],
        media: { s1: media({ quality: samples(true), warnings: ['mic-silent', 'network-loss'] }) },
        settings: { ...appState().settings, dnd: true },
      }),
  },
  {
    name: 'calls-callback',
    kind: 'main',
    world: () =>
      world({
        callbacks: [{ number: '+34912345678', numberText: '912 34 56 78', until: later(52_000) }],
        registration: failedRegistration(),
      }),
    act: (page) => page.getByTestId('dialer-input').fill('912 345 678,,12#'),
  },
  {
    name: 'transfer-target',
    kind: 'main',
    world: () => world({ calls: [talking()], media: { s1: media() } }),
    act: async (page) => {
      await openTransfer(page);
      await page.getByTestId('transfer-target').fill('an');
      await page.getByTestId('transfer-suggestions').getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'transfer-failed',
    kind: 'main',
    world: () => world({ calls: [talking()], media: { s1: media({ transfer: 'failed' }) } }),
    act: async (page) => {
      await openTransfer(page);
      await page.getByTestId('transfer-target').fill('101');
    },
  },
  {
    name: 'transfer-asking',
    kind: 'main',
    world: () => world({ calls: [talking()], media: { s1: media() } }),
    act: (page) =>
      askFirst(page, held({ direction: 'out', session: session({ sessionId: 's2', state: 'connected' }) })),
  },
  {
    name: 'deflect',
    kind: 'main',
    world: () => world({ calls: [ringing()] }),
    act: (page) => visible(page, 'call-deflect').click(),
  },
  { name: 'settings-audio', kind: 'main', world: () => withAudio(), act: settingsAt('settings-audioInputs') },
  { name: 'settings-ring', kind: 'main', world: () => withAudio('recording'), act: settingsAt('settings-audioRing') },
  { name: 'settings-calls', kind: 'main', world: () => world(), act: settingsAt('settings-dialMode-auto') },
  {
    name: 'settings-forwarding',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await settingsAt('settings-forward-on')(page);
      await page.getByTestId('settings-forward-on').click({ force: true });
      await page.getByTestId('settings-forward-save').click();
    },
  },
  {
    name: 'doctor',
    kind: 'main',
    world: () => world({ registration: failedRegistration() }),
    act: async (page) => {
      await page.getByTestId('registration-doctor').click();
      await page.getByTestId('doctor-run').waitFor();
      await page.evaluate((steps) => window.fakeMain.push('doctor', { steps, done: true }), DOCTOR_STEPS);
    },
  },
  {
    name: 'keyboard-help',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await page.getByTestId('nav-phone').focus();
      await page.keyboard.press('?');
      await page.getByTestId('keyboard-help').waitFor();
    },
  },
  {
    name: 'popup-two',
    kind: 'popup',
    height: 520,
    world: () => world({ calls: [talking(), waiting()], media: { s1: media({ warnings: ['mic-silent'] }) } }),
  },
  { name: 'popup-mixed', kind: 'popup', height: 520, world: () => two({ conference: ['s1', 's2'] }) },
  {
    name: 'popup-transfer',
    kind: 'popup',
    height: 480,
    world: () => world({ calls: [talking()] }),
    act: async (page) => {
      await openTransfer(page);
      await page.getByTestId('transfer-target').fill('an');
      await page.getByTestId('transfer-suggestions').getByRole('option').first().waitFor();
    },
  },
];

export const SCENES: readonly Scene[] = [
  { name: 'phone-empty', kind: 'main', world: () => world({}, []) },
  { name: 'phone-idle', kind: 'main', world: () => world({ missed: 3 }) },
  {
    name: 'phone-preview',
    kind: 'main',
    world: () => world(),
    act: (page) => page.getByTestId('dialer-input').fill('912 345 678'),
  },
  {
    name: 'phone-suggest',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await page.getByTestId('dialer-input').fill('an');
      await page.getByTestId('dialer-suggestions').waitFor();
      await page.keyboard.press('ArrowDown');
    },
  },
  {
    name: 'phone-error',
    kind: 'main',
    world: () =>
      world({
        registration: failedRegistration(),
        notices: [
          { id: 1, at: 0, error: { code: 'mic.missing', params: {} } },
          { id: 2, at: 0, error: { code: 'relay.port-taken', params: {} } },
        ],
      }),
    act: async (page) => {
      await page.getByTestId('dialer-input').fill('12345678901234567890123456789012345');
      await page.getByTestId('dialer-call').click();
    },
  },
  {
    name: 'phone-calls',
    kind: 'main',
    world: () =>
      world({
        calls: [
          talking(),
          ringing({
            key: 'pbx:2',
            contact: null,
            networkName: HOSTILE.markup,
            number: HOSTILE.number,
            numberText: HOSTILE.number,
          }),
        ],
      }),
  },
  { name: 'phone-ringing', kind: 'main', world: () => world({ calls: [ringing()] }) },
  {
    name: 'phone-tones',
    kind: 'main',
    world: () => world({ calls: [talking({ session: session({ state: 'connected', muted: true }) })] }),
    act: async (page) => {
      await page.getByTestId('call-keypad').filter({ visible: true }).click();
      for (const key of ['4', '2', '#']) await page.getByTestId(`dtmf-key-${key}`).filter({ visible: true }).click();
    },
  },
  { name: 'history-list', kind: 'main', world: () => world(), act: open('history') },
  {
    name: 'history-detail',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await open('history')(page);
      await page.getByTestId('history-row').nth(2).click();
      await page.locator('[data-testid=recording-player][data-state=ready] canvas').first().waitFor();
    },
  },
  {
    name: 'history-waiting',
    kind: 'main',
    world: () => {
      const rows = historyRows(8);
      const [first, ...rest] = rows;
      if (first === undefined) throw new Error('no row');
      const row = { ...first, recording: { state: 'waiting', attempt: 2, nextAt: later(34_000) } as const };
      return world({ calls: [ringing()] }, [row, ...rest]);
    },
    act: async (page) => {
      await open('history')(page);
      await page.getByTestId('history-row').first().click();
      await page.getByTestId('recording-waiting').waitFor();
    },
  },
  { name: 'history-empty', kind: 'main', world: () => world({}, []), act: open('history') },
  {
    name: 'history-error',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await page.evaluate(() => {
        window.fakeMain.fail['history.page'] = { code: 'store.failed', params: {} };
      });
      await open('history')(page);
    },
  },
  {
    name: 'contacts-card',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await open('contacts')(page);
      await page.getByTestId('contact-row').first().click();
    },
  },
  {
    name: 'contacts-form',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await open('contacts')(page);
      await page.getByTestId('contacts-add').click();
      await page.getByTestId('contact-url').fill('crm.example');
      await page.getByTestId('contact-save').click();
    },
  },
  {
    name: 'contacts-delete',
    kind: 'main',
    world: () => world(),
    act: async (page) => {
      await open('contacts')(page);
      await page.getByTestId('contact-row').last().click();
      await page.getByTestId('contact-remove').click();
    },
  },
  { name: 'settings-top', kind: 'main', world: () => world({ keychain: 'session-only' }), act: open('settings') },
  {
    name: 'settings-events',
    kind: 'main',
    world: () =>
      world({
        relay: { state: 'failed', port: 8765, error: { code: 'relay.port-taken', params: {} } },
        keychain: 'locked',
      }),
    act: async (page) => {
      await open('settings')(page);
      await page.getByTestId('settings-relayPort').fill('99999');
      await page.getByTestId('settings-relayPort').press('Enter');
      await page.getByTestId('settings-relayPath').scrollIntoViewIfNeeded();
    },
  },
  { name: 'setup-1-welcome', kind: 'main', world: setup, act: (page) => page.getByTestId('setup-begin').waitFor() },
  {
    name: 'setup-2-keys-error',
    kind: 'main',
    world: setup,
    act: async (page) => {
      await toStep(page, 'keys');
      await page.evaluate(() => {
        window.fakeMain.fail['setup.check-keys'] = { code: 'api.unauthorized', params: {} };
      });
      await page.getByTestId('setup-key').fill('0123456789abcdef0123');
      await page.getByTestId('setup-secret').fill('wrong');
      await page.getByTestId('setup-check').click();
      await page.getByTestId('setup-error').waitFor();
    },
  },
  {
    name: 'setup-3-extension',
    kind: 'main',
    world: setup,
    act: async (page) => {
      await toStep(page, 'extension');
      await page.getByTestId('setup-extension-100').click();
    },
  },
  {
    name: 'setup-4-password',
    kind: 'main',
    world: setup,
    act: async (page) => {
      await toStep(page, 'extension');
      await page.evaluate(() => {
        window.fakeMain.fail['setup.choose'] = { code: 'setup.password-refused', params: {} };
      });
      await page.getByTestId('setup-use').click();
      await page.getByTestId('setup-password').waitFor();
    },
  },
  {
    name: 'setup-5-failed',
    kind: 'main',
    world: setup,
    act: async (page) => {
      await toStep(page, 'extension');
      await page.getByTestId('setup-use').click();
      await page.getByTestId('setup-done').waitFor();
      await page.evaluate(() =>
        window.fakeMain.setState({
          stage: 'ready',
          registration: { state: 'failed', error: { code: 'sip.rejected', params: {} }, retryAt: null },
        }),
      );
    },
  },
  {
    name: 'setup-keychain',
    kind: 'main',
    world: () => ({ ...setup(), state: { ...setup().state, keychain: 'unavailable' } }),
  },
  {
    name: 'store-corrupt',
    kind: 'main',
    world: () =>
      world({
        storeProblem: { error: { code: 'store.corrupt', params: { aside: 'a', backup: 'b' } }, canRestore: true },
      }),
  },
  {
    name: 'store-future',
    kind: 'main',
    world: () =>
      world({
        storeProblem: { error: { code: 'store.future', params: { found: 9, supported: 3 } }, canRestore: false },
      }),
  },
  { name: 'popup-ringing', kind: 'popup', world: () => world({ calls: [ringing()] }) },
  {
    name: 'popup-unknown',
    kind: 'popup',
    world: () => world({ calls: [ringing({ contact: null, networkName: null })] }),
  },
  {
    name: 'popup-hostile',
    kind: 'popup',
    height: 500,
    world: () =>
      world({
        calls: [
          ringing({ contact: null, networkName: HOSTILE.long, number: HOSTILE.number, numberText: HOSTILE.number }),
          ringing({
            key: 'pbx:2',
            contact: { ...CLARA, name: HOSTILE.markup, company: HOSTILE.long },
            networkName: null,
          }),
        ],
      }),
  },
  { name: 'popup-talking', kind: 'popup', world: () => world({ calls: [talking()] }) },
  {
    name: 'popup-held',
    kind: 'popup',
    world: () => world({ calls: [talking({ session: session({ state: 'connected', hold: 'local', muted: true }) })] }),
  },
  { name: 'popup-ended', kind: 'popup', world: () => world({ calls: [ended()] }) },
  {
    name: 'popup-missed',
    kind: 'popup',
    world: () =>
      world({ calls: [call({ phase: 'ended', endedAt: Date.now(), disposition: 'no-answer', contact: CLARA })] }),
  },
  {
    name: 'popup-outgoing',
    kind: 'popup',
    world: () => world({ calls: [call({ direction: 'out', session: session({ state: 'dialing' }) })] }),
  },
  ...SOFTPHONE,
];
