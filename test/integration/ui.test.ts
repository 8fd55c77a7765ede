// SPDX-License-Identifier: MIT
/** The windows on real Chromium with a fake main behind the bridge: what a person does, and what main is asked. */
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Asked } from '../ui/fake-bridge.ts';
import { CLARA, ended, HOSTILE, historyRows, ringing, session, talking, world } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const open = useWindows();

const setup = () =>
  world({ stage: 'setup', account: null, registration: { state: 'off', error: null, retryAt: null } });

describe('the popup', () => {
  const heightOf = async (page: Page) => (await page.getByTestId('popup-call').boundingBox())?.height;

  test('is answered, muted and hung up by the keyboard alone, and keeps its size', async () => {
    const page = await open('popup', world({ calls: [ringing()] }), { width: 360, height: 260 });
    await eventually(() => page.getByTestId('popup-name').textContent()).toBe('Clara Ibáñez');
    const height = await heightOf(page);
    await eventually(() => page.getByTestId('popup-answer').evaluate((el) => el === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await asked(page, 'call.answer')).toEqual([['pbx:1', 'hold']]);

    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [talking()]);
    await page.getByTestId('popup-hang-up').waitFor();
    expect(await heightOf(page)).toBe(height);
    expect(await page.getByTestId('popup-timer').textContent()).toMatch(/^02:3\d$/);
    // Enter once more is harmless: Mute has the keyboard, not Hang up.
    await eventually(() => page.getByTestId('popup-mute').evaluate((el) => el === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await asked(page, 'call.mute')).toEqual([['pbx:1', true]]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await asked(page, 'call.hang-up')).toEqual([['pbx:1']]);

    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ended()]);
    await eventually(() => page.getByTestId('popup-state').textContent()).toBe('Call ended · 02:31');
    expect(await heightOf(page)).toBe(height);
    await page.keyboard.press('Escape');
    expect(await asked(page, 'window.close')).toHaveLength(1);
  });

  test('shows hostile names as text, keeps their direction to themselves and never grows wider', async () => {
    const calls = [
      ringing({ contact: null, networkName: HOSTILE.markup, number: HOSTILE.number, numberText: HOSTILE.number }),
      ringing({ key: 'pbx:2', contact: { ...CLARA, name: HOSTILE.long, company: HOSTILE.long } }),
      ringing({ key: 'pbx:3', contact: null, networkName: HOSTILE.bidi }),
    ];
    const page = await open('popup', world({ calls }), { width: 360, height: 760 });
    await eventually(() => page.getByTestId('popup-name').first().textContent()).toBe(HOSTILE.markup);
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await page.title()).toBe('Megadial: call');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(
      await page
        .getByTestId('popup-name')
        .nth(2)
        .evaluate((el) => el.tagName),
    ).toBe('BDI');
    for (const button of await page.getByTestId('popup-decline').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? 999) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
    }
  });

  test('asks for the height of its calls', async () => {
    const page = await open('popup', world({ calls: [ringing()] }), { width: 360, height: 260 });
    await eventually(async () => (await asked(page, 'window.size')).length).toBe(1);
    const [[one] = []] = await asked(page, 'window.size');
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ringing(), ringing({ key: 'pbx:2' })]);
    await eventually(async () => (await asked(page, 'window.size')).at(-1)?.[0]).toBeGreaterThan(Number(one) * 1.9);
  });

  test('says where else a call rings, and what went wrong with answering', async () => {
    const page = await open('popup', world({ calls: [ringing({ session: null })] }), { width: 360, height: 260 });
    await eventually(() => page.getByTestId('popup-foot').textContent()).toContain('other phones');
    expect(await page.getByTestId('popup-answer').isDisabled()).toBe(true);
    await page.evaluate(
      (calls) => {
        window.fakeMain.fail['call.answer'] = { code: 'mic.missing', params: {} };
        window.fakeMain.setState({ calls });
      },
      [ringing()],
    );
    await page.getByTestId('popup-answer').click();
    await eventually(() => page.getByTestId('popup-foot').textContent()).toContain('No microphone was found');
  });

  test('the second click of a double click on Answer meets nothing', async () => {
    const page = await open('popup', world({ calls: [ringing()] }), { width: 360, height: 260 });
    await page.getByTestId('popup-answer').waitFor();
    const armed = await page.evaluate(
      async (calls) => {
        window.fakeMain.setState({ calls });
        await new Promise(requestAnimationFrame);
        const mute = document.querySelector('[data-testid=popup-mute]');
        return mute === null ? null : getComputedStyle(mute).pointerEvents;
      },
      [talking()],
    );
    expect(armed).toBe('none');
    await page.getByTestId('popup-mute').click();
    expect(await asked(page, 'call.mute')).toEqual([['pbx:1', true]]);
  });

  const unseen = (page: Page) => page.locator('article[data-waiting]');
  /** What is transparent, or left out of the drawing, is not seen; Playwright would call it visible. */
  const isSeen = (text: Locator) =>
    text.evaluateAll((found) =>
      found.some((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })),
    );

  test('has a card waiting unseen, which the next call fills in', async () => {
    const page = await open('popup', world({ calls: [] }), { width: 360, height: 260 });
    const waiting = await page.waitForSelector('article', { state: 'attached' });
    expect(await isSeen(page.locator('article *'))).toBe(false);
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ringing()]);
    await eventually(() => page.getByTestId('popup-name').textContent()).toBe('Clara Ibáñez');
    expect(await waiting.getAttribute('data-call-key')).toBe('pbx:1');
    expect(await isSeen(page.getByTestId('popup-name'))).toBe(true);
    expect(await asked(page, 'window.size')).toHaveLength(1);

    // The card of a call is never given to another: what went wrong with the one is not said of the other.
    await page.evaluate(() => window.fakeMain.setState({ calls: [] }));
    await eventually(() => page.getByTestId('popup-call').count()).toBe(0);
    expect(await waiting.evaluate((element) => element.isConnected)).toBe(false);
  });

  test('has the card of an announced call drawn unseen, and shows that card when the call rings here', async () => {
    const page = await open('popup', world({ calls: [] }), { width: 360, height: 260 });
    await page.waitForSelector('article', { state: 'attached' });
    const announced = ringing({ session: null });
    await page.evaluate((call) => window.fakeMain.push('announced', [call]), announced);
    await eventually(() => unseen(page).getByTestId('popup-name').textContent()).toBe('Clara Ibáñez');
    expect(await isSeen(page.getByText('Clara Ibáñez'))).toBe(false);
    await eventually(() => unseen(page).getAttribute('data-waiting')).toBe('painted');
    expect(await isSeen(page.getByText('Clara Ibáñez'))).toBe(false);
    expect(await page.locator('[data-call-key], [data-testid=popup-call]').count()).toBe(0);
    expect(await page.locator('body').ariaSnapshot()).not.toContain('Clara');

    const card = await unseen(page).elementHandle();
    const legs = [{ extension: '104', ringingAt: 1, answeredAt: null, endedAt: null }];
    // Nothing but the push has happened, not even a turn of the event loop: React has drawn nothing.
    const atOnce = await page.evaluate((viewId) => {
      window.fakeMain.push('rings', viewId);
      const [first] = document.querySelectorAll<HTMLElement>('[data-call-key="pbx:1"]');
      return first?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) === true && first.textContent;
    }, announced.viewId);
    expect(atOnce).toContain('Clara Ibáñez');
    expect(await card?.getAttribute('data-call-key')).toBe('pbx:1');

    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [{ ...announced, legs }]);
    await page.evaluate(() => window.fakeMain.push('announced', []));
    expect(await page.getByTestId('popup-call').count()).toBe(1);
    expect(await isSeen(page.getByText('Clara Ibáñez'))).toBe(true);
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ringing({ legs })]);
    await page.getByTestId('popup-answer').click();
    expect(await asked(page, 'call.answer')).toEqual([['pbx:1', 'hold']]);
  });

  test('of two announced calls shows the one that rings, and what became of it', async () => {
    const page = await open('popup', world({ calls: [] }), { width: 360, height: 260 });
    await page.waitForSelector('article', { state: 'attached' });
    const [first, second] = [
      ringing({ session: null }),
      ringing({ key: 'pbx:2', session: null, contact: { ...CLARA, id: 2, name: 'Jordi Puig' } }),
    ];
    await page.evaluate((calls) => window.fakeMain.push('announced', calls), [first, second]);
    await eventually(() => unseen(page).count()).toBe(2);
    await page.evaluate((viewId) => window.fakeMain.push('rings', viewId), second.viewId);
    const cards = page.getByTestId('popup-call');
    expect(await cards.getByTestId('popup-name').allTextContents()).toEqual(['Jordi Puig']);
    expect((await cards.boundingBox())?.y).toBe(0);
    expect(await isSeen(page.getByText('Clara Ibáñez'))).toBe(false);
    // It is over before the state that tells of it.
    await page.evaluate(() => window.fakeMain.setState({ calls: [] }));
    await eventually(() => cards.count()).toBe(0);
    expect(await isSeen(page.getByText('Jordi Puig'))).toBe(false);
    await page.evaluate((call) => window.fakeMain.push('announced', [call]), first);
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [first]);
    await eventually(() => cards.getByTestId('popup-name').allTextContents()).toEqual(['Clara Ibáñez']);
  });

  test('shows a call that rings otherwise than announced as it rings', async () => {
    const page = await open('popup', world({ calls: [] }), { width: 360, height: 260 });
    await page.waitForSelector('article', { state: 'attached' });
    const announced = ringing({ session: null, contact: null });
    await page.evaluate((call) => window.fakeMain.push('announced', [call]), announced);
    await eventually(() => unseen(page).getByTestId('popup-name').textContent()).toBe('911 22 23 33');
    await page.evaluate((call) => window.fakeMain.push('calls', [call]), ringing());
    await eventually(() => page.getByTestId('popup-call').getByTestId('popup-name').allTextContents()).toEqual([
      'Clara Ibáñez',
    ]);
    expect(await page.getByTestId('popup-answer').isEnabled()).toBe(true);
  });

  test('keeps a call in place when its key becomes known', async () => {
    const page = await open('popup', world({ calls: [ringing({ key: 'sip:s1' })] }), { width: 360, height: 260 });
    const card = await page.getByTestId('popup-call').elementHandle();
    await page.evaluate(
      (calls) => window.fakeMain.setState({ calls }),
      [ringing({ key: 'pbx:9', viewId: 'sip:s1', formerKeys: ['sip:s1'] })],
    );
    await eventually(() => page.getByTestId('popup-call').getAttribute('data-call-key')).toBe('pbx:9');
    expect(await card?.evaluate((element) => element.isConnected)).toBe(true);
  });
});

