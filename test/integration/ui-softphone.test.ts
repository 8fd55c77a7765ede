// SPDX-License-Identifier: MIT
/** Several calls, transfer, quality, sound settings and the doctor, as a person meets them in the windows. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AppState, CallView } from '../../src-shared/state.ts';
import {
  AUDIO,
  AUDIO_SETTINGS,
  appState,
  CONTACTS,
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
  waiting,
  world,
} from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const open = useWindows();

const setState = (page: Page, patch: Partial<AppState>) =>
  page.evaluate((next) => window.fakeMain.setState(next), patch);
const hasFocus = (page: Page, id: string) =>
  page
    .getByTestId(id)
    .first()
    .evaluate((element) => element === document.activeElement);
const withSettings = (patch: Partial<AppState['settings']>) => ({ settings: { ...appState().settings, ...patch } });
const onHold = (call: CallView): CallView => ({
  ...call,
  session: call.session === null ? null : { ...call.session, hold: 'local' },
});

describe('nothing moves', () => {
  /** Where every control and line of the first card is, by what it is for. The timer is set from the right. */
  const places = (page: Page) =>
    page
      .locator('[data-call-key="pbx:1"]')
      .filter({ visible: true })
      .evaluate((card) =>
        Object.fromEntries(
          [
            '.call-name',
            '.call-time',
            '.call-state',
            '.media-line',
            '.call-end',
            '.call-tools > :nth-child(1)',
            '.call-tools > :nth-child(2)',
            '.call-tools > :nth-child(3)',
            '.call-tools > :nth-child(4)',
            '.call-tools > :nth-child(5)',
          ].map((part) => {
            const box = card.querySelector(part)?.getBoundingClientRect();
            return [
              part,
              box === undefined
                ? null
                : { top: box.top, height: box.height, left: part === '.call-time' ? 0 : box.left },
            ];
          }),
        ),
      );

  test.each([
    { width: 1100, height: 800 },
    { width: 400, height: 1000 },
  ])('while a call rings, is talked in, held, transferred and over, $width px wide', async (size) => {
    const behind = world({ calls: [ringing()], ...withSettings({ parkCode: '*68' }) });
    const page = await open('main', behind, size);
    await page.getByTestId('call-answer').waitFor();
    const start = await places(page);
    expect(Object.values(start)).not.toContain(null);

    await setState(page, { calls: [talking()], media: { s1: media() } });
    await page.getByTestId('call-quality').waitFor();
    expect(await places(page)).toEqual(start);

    await setState(page, {
      media: { s1: media({ quality: samples(true), warnings: ['network-loss', 'mic-silent'] }) },
    });
    await eventually(() => page.getByTestId('call-warning').textContent()).toContain('dropping audio');
    expect(await places(page)).toEqual(start);

    await setState(page, { calls: [onHold(talking())] });
    await eventually(() => page.getByTestId('call-state').textContent()).toBe('On hold');
    expect(await places(page)).toEqual(start);

    if (size.width > 720) {
      await page.getByTestId('call-transfer').click();
      await page.getByTestId('transfer-target').fill('101');
      await setState(page, { media: { s1: media({ transfer: 'ringing' }) } });
      await eventually(() => page.getByTestId('transfer-status').textContent()).toContain('ringing');
      expect(await places(page)).toEqual(start);
    }
    await setState(page, { calls: [ended()] });
    await eventually(() => page.getByTestId('call-state').textContent()).toContain('Call ended');
    expect(await places(page)).toEqual(start);
  });

  test.each([
    { width: 1100, height: 800 },
    { width: 400, height: 1000 },
  ])('when a second call rings, is answered and mixed, $width px wide', async (size) => {
    const page = await open('main', world({ calls: [talking()], media: { s1: media() } }), size);
    await page.getByTestId('call-hang-up').waitFor();
    const start = await places(page);
    for (const patch of [
      { calls: [talking(), waiting()] },
      { calls: [onHold(talking()), held({ session: session({ sessionId: 's2', state: 'connected' }) })] },
      { conference: ['s1', 's2'] },
    ] satisfies Partial<AppState>[]) {
      await setState(page, patch);
      await eventually(() => page.getByTestId('call-card').count()).toBe(2);
      expect(await places(page)).toEqual(start);
    }
  });

  test('the room without a call is as high as a card', async () => {
    const page = await open('main', world(), { width: 1100, height: 800 });
    const idle = await page.locator('.calls-idle').boundingBox();
    await setState(page, { calls: [ringing()] });
    await page.getByTestId('call-card').waitFor();
    expect((await page.getByTestId('call-card').boundingBox())?.height).toBe(idle?.height);
  });

  test('the transfer panel keeps its rows when it asks first', async () => {
    const page = await open('main', world({ calls: [talking()] }), { width: 1100, height: 900 });
    await page.getByTestId('call-transfer').click();
    const before = await page.getByTestId('transfer-panel').boundingBox();
    await page.getByTestId('transfer-target').fill('101');
    await page.getByTestId('transfer-ask').click();
    await setState(page, { calls: [onHold(talking()), held({ formerKeys: ['sip:1'] })] });
    await page.getByTestId('transfer-complete').waitFor();
    expect(await page.getByTestId('transfer-panel').boundingBox()).toEqual(before);
  });
});