describe('the dialer', () => {
  test('shows what will be dialled and dials it with Enter', async () => {
    const page = await open('main', world());
    const input = page.getByTestId('dialer-input');
    await input.fill('912 345 678');
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toContain('+34 912 34 56 78');
    expect(await page.getByTestId('dialer-preview').textContent()).toContain('Spain');
    await input.press('Enter');
    await eventually(() => asked(page, 'call.dial')).toEqual([['912 345 678']]);
    await eventually(() => input.inputValue()).toBe('');
  });

  test('says what is wrong with a number and keeps it', async () => {
    const page = await open('main', world());
    const input = page.getByTestId('dialer-input');
    await input.fill('12345');
    await eventually(() => page.getByTestId('dialer-preview').getAttribute('data-state')).toBe('error');
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    await input.press('Enter');
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toContain('not a number');
    expect(await input.inputValue()).toBe('12345');
    await input.fill('1'.repeat(60));
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toContain('too long');
  });

  test('finds a contact by name, chosen with the arrow keys', async () => {
    const page = await open('main', world());
    const input = page.getByTestId('dialer-input');
    await input.fill('clara');
    await page.getByTestId('dialer-suggestions').waitFor();
    await input.press('ArrowDown');
    await input.press('ArrowDown');
    await input.press('Enter');
    expect(await input.inputValue()).toBe('+34 600 10 20 30');
    expect(await asked(page, 'call.dial')).toEqual([]);
    await input.press('Enter');
    await eventually(() => asked(page, 'call.dial')).toEqual([['+34 600 10 20 30']]);
  });

  test('takes a number from a link and waits for the person', async () => {
    const page = await open('main', world());
    await page.getByTestId('nav-settings').click();
    await page.evaluate(() => window.fakeMain.push('navigate', { to: 'dial', text: '912345678', from: 'link' }));
    await eventually(() => page.getByTestId('dialer-input').inputValue()).toBe('912345678');
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toContain('from a link');
    expect(await asked(page, 'call.dial')).toEqual([]);
    await eventually(() => page.getByTestId('dialer-input').evaluate((el) => el === document.activeElement)).toBe(true);
  });

  test('an empty field and Enter brings back the last number called', async () => {
    const rows = historyRows(20);
    const page = await open('main', world({}, rows));
    await page.getByTestId('dialer-input').press('Enter');
    const last = rows.find(({ call }) => call.direction === 'out')?.call.number ?? '';
    await eventually(() => page.getByTestId('dialer-input').inputValue()).toBe(last);
  });

  test('the keypad types at the caret', async () => {
    const page = await open('main', world());
    for (const key of ['1', '0', '4']) await page.getByTestId(`dialer-key-${key}`).click();
    expect(await page.getByTestId('dialer-input').inputValue()).toBe('104');
    await eventually(() => page.getByTestId('dialer-preview').textContent()).toBe('Calls extension 104');
  });
});