describe('two calls', () => {
  test('a second call is answered with the first held, or ended, or not at all', async () => {
    const page = await open('main', world({ calls: [talking(), waiting()] }), { height: 800 });
    await page.getByTestId('call-answer-hold').click();
    await page.getByTestId('call-answer-end').click();
    await page.getByTestId('call-decline').click();
    expect(await asked(page, 'call.answer')).toEqual([
      ['pbx:2', 'hold'],
      ['pbx:2', 'end'],
    ]);
    expect(await asked(page, 'call.decline')).toEqual([['pbx:2']]);
  });

  test('it is sent on without being answered', async () => {
    const page = await open('main', world({ calls: [talking(), waiting()] }), { height: 900 });
    await page.getByTestId('call-deflect').click();
    await page.getByTestId('transfer-target').fill('102');
    await page.getByTestId('deflect-now').click();
    expect(await asked(page, 'call.deflect')).toEqual([['pbx:2', '102']]);
    expect(await page.getByTestId('transfer-ask').count()).toBe(0);
  });

  test('are swapped, merged and taken apart', async () => {
    const page = await open('main', world({ calls: [talking(), held()] }), { height: 800 });
    await page.getByTestId('call-swap').first().click();
    await eventually(() => asked(page, 'call.hold')).toEqual([
      ['pbx:1', true],
      ['pbx:2', false],
    ]);
    await page.getByTestId('call-merge').first().click();
    expect(await asked(page, 'call.conference')).toEqual([[['pbx:1', 'pbx:2']]]);
    await setState(page, { conference: ['s1', 's2'] });
    await eventually(() => page.getByTestId('call-state').first().textContent()).toBe('Three-way call');
    expect(await page.getByTestId('call-card').first().getAttribute('aria-label')).toContain('Three-way call');
    expect(await page.getByTestId('call-transfer').first().isDisabled()).toBe(true);
    await page.getByTestId('call-unmerge').last().click();
    expect((await asked(page, 'call.conference')).at(-1)).toEqual([[]]);
  });

  test('one call alone has neither', async () => {
    const page = await open('main', world({ calls: [talking()] }));
    await page.getByTestId('call-hang-up').waitFor();
    expect(await page.getByTestId('call-swap').count()).toBe(0);
    expect(await page.getByTestId('call-park').count()).toBe(0);
    await setState(page, withSettings({ parkCode: '*68' }));
    await page.getByTestId('call-park').click();
    expect(await asked(page, 'call.park')).toEqual([['pbx:1']]);
  });
});

describe('a transfer', () => {
  test('is done by the keyboard alone, to a contact', async () => {
    const page = await open('main', world({ calls: [talking()] }), { height: 800 });
    await page.getByTestId('call-hang-up').waitFor();
    await page.keyboard.press('Alt+T');
    await eventually(() => hasFocus(page, 'transfer-target')).toBe(true);
    await page.keyboard.type('jordi');
    await eventually(() => page.getByTestId('transfer-suggestions').getByRole('option').count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('transfer-target').inputValue()).toBe('+34 932 00 11 22');
    // Enter in the field transfers nothing: it goes to the button, where the next one does.
    await page.keyboard.press('Enter');
    expect(await hasFocus(page, 'transfer-now')).toBe(true);
    expect(await asked(page, 'call.transfer')).toEqual([]);
    await page.keyboard.press('Enter');
    await eventually(() => asked(page, 'call.transfer')).toEqual([['pbx:1', '+34 932 00 11 22']]);
  });

  test('asks first and is completed by the keyboard alone', async () => {
    const page = await open('main', world({ calls: [talking()] }), { height: 900 });
    await page.getByTestId('call-transfer').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('101');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => asked(page, 'call.dial')).toEqual([['101']]);
    const asking = held({ direction: 'out', formerKeys: ['sip:1'], phase: 'ringing' });
    await setState(page, {
      calls: [onHold(talking()), { ...asking, session: session({ sessionId: 's2', state: 'dialing' }) }],
    });
    await eventually(() => page.getByTestId('transfer-status').textContent()).toBe('Calling Jordi Puig…');
    expect(await page.getByTestId('transfer-complete').isDisabled()).toBe(true);
    await setState(page, {
      calls: [
        onHold(talking()),
        { ...asking, phase: 'talking', session: session({ sessionId: 's2', state: 'connected' }) },
      ],
    });
    await eventually(() => page.getByTestId('transfer-complete').isDisabled()).toBe(false);
    await page.keyboard.press('Tab');
    await eventually(() => hasFocus(page, 'transfer-complete')).toBe(true);
    await page.keyboard.press('Enter');
    await eventually(() => asked(page, 'call.transfer-to')).toEqual([['pbx:1', 'pbx:2']]);
  });

  test('"Back" ends only the call that asked, and goes on with the first', async () => {
    const page = await open('main', world({ calls: [talking()] }), { height: 900 });
    await page.getByTestId('call-transfer').click();
    await page.getByTestId('transfer-target').fill('101');
    await page.getByTestId('transfer-ask').click();
    const other = held({ formerKeys: ['sip:1'], session: session({ sessionId: 's2', state: 'connected' }) });
    await setState(page, { calls: [onHold(talking()), other] });
    await page.getByTestId('transfer-back').click();
    await eventually(() => asked(page, 'call.hold')).toEqual([['pbx:1', false]]);
    expect(await asked(page, 'call.hang-up')).toEqual([['pbx:2']]);
  });

  test('a call that was there before is offered, but never ended by the panel', async () => {
    const page = await open('main', world({ calls: [talking(), held()] }), { height: 900 });
    await page.getByTestId('call-transfer').first().click();
    expect(await page.getByTestId('transfer-back').count()).toBe(0);
    await page.getByTestId('transfer-partner').click();
    expect(await asked(page, 'call.transfer-to')).toEqual([['pbx:1', 'pbx:2']]);
  });

  test('tells progress and failure in place, and keeps the number', async () => {
    const page = await open('main', world({ calls: [talking()] }), { height: 800 });
    await page.getByTestId('call-transfer').click();
    await page.getByTestId('transfer-target').fill('101');
    const status = () => page.getByTestId('transfer-status').textContent();
    for (const [transfer, text] of [
      ['asked', 'Transferring'],
      ['ringing', 'phone is ringing'],
      ['failed', 'Clara Ibáñez is still with you'],
    ] as const) {
      await setState(page, { media: { s1: media({ transfer }) } });
      await eventually(status).toContain(text);
      expect(await page.getByTestId('transfer-now').isDisabled()).toBe(transfer !== 'failed');
    }
    await page.evaluate(() => {
      window.fakeMain.fail['call.transfer'] = { code: 'dial.invalid', params: {} };
    });
    await page.getByTestId('transfer-now').click();
    await eventually(status).toContain('not a number');
    expect(await page.getByTestId('transfer-target').inputValue()).toBe('101');
  });

  test('Escape closes it and gives the keyboard back', async () => {
    const page = await open('main', world({ calls: [talking()] }), { height: 800 });
    await page.getByTestId('call-transfer').click();
    await eventually(() => hasFocus(page, 'transfer-target')).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByTestId('transfer-panel').count()).toBe(0);
    expect(await hasFocus(page, 'call-transfer')).toBe(true);
  });

  test('shows hostile names as text and stays in its width', async () => {
    const behind = {
      ...world({ calls: [talking({ contact: null, networkName: HOSTILE.long })] }),
      contacts: [HOSTILE.markup, HOSTILE.bidi, HOSTILE.long].map((name, index) => ({
        ...(CONTACTS[0] as (typeof CONTACTS)[number]),
        id: index + 1,
        name: `zz ${name}`,
        numbers: [HOSTILE.number],
      })),
    };
    for (const [kind, size] of [
      ['main', { width: 380, height: 900 }],
      ['popup', { width: 360, height: 600 }],
    ] as const) {
      const page = await open(kind, behind, size);
      await page.getByTestId('call-transfer').filter({ visible: true }).click();
      await page.getByTestId('transfer-target').fill('zz');
      const options = page.getByTestId('transfer-suggestions').getByRole('option');
      await eventually(() => options.count()).toBe(3);
      expect(await options.first().locator('bdi').first().textContent()).toBe(`zz ${HOSTILE.markup}`);
      expect(await page.locator('img, b').count()).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width);
      for (const option of await options.all()) {
        const box = await option.boundingBox();
        expect((box?.x ?? 999) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
      }
    }
  });
});