describe('calls in the main window', () => {
  test('controls stay where they are from ringing to talking', async () => {
    const page = await open('main', world({ calls: [ringing()] }), { width: 1100 });
    const place = async () => {
      const [card, mute, end] = await Promise.all(
        [
          page.getByTestId('call-card'),
          page.getByTestId('call-mute'),
          page.locator('.call-controls .button').last(),
        ].map((part) => part.boundingBox()),
      );
      return { card, mute, end };
    };
    await page.getByTestId('call-answer').waitFor();
    const before = await place();
    await page.getByTestId('call-answer').focus();
    await page.keyboard.press('Enter');
    expect(await asked(page, 'call.answer')).toEqual([['pbx:1', 'hold']]);
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [talking()]);
    await page.getByTestId('call-hang-up').waitFor();
    expect(await place()).toEqual(before);
    // The keyboard is not lost with the button that went.
    await eventually(() => page.getByTestId('call-mute').evaluate((el) => el === document.activeElement)).toBe(true);
  });

  test('mute, hold and tones go to the right call', async () => {
    const other = talking({ key: 'pbx:2', session: session({ sessionId: 's2', state: 'connected', hold: 'local' }) });
    const page = await open('main', world({ calls: [talking(), other] }));
    await page.getByTestId('call-hold').nth(1).click();
    await page.getByTestId('call-mute').first().click();
    await page.getByTestId('call-keypad').first().click();
    await page.getByTestId('dtmf-key-#').click();
    // Going on with one call holds the other.
    expect(await asked(page, 'call.hold')).toEqual([
      ['pbx:1', true],
      ['pbx:2', false],
    ]);
    expect(await asked(page, 'call.mute')).toEqual([['pbx:1', true]]);
    expect(await asked(page, 'call.dtmf')).toEqual([['pbx:1', '#']]);
  });

  test('are at hand on every screen of a narrow window, once', async () => {
    const page = await open('main', world({ calls: [ringing()] }), { width: 380, height: 560 });
    for (const screen of ['phone', 'history', 'contacts', 'settings']) {
      await page.getByTestId(`nav-${screen}`).click();
      await page.waitForTimeout(50);
      expect(await page.getByTestId('call-card').count()).toBe(1);
      await page.getByTestId('call-answer').click();
    }
    expect(await asked(page, 'call.answer')).toHaveLength(4);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
  });

  test('a lost registration says why, when it is tried again, and lets nobody wait', async () => {
    const registration = {
      state: 'failed',
      error: { code: 'sip.unreachable', params: {} },
      retryAt: Date.now() + 60_000,
    } as const;
    const page = await open('main', world({ registration }));
    const bar = page.getByTestId('registration-status');
    await eventually(() => bar.textContent()).toContain('does not answer');
    expect(await bar.textContent()).toMatch(/retrying in \d+ s/);
    await page.getByTestId('registration-retry').click();
    expect(await asked(page, 'registration.retry')).toHaveLength(1);
  });
});