describe('keys of the window', () => {
  test('act on the call talked in, or on the one that has the focus', async () => {
    const page = await open('main', world({ calls: [held({ key: 'pbx:1' }), talking({ key: 'pbx:9' })] }), {
      height: 800,
    });
    await page.getByTestId('call-hang-up').first().waitFor();
    await page.keyboard.press('Alt+M');
    await page.getByTestId('call-keypad').first().focus();
    await page.keyboard.press('Alt+H');
    await page.keyboard.press('Alt+X');
    expect(await asked(page, 'call.mute')).toEqual([['pbx:9', true]]);
    await eventually(() => asked(page, 'call.hold')).toEqual([
      ['pbx:9', true],
      ['pbx:1', false],
    ]);
    expect(await asked(page, 'call.hang-up')).toEqual([['pbx:1']]);
  });

  test('answer, swap, keypad, do not disturb', async () => {
    const page = await open('main', world({ calls: [talking(), held(), waiting({ key: 'pbx:3' })] }), { height: 900 });
    await page.getByTestId('call-answer-hold').waitFor();
    await page.keyboard.press('Alt+A');
    await page.keyboard.press('Alt+B');
    expect(await asked(page, 'call.answer')).toEqual([['pbx:3', 'hold']]);
    expect(await asked(page, 'settings.set')).toEqual([[{ dnd: true }]]);
    await page.keyboard.press('Alt+S');
    await eventually(() => asked(page, 'call.hold')).toHaveLength(2);
    await page.keyboard.press('Alt+K');
    await page.getByTestId('dtmf-key-5').waitFor();
    await page.keyboard.type('12,#');
    await eventually(() => page.getByTestId('call-sent').textContent()).toBe('12,#');
    expect((await asked(page, 'call.dtmf')).map(([, tones]) => tones).join('')).toBe('12,#');
  });

  test('do nothing while somebody types', async () => {
    const page = await open('main', world({ calls: [talking()] }));
    await page.getByTestId('dialer-input').focus();
    for (const key of ['Alt+M', 'Alt+X', 'Alt+H', '?']) await page.keyboard.press(key);
    for (const name of ['call.mute', 'call.hang-up', 'call.hold'] as const) expect(await asked(page, name)).toEqual([]);
    expect(await page.getByTestId('keyboard-help').count()).toBe(0);
  });

  test('are listed by ?, and the list takes the keys until it is closed', async () => {
    const page = await open('main', world({ calls: [talking()] }));
    await page.getByTestId('nav-phone').focus();
    await page.keyboard.press('?');
    await page.getByTestId('keyboard-help').waitFor();
    await page.keyboard.press('Alt+M');
    expect(await asked(page, 'call.mute')).toEqual([]);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByTestId('keyboard-help').count()).toBe(0);
    await page.keyboard.press('Alt+D');
    await eventually(() => hasFocus(page, 'dialer-input')).toBe(true);
  });
});