describe('the history', () => {
  const openHistory = async (page: Page) => {
    await page.getByTestId('nav-history').click();
    await page.getByTestId('history-row').first().waitFor();
  };
  const firstVisible = (page: Page) =>
    page.getByTestId('history-list').evaluate((list) => {
      const top = list.getBoundingClientRect().top;
      const rows = [...list.querySelectorAll<HTMLElement>('[data-testid=history-row]')];
      const row = rows.find((candidate) => candidate.getBoundingClientRect().top >= top);
      return { id: row?.dataset.id, top: Math.round((row?.getBoundingClientRect().top ?? 0) - top) };
    });

  test('pages through 1,000 calls with few elements, and new calls do not move what is read', async () => {
    const rows = historyRows(1000);
    const page = await open('main', world({ missed: 2 }, rows));
    await openHistory(page);
    await eventually(() => asked(page, 'history.seen')).toHaveLength(1);
    await page.getByTestId('history-list').focus();
    for (let turn = 0; turn < 12; turn += 1) {
      await page.keyboard.press('End');
      await page.waitForTimeout(60);
    }
    await eventually(() => page.locator('[data-testid=history-row][data-id="1"]').count()).toBe(1);
    expect(await page.getByTestId('history-row').count()).toBeLessThan(60);
    const pages = await page.evaluate(() =>
      window.fakeMain.asked.filter(
        ({ name, args }) =>
          name === 'history.page' &&
          (args[0] as { limit: number }).limit === 100 &&
          !(args[0] as { filter: { missed: boolean } }).filter.missed,
      ),
    );
    expect(pages).toHaveLength(10);

    await page.getByTestId('history-list').evaluate((list) => list.scrollTo(0, 20_000));
    await page.waitForTimeout(100);
    const reading = await firstVisible(page);
    const [template] = rows;
    for (const id of [1001, 1002, 1003]) {
      await page.evaluate(
        ({ row, next }) => {
          window.fakeMain.rows = [{ ...row, id: next }, ...window.fakeMain.rows];
          window.fakeMain.push('history.changed', { id: next });
        },
        { row: template as NonNullable<typeof template>, next: id },
      );
    }
    await eventually(() => page.getByTestId('history-new').textContent()).toBe('3 new calls');
    expect(await firstVisible(page)).toEqual(reading);
    await page.getByTestId('history-new').click();
    await eventually(() => firstVisible(page).then(({ id }) => id)).toBe('1003');
    await eventually(() => page.getByTestId('history-new').count()).toBe(0);
  });

  test('a changed row changes in place', async () => {
    const page = await open('main', world({}, historyRows(30)));
    await openHistory(page);
    await page.evaluate(() => {
      window.fakeMain.rows = window.fakeMain.rows.map((row) =>
        row.id === 30
          ? {
              ...row,
              call: { ...row.call, contact: { id: 9, name: 'Known now', company: null, url: null, responsible: '' } },
            }
          : row,
      );
      window.fakeMain.push('history.changed', { id: 30 });
    });
    await eventually(() => page.locator('[data-testid=history-row][data-id="30"]').textContent()).toContain(
      'Known now',
    );
    expect(await asked(page, 'history.get')).toEqual([[30]]);
  });

  test('filters and searches, and says when nothing matches', async () => {
    const page = await open('main', world({}, historyRows(200)));
    await openHistory(page);
    await page.getByTestId('history-filter-missed').click();
    await eventually(async () => (await asked(page, 'history.page')).at(-1)?.[0]).toMatchObject({
      before: null,
      filter: { missed: true },
    });
    await page.keyboard.press('ArrowLeft');
    await page.getByTestId('history-search').fill('jordi');
    await eventually(async () =>
      (await page.getByTestId('history-row').allTextContents()).every((text) => text.includes('Jordi')),
    ).toBe(true);
    await page.getByTestId('history-search').fill('nobody');
    await page.getByText('No call matches').waitFor();
    await page.getByRole('button', { name: 'Show all calls' }).click();
    await page.getByTestId('history-row').first().waitFor();
    expect(await page.getByTestId('history-search').inputValue()).toBe('');
  });

  test('a note saves itself; a store that fails loses nothing', async () => {
    const page = await open('main', world({}, historyRows(30)));
    await openHistory(page);
    const rows = page.getByTestId('history-row');
    await rows.nth(0).click();
    await page.getByTestId('history-note').fill('Call back at five');
    await eventually(() => page.getByTestId('note-state').textContent()).toBe('Saved');
    expect(await asked(page, 'history.note')).toEqual([[30, 'Call back at five']]);

    await page.evaluate(() => {
      window.fakeMain.fail['history.note'] = { code: 'store.disk-full', params: {} };
    });
    await page.getByTestId('history-note').fill('Call back at six');
    await eventually(() => page.getByTestId('note-state').textContent()).toContain('disk is full');
    await rows.nth(1).click();
    await page.getByTestId('nav-phone').click();
    await openHistory(page);
    await rows.nth(0).click();
    expect(await page.getByTestId('history-note').inputValue()).toBe('Call back at six');
    await page.evaluate(() => {
      Reflect.deleteProperty(window.fakeMain.fail, 'history.note');
    });
    // Tried again by itself.
    await eventually(() => page.getByTestId('note-state').textContent()).toBe('Saved');
    expect((await asked(page, 'history.note')).at(-1)).toEqual([30, 'Call back at six']);
  });

  test('a note left at once is saved at once', async () => {
    const page = await open('main', world({}, historyRows(30)));
    await openHistory(page);
    await page.getByTestId('history-row').nth(0).click();
    await page.getByTestId('history-note').fill('quick');
    await page.getByTestId('history-row').nth(1).click();
    await eventually(() => asked(page, 'history.note')).toEqual([[30, 'quick']]);
  });

  test('a recording becomes ready while it is looked at, plays, and keeps its speed', async () => {
    const [first, ...rest] = historyRows(10);
    if (first === undefined) throw new Error('no row');
    const waiting = { ...first, recording: { state: 'waiting', attempt: 1, nextAt: Date.now() + 30_000 } as const };
    const page = await open('main', world({}, [waiting, ...rest]));
    await openHistory(page);
    await page.getByTestId('history-row').first().click();
    await eventually(() => page.getByTestId('recording-waiting').textContent()).toMatch(/Next try in \d+ s/);
    await page.evaluate(() => {
      window.fakeMain.rows = window.fakeMain.rows.map((row) =>
        row.id === 10 ? { ...row, recording: { state: 'ready', url: '/recording.wav', bytes: 240_044 } } : row,
      );
      window.fakeMain.push('history.changed', { id: 10 });
    });
    await page.locator('[data-testid=recording-player][data-state=ready]').waitFor();
    await page.locator('.player-wave canvas').first().waitFor();
    await page.getByTestId('recording-speed-1.5').click();
    await page.getByTestId('recording-play').click();
    await eventually(() => page.getByTestId('recording-position').textContent()).toMatch(/^00:0[1-9] of 00:15$/);
    expect(await page.getByTestId('recording-play').getAttribute('aria-label')).toBe('Pause');
    await page.getByTestId('recording-play').click();
    await page.getByTestId('recording-seek').focus();
    await page.keyboard.press('End');
    await eventually(() => page.getByTestId('recording-position').textContent()).toBe('00:15 of 00:15');
  });

  test('a known caller is edited, an unknown one added with the number filled in', async () => {
    const page = await open('main', world({}, historyRows(30)));
    await openHistory(page);
    await page.getByTestId('history-row').filter({ hasText: 'Jordi Puig' }).first().click();
    await page.getByTestId('history-contact').click();
    await eventually(() => page.getByTestId('contact-name').inputValue()).toBe('Jordi Puig');
    await openHistory(page);
    await page.getByTestId('history-row').filter({ hasText: '600 11 12 22' }).first().click();
    await page.getByTestId('history-contact').click();
    await eventually(() => page.getByTestId('contact-number-1').inputValue()).toBe('+34600111222');
    expect(await page.getByTestId('contact-name').inputValue()).toBe('');
  });

  test('a failed recording says why and is asked for again', async () => {
    const [first, ...rest] = historyRows(10);
    if (first === undefined) throw new Error('no row');
    const failed = { ...first, recording: { state: 'failed', error: { code: 'recording.gone', params: {} } } as const };
    const page = await open('main', world({}, [failed, ...rest]));
    await openHistory(page);
    await page.getByTestId('history-row').first().click();
    await eventually(() => page.getByTestId('recording-player').textContent()).toContain(
      'no longer has this recording',
    );
    await page.getByTestId('recording-retry').click();
    expect(await asked(page, 'recording.request')).toEqual([[10]]);
  });
});