describe('what is heard and seen of a call', () => {
  test('its quality is read out with figures, and kept in the history', async () => {
    const page = await open('main', world({ calls: [talking()], media: { s1: media({ quality: samples(true) }) } }));
    const label = await page.getByTestId('call-quality').getAttribute('aria-label');
    expect(label).toMatch(/^Call quality: poor 2\.\d\. delay \d+ ms · jitter \d+ ms · loss \d+\.\d %$/);
    await page.getByTestId('nav-history').click();
    const row = historyRows(60).findIndex(({ quality }) => quality !== null);
    await page.getByTestId('history-row').nth(row).click();
    await eventually(() => page.getByTestId('history-quality').textContent()).toContain('good 4.1');
    expect(await page.getByTestId('history-quality').textContent()).toContain('poor 3.2');
  });

  test('the most urgent warning is told with what to do', async () => {
    const page = await open('main', world({ calls: [talking()] }));
    const line = page.getByTestId('call-warning');
    await setState(page, { media: { s1: media({ warnings: ['mic-silent'] }) } });
    await eventually(() => line.textContent()).toContain('microphone is silent. Check');
    await setState(page, { media: { s1: media({ warnings: ['mic-silent', 'reconnecting'] }) } });
    await eventually(() => line.textContent()).toContain('Reconnecting by itself');
    expect(await line.getAttribute('aria-live')).toBe('polite');
    await setState(page, { media: { s1: media() } });
    await eventually(() => line.textContent()).toBe('');
  });

  test('a screen reader hears who calls', async () => {
    const page = await open('main', world({ calls: [talking()] }));
    await setState(page, { calls: [talking(), waiting()] });
    await eventually(() => page.getByTestId('announcer').textContent()).toBe('Incoming call from Jordi Puig');
  });
});

describe('dialing', () => {
  test('shows the callback, the keys sent later, and what happens meanwhile', async () => {
    const page = await open('main', world(), { width: 1100 });
    await page.getByTestId('dialer-input').fill('912 345 678,,12#');
    const preview = page.getByTestId('dialer-preview');
    await eventually(() => preview.textContent()).toContain('Then sends ,12#');
    // By callback nobody knows when the other side answers, so no keys are sent.
    await setState(page, withSettings({ dialMode: 'callback' }));
    await eventually(() => preview.textContent()).toBe('Rings you first, then +34 912 34 56 78');
    await setState(page, { callbacks: [{ number: '1', numberText: '912 34 56 78', until: later(30_000) }] });
    await eventually(() => page.getByTestId('callback-card').textContent()).toContain('answer it');
  });

  test('marks where a suggestion comes from, redials, and picks up', async () => {
    const page = await open('main', world(withSettings({ pickupCode: '*8{ext}' })));
    expect(await page.getByTestId('dialer-pickup').isDisabled()).toBe(true);
    await page.getByTestId('dialer-input').fill('600');
    const options = page.getByTestId('dialer-suggestions').getByRole('option');
    await eventually(() => options.count()).toBe(2);
    expect(await options.first().textContent()).toContain('Contact');
    expect(await options.last().textContent()).toContain('Recent');
    await page.getByTestId('dialer-redial').click();
    expect(await asked(page, 'call.redial')).toHaveLength(1);
    await page.getByTestId('dialer-input').fill('102');
    await page.getByTestId('dialer-pickup').click();
    expect(await asked(page, 'call.pickup')).toEqual([['102']]);
  });

  test('says that there is nothing to redial', async () => {
    const page = await open('main', world({}, []));
    await page.getByTestId('dialer-redial').click();
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toContain('No number was called yet');
  });
});