describe('set-up', () => {
  async function fillKeys(page: Page) {
    await page.getByTestId('setup-begin').click();
    await page.getByTestId('setup-key').fill('key-123');
    await page.getByTestId('setup-secret').fill('secret-456');
    await page.getByTestId('setup-check').click();
  }
  const fail = (
    page: Page,
    name: Asked['name'],
    code: 'api.unauthorized' | 'api.not-json' | 'setup.password-refused' | null,
  ) =>
    page.evaluate(
      ([which, what]) => {
        if (what === null) Reflect.deleteProperty(window.fakeMain.fail, which);
        else window.fakeMain.fail[which] = { code: what, params: {} };
      },
      [name, code] as const,
    );

  test('explains each failure and keeps what was typed', async () => {
    const page = await open('main', setup());
    await fail(page, 'setup.check-keys', 'api.unauthorized');
    await fillKeys(page);
    await eventually(() => page.getByTestId('setup-error').textContent()).toContain('does not accept this key');
    await fail(page, 'setup.check-keys', 'api.not-json');
    await page.getByTestId('setup-check').click();
    await eventually(() => page.getByTestId('setup-error').textContent()).toContain('other than Megacall');
    expect(await page.getByTestId('setup-key').inputValue()).toBe('key-123');
    expect(await page.getByTestId('setup-secret').inputValue()).toBe('secret-456');
    expect(await page.getByTestId('setup-secret').getAttribute('type')).toBe('password');

    await fail(page, 'setup.check-keys', null);
    await page.getByTestId('setup-check').click();
    await eventually(() => page.getByTestId('setup-balance').textContent()).toContain('€42.50');
    // The first free extension is proposed, not one that belongs to another phone.
    expect(await page.getByTestId('setup-extension-101').locator('input').isChecked()).toBe(true);

    await fail(page, 'setup.choose', 'setup.password-refused');
    await page.getByTestId('setup-use').click();
    await page.getByTestId('setup-password').fill('sip-789');
    await fail(page, 'setup.choose', 'api.not-json');
    await page.getByTestId('setup-connect').click();
    await page.getByTestId('setup-error').waitFor();
    expect(await page.getByTestId('setup-password').inputValue()).toBe('sip-789');

    await fail(page, 'setup.choose', null);
    await page.getByTestId('setup-connect').click();
    await page.getByTestId('setup-done').waitFor();
    expect((await asked(page, 'setup.choose')).at(-1)).toEqual([
      { extension: '101', password: 'sip-789', takeOver: false },
    ]);
  });

  test('stays open until the extension is registered, also when main is ready at once', async () => {
    const page = await open('main', setup());
    await fillKeys(page);
    await page.getByTestId('setup-use').click();
    await page.evaluate(() =>
      window.fakeMain.setState({
        stage: 'ready',
        account: { pbxId: '123456', extension: '101' },
        registration: { state: 'registering', error: null, retryAt: null },
      }),
    );
    expect(await page.getByTestId('setup-finish').isDisabled()).toBe(true);
    await page.evaluate(() =>
      window.fakeMain.setState({ registration: { state: 'registered', error: null, retryAt: null } }),
    );
    await eventually(() => page.getByTestId('setup-done').textContent()).toContain('Extension 101 rings');
    await page.getByTestId('setup-finish').click();
    await page.getByTestId('dialer-input').waitFor();
  });

  test('an extension in use is taken over only when the person says so', async () => {
    const page = await open('main', setup());
    await fillKeys(page);
    await page.getByTestId('setup-extension-100').click();
    await page.getByTestId('setup-take-over').check();
    await page.getByTestId('setup-use').click();
    expect(await asked(page, 'setup.choose')).toEqual([[{ extension: '100', password: null, takeOver: true }]]);
  });

  test.each(['locked', 'unavailable'] as const)('a keychain that is %s offers both ways on', async (keychain) => {
    const plain = setup();
    const page = await open('main', { ...plain, state: { ...plain.state, keychain } });
    await page.getByTestId('setup-keychain-retry').click();
    await page.getByTestId('setup-keychain-session').click();
    expect(await asked(page, 'keychain.retry')).toHaveLength(1);
    expect(await asked(page, 'keychain.session-only')).toHaveLength(1);
    await page.evaluate(() => window.fakeMain.setState({ keychain: 'session-only' }));
    await page.getByTestId('setup-begin').waitFor();
  });

  test('a keychain that locks half-way loses nothing that was typed', async () => {
    const page = await open('main', setup());
    await page.getByTestId('setup-begin').click();
    await page.getByTestId('setup-key').fill('key-123');
    await page.evaluate(() => window.fakeMain.setState({ keychain: 'locked' }));
    await page.getByTestId('setup-keychain').waitFor();
    expect(await page.getByTestId('setup-key').isVisible()).toBe(false);
    await page.evaluate(() => window.fakeMain.setState({ keychain: 'ok' }));
    await page.getByTestId('setup-key').waitFor();
    expect(await page.getByTestId('setup-key').inputValue()).toBe('key-123');
  });

  test('a newer database offers no deletion, a damaged one its copy', async () => {
    const future = { error: { code: 'store.future', params: { found: 9, supported: 3 } }, canRestore: false } as const;
    const page = await open('main', world({ storeProblem: future }));
    await page.getByTestId('store-future').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    const corrupt = { error: { code: 'store.corrupt', params: {} }, canRestore: true } as const;
    await page.evaluate((storeProblem) => window.fakeMain.setState({ storeProblem }), corrupt);
    await page.getByTestId('store-restore').click();
    await page.getByTestId('store-go-on').click();
    expect(await asked(page, 'store.restore')).toEqual([['backup'], ['empty']]);
  });
});

describe('contacts and settings', () => {
  test('a contact is checked, saved and deleted', async () => {
    const page = await open('main', world());
    await page.getByTestId('nav-contacts').click();
    await page.getByTestId('contacts-add').click();
    await page.getByTestId('contact-url').fill('javascript:alert(1)');
    await page.getByTestId('contact-save').click();
    expect(await page.getByTestId('contact-form').textContent()).toContain('Enter a name.');
    expect(await page.getByTestId('contact-form').textContent()).toContain('starts with https://');
    expect(await asked(page, 'contacts.save')).toEqual([]);
    await page.getByTestId('contact-name').fill('New Person');
    await page.getByTestId('contact-url').fill('https://crm.example/7');
    await page.getByTestId('contact-number-1').fill('+34 600 00 00 01');
    await page.getByTestId('contact-add-number').click();
    await page.getByTestId('contact-number-2').fill('104');
    // A look at another screen keeps what was typed.
    await page.getByTestId('nav-phone').click();
    await page.getByTestId('nav-contacts').click();
    await page.getByTestId('contact-save').click();
    await eventually(() => page.getByTestId('contact-detail').textContent()).toContain('New Person');
    expect((await asked(page, 'contacts.save'))[0]?.[0]).toMatchObject({
      id: null,
      numbers: ['+34 600 00 00 01', '104'],
    });
    await page.getByTestId('contact-remove').click();
    await page.getByTestId('contact-confirm-yes').click();
    await eventually(() => asked(page, 'contacts.remove')).toHaveLength(1);
  });

  test('settings are saved at once and a wrong value stays with its reason', async () => {
    const page = await open('main', world());
    await page.getByTestId('nav-settings').click();
    const port = page.getByTestId('settings-relayPort');
    await port.fill('99999');
    await port.press('Enter');
    expect(await port.getAttribute('aria-invalid')).toBe('true');
    expect(await asked(page, 'settings.set')).toEqual([]);
    expect(await port.inputValue()).toBe('99999');
    await port.fill('9000');
    await port.press('Enter');
    await page.getByTestId('settings-theme-dark').click();
    await eventually(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    await page.getByTestId('settings-hotkeyAnswer').click();
    await page.keyboard.press('a');
    await page.keyboard.press('Control+Shift+F9');
    await page.getByTestId('settings-ringEnabled').click();
    await eventually(() => asked(page, 'settings.set')).toEqual([
      [{ relayPort: 9000 }],
      [{ theme: 'dark' }],
      [{ hotkeyAnswer: 'CommandOrControl+Shift+F9' }],
      [{ ringEnabled: false }],
    ]);
  });

  test('the language follows main', async () => {
    const page = await open('main', world());
    await page.evaluate(() => window.fakeMain.setState({ language: 'es' }));
    await eventually(() => page.getByTestId('nav-history').textContent()).toContain('Historial');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
  });
});

describe('every control has a name', () => {
  test.each(['phone', 'history', 'contacts', 'settings'])('on the screen %s', async (screen) => {
    const page = await open('main', world({ calls: [talking(), ringing({ key: 'pbx:2' })] }));
    await page.getByTestId(`nav-${screen}`).click();
    if (screen === 'history') await page.getByTestId('history-row').nth(2).click();
    if (screen === 'contacts') await page.getByTestId('contacts-add').click();
    await page.waitForTimeout(300);
    expect(await nameless(page)).toEqual([]);
  });

  test('in the popup', async () => {
    const page = await open('popup', world({ calls: [talking(), ringing({ key: 'pbx:2' })] }));
    await page.getByTestId('popup-hang-up').waitFor();
    expect(await nameless(page)).toEqual([]);
  });
});

describe('what has to load before the first picture', () => {
  /** Compressed bytes of the scripts a page's HTML names: what is loaded later is not among them. */
  async function scriptBytes(page: Page): Promise<number> {
    const html = await (await page.request.get(page.url())).text();
    const names = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(
      ([, name]) => new URL(name ?? '', page.url()).href,
    );
    const files = await Promise.all(names.map(async (name) => gzipSync(await (await page.request.get(name)).body())));
    return files.reduce((sum, file) => sum + file.length, 0);
  }

  test.each(['main', 'popup'] as const)('%s stays below 200 kB', async (kind) => {
    const bytes = await scriptBytes(await open(kind, world()));
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(200_000);
  });
});