describe('settings of the softphone', () => {
  const audio = () => world({ audio: AUDIO, ...withSettings(AUDIO_SETTINGS) });
  const openSettings = async (behind = audio()) => {
    const page = await open('main', behind, { height: 900 });
    await page.getByTestId('nav-settings').click();
    return page;
  };

  test('devices are added, moved and removed; a ring device keeps its volume', async () => {
    const page = await openSettings();
    await page.getByTestId('settings-audioOutputs-add').selectOption('m');
    await page.getByTestId('settings-audioOutputs-up').last().click();
    await page.getByTestId('settings-audioOutputs-remove').last().click();
    await page.getByTestId('settings-audioRing-down').first().click();
    await eventually(() => asked(page, 'settings.set')).toHaveLength(4);
    const [headset, screen] = [AUDIO.outputs[0], AUDIO.outputs[2]];
    expect(await asked(page, 'settings.set')).toEqual([
      [{ audioOutputs: [headset, screen] }],
      [{ audioOutputs: [screen, headset] }],
      [{ audioOutputs: [screen] }],
      [{ audioRing: AUDIO_SETTINGS.audioRing.toReversed() }],
    ]);
    expect(await page.getByTestId('settings-audioInputs-device').last().textContent()).toContain('not plugged in');
  });

  test('levels are asked for only while they are seen', async () => {
    const page = await openSettings();
    expect(await asked(page, 'audio.levels')).toEqual([]);
    await page.getByTestId('settings-audio-levels').scrollIntoViewIfNeeded();
    await eventually(() => asked(page, 'audio.levels')).toEqual([[true]]);
    await page.evaluate(() => window.fakeMain.push('levels', { microphone: 0.4, speaker: 0.1 }));
    await eventually(() =>
      page.getByTestId('settings-audio-level-microphone').evaluate((meter: HTMLMeterElement) => meter.value),
    ).toBe(0.4);
    await page.getByTestId('nav-phone').click();
    await eventually(() => asked(page, 'audio.levels')).toEqual([[true], [false]]);
  });

  test('microphone and ring are tested, and stopped', async () => {
    const page = await openSettings();
    await page.getByTestId('settings-audio-test-microphone').click();
    await setState(page, { audio: { ...AUDIO, test: 'recording' } });
    await eventually(() => page.getByTestId('settings-audio-test-state').textContent()).toBe('Speak now…');
    expect(await page.getByTestId('settings-audio-test-ring').isDisabled()).toBe(true);
    await page.getByTestId('settings-audio-test-microphone').click();
    expect(await asked(page, 'audio.test')).toEqual([['microphone'], ['stop']]);
  });

  test('an own ringtone is taken, heard at once, and refused when it is too large or no sound', async () => {
    const page = await openSettings();
    const file = page.getByTestId('settings-ringtone-file');
    await file.setInputFiles({ name: 'ring.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
    await eventually(() => page.getByText('This is not an audio file').count()).toBe(1);
    await file.setInputFiles({ name: 'ring.mp3', mimeType: 'audio/mpeg', buffer: Buffer.alloc(1_048_577) });
    await eventually(() => page.getByText('larger than 1 MB').count()).toBe(1);
    expect(await asked(page, 'settings.set')).toEqual([]);
    await file.setInputFiles({ name: 'ring.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('abc') });
    await eventually(() => asked(page, 'settings.set')).toEqual([[{ ringtone: 'data:audio/mpeg;base64,YWJj' }]]);
    await eventually(() => asked(page, 'audio.test')).toEqual([['ring']]);
  });

  test('forwarding is read, needs a number, and is written as a whole', async () => {
    const page = await openSettings();
    await page.getByTestId('settings-forward-on').click();
    await page.getByTestId('settings-forward-save').click();
    await eventually(() => page.getByTestId('settings-forward-to').getAttribute('aria-invalid')).toBe('true');
    await page.getByTestId('settings-forward-to').fill('102');
    await page.getByTestId('settings-forward-when-always').click();
    await page.getByTestId('settings-forward-save').click();
    await eventually(() => page.getByText('Saved at Megacall').count()).toBe(1);
    expect(await asked(page, 'forward.set')).toEqual([[{ on: true, to: '102', condition: 'always' }]]);
  });

  test('several servers, seconds and feature codes', async () => {
    const page = await openSettings();
    await page.getByTestId('settings-sipWssUrls').fill('wss://a.example:4443\nwss://b.example/ws');
    await page.getByTestId('settings-autoAnswerAfter').fill('3');
    await page.getByTestId('settings-parkCode').fill('*6 8');
    await page.getByTestId('settings-parkCode').press('Enter');
    expect(await page.getByTestId('settings-parkCode').getAttribute('aria-invalid')).toBe('true');
    await page.getByTestId('settings-parkCode').fill('*68{ext}');
    await page.getByTestId('settings-parkCode').press('Enter');
    await eventually(() => asked(page, 'settings.set')).toEqual([
      [{ sipWssUrls: ['wss://a.example:4443', 'wss://b.example/ws'] }],
      [{ autoAnswerAfter: 3000 }],
      [{ parkCode: '*68{ext}' }],
    ]);
  });

  test('do not disturb is in reach on every screen and plainly on', async () => {
    const page = await openSettings();
    const button = page.getByTestId('dnd-toggle');
    await button.click();
    await eventually(() => button.getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByTestId('registration-status').textContent()).toContain('Callers hear busy');
    await button.click();
    expect(await asked(page, 'settings.set')).toEqual([[{ dnd: true }], [{ dnd: false }]]);
  });
});

describe('the connection doctor', () => {
  test('runs when it is opened, advises each step, and gives a report', async () => {
    const registration = { state: 'failed', error: { code: 'sip.unreachable', params: {} }, retryAt: null } as const;
    const page = await open('main', world({ registration }), { height: 900 });
    await page.getByTestId('registration-doctor').click();
    await eventually(() => asked(page, 'doctor.run')).toHaveLength(1);
    expect(await page.getByTestId('doctor-run').isDisabled()).toBe(true);
    await page.evaluate((steps) => window.fakeMain.push('doctor', { steps, done: true }), DOCTOR_STEPS);
    await eventually(() => page.getByTestId('doctor-step').count()).toBe(DOCTOR_STEPS.length);
    expect(await page.getByTestId('doctor-summary').textContent()).toBe('3 problems found.');
    const tls = page.locator('[data-testid=doctor-step][data-step=tls]');
    expect(await tls.textContent()).toContain('Ask for this host to be left out.');
    await page.getByTestId('doctor-copy').click();
    const [[report] = []] = await asked(page, 'clipboard.copy');
    expect(report).toContain('[failed] Encryption: wss://pbx.zadarma.com:4443');
    expect(String(report).length).toBeLessThanOrEqual(10_000);
    await page.getByTestId('doctor-run').click();
    expect(await asked(page, 'doctor.run')).toHaveLength(2);
  });
});

describe('the popup with several calls', () => {
  const small = { width: 360, height: 600 };

  test('answers a second call by holding or ending the first, and sends it on', async () => {
    const page = await open('popup', world({ calls: [talking(), waiting()] }), small);
    await page.getByTestId('popup-answer').click();
    await page.getByTestId('call-answer-end').click();
    expect(await asked(page, 'call.answer')).toEqual([
      ['pbx:2', 'hold'],
      ['pbx:2', 'end'],
    ]);
    await page.getByTestId('call-deflect').click();
    await page.getByTestId('transfer-target').fill('103');
    await page.getByTestId('deflect-now').click();
    expect(await asked(page, 'call.deflect')).toEqual([['pbx:2', '103']]);
  });

  test('asks for room for a panel; Escape closes the panel before the window', async () => {
    const page = await open('popup', world({ calls: [talking()] }), small);
    await page.getByTestId('popup-mute').waitFor();
    const height = async () => Number((await asked(page, 'window.size')).at(-1)?.[0]);
    await eventually(height).toBeGreaterThan(0);
    const before = await height();
    await page.getByTestId('call-transfer').click();
    await eventually(height).toBeGreaterThan(before + 150);
    await page.keyboard.press('Escape');
    await eventually(height).toBe(before);
    expect(await asked(page, 'window.close')).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await asked(page, 'window.close')).toHaveLength(1);
  });

  test('its rows stay where they are, and a warning takes the last line', async () => {
    const page = await open('popup', world({ calls: [ringing()] }), small);
    const rows = () =>
      page
        .getByTestId('popup-call')
        .evaluate((card) => [...card.children].map((row) => Math.round(row.getBoundingClientRect().top)));
    const before = await rows();
    for (const patch of [
      { calls: [talking()], media: { s1: media({ warnings: ['no-incoming-audio'] }) } },
      { calls: [onHold(talking())] },
      { calls: [ended()] },
    ] satisfies Partial<AppState>[]) {
      await setState(page, patch);
      await page.waitForTimeout(50);
      expect(await rows()).toEqual(before);
    }
    await setState(page, { calls: [talking()] });
    await eventually(() => page.getByTestId('popup-foot').textContent()).toContain('No sound arrives');
  });

  test('swaps and merges', async () => {
    const page = await open('popup', world({ calls: [talking(), held()] }), small);
    await page.getByTestId('call-swap').first().click();
    await eventually(() => asked(page, 'call.hold')).toHaveLength(2);
    await page.getByTestId('call-merge').first().click();
    expect(await asked(page, 'call.conference')).toEqual([[['pbx:1', 'pbx:2']]]);
  });
});

describe('every control has a name', () => {
  const full = () =>
    world({
      calls: [talking(), held()],
      media: { s1: media({ warnings: ['mic-silent'] }), s2: media() },
      audio: AUDIO,
      ...withSettings({ ...AUDIO_SETTINGS, parkCode: '*68', pickupCode: '*8{ext}' }),
    });

  test.each(['call-keypad', 'call-transfer'])('in the window and the popup with the panel of %s', async (panel) => {
    for (const kind of ['main', 'popup'] as const) {
      const page = await open(kind, full(), { width: kind === 'popup' ? 360 : 960, height: 900 });
      await page.getByTestId(panel).first().click();
      await page.waitForTimeout(200);
      expect(await nameless(page)).toEqual([]);
    }
  });

  test('in the settings and the doctor', async () => {
    const page = await open('main', full());
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('settings-forward-on').waitFor();
    expect(await nameless(page)).toEqual([]);
    await page.getByTestId('settings-doctor').click();
    await page.getByTestId('doctor-run').waitFor();
    await page.evaluate((steps) => window.fakeMain.push('doctor', { steps, done: false }), DOCTOR_STEPS);
    expect(await nameless(page)).toEqual([]);
  });
});
