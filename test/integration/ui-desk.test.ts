// SPDX-License-Identifier: MIT
/** Reminders, rules, blacklist, what the PBX was told, and direct mode, in the windows on real Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { DirectAdvice } from '../../src-shared/direct.ts';
import type { Asked } from '../ui/fake-bridge.ts';
import { appState, CLARA, ended, HOSTILE, historyRows, ringing, talking, type World } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { alone, inTeam, REMINDERS, teamState } from '../ui/team-fixtures.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const windows = useWindows();

const open = (
  behind: World,
  options: { width: number; height?: number } = { width: 1100 },
  kind: 'main' | 'popup' = 'main',
) => windows(kind, behind, options);

const answer = (page: Page, name: Asked['name'], value: unknown) =>
  page.evaluate(
    ([request, reply]) => {
      window.fakeMain.answer[request as Asked['name']] = reply;
    },
    [name, value] as const,
  );

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? '');

describe('reminders', () => {
  const rows = (page: Page) => page.getByTestId('reminder');

  test('tell who, how often, when and on which line; the count stands at the screen’s button', async () => {
    const page = await open(inTeam());
    expect(await page.getByTestId('reminders-badge').textContent()).toContain('4 callers to call back');
    await page.getByTestId('nav-reminders').click();
    await eventually(() => rows(page).count()).toBe(4);
    const first = (await rows(page).first().textContent()) ?? '';
    for (const part of ['Clara Ibáñez', 'Talleres Ibáñez e Hijos', '3 missed calls', 'to 912 34 56 78']) {
      expect(first).toContain(part);
    }
    expect(await rows(page).last().textContent()).toContain(HOSTILE.long.slice(0, 40));
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await nameless(page)).toEqual([]);
  });

  test('are called, put off and closed by the keyboard, which goes on to the next one', async () => {
    const page = await open(inTeam());
    await page.getByTestId('nav-reminders').click();
    await page.getByTestId('reminder-call').first().focus();
    await page.keyboard.press('Enter');
    await eventually(() => asked(page, 'reminder.act')).toEqual([['57', 'call', null]]);

    await page.getByTestId('reminder-done').first().focus();
    await page.keyboard.press('Enter');
    await eventually(() => rows(page).count()).toBe(3);
    await eventually(() => focused(page)).toBe('reminder-open');
    expect(await rows(page).first().textContent()).toContain('600 11 12 22');

    await page.getByTestId('reminder-snooze').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('reminder-snooze-minutes-15').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(() => rows(page).count()).toBe(2);
    expect((await asked(page, 'reminder.act')).slice(1)).toEqual([
      ['57', 'done', null],
      ['51', 'snooze', 60],
    ]);
    await eventually(() => focused(page)).toBe('reminder-open');
  });

  test('the last one leaves the keyboard in the screen and a word in its place', async () => {
    const page = await open(alone({ reminders: REMINDERS.slice(0, 1) }));
    await page.getByTestId('nav-reminders').click();
    await page.getByTestId('reminder-done').click();
    await eventually(() => page.getByTestId('reminders').textContent()).toContain('Nobody to call back');
    await eventually(() => page.evaluate(() => document.activeElement?.className)).toBe('reminders-page');
    expect(await page.getByTestId('reminders-badge').count()).toBe(0);
  });

  test('that were put off or done are kept, with what became of them', async () => {
    const page = await open(inTeam());
    await page.getByTestId('nav-reminders').click();
    await page.getByTestId('reminders-view-later').click();
    await eventually(() => rows(page).count()).toBe(1);
    await page.getByTestId('reminders-view-done').click();
    await eventually(() => rows(page).count()).toBe(3);
    const texts = await rows(page).allTextContents();
    expect(texts[0]).toContain('Done by Inés Vidal');
    expect(texts[1]).toContain('for Luis Ortega · Ana Ruiz Delgado spoke with them');
    expect(texts[2]).toContain('Somebody spoke with them');
    expect(await page.getByTestId('reminder-done').count()).toBe(0);
  });

  test('pages of others’ reminders are read until there is something to show', async () => {
    const page = await open(alone());
    await page.evaluate(() => {
      const done = window.fakeTeam.reminders.filter(({ state }) => state === 'done');
      const open = window.fakeTeam.reminders.filter(({ state }) => state === 'open');
      window.fakeMain.others.unshift((name, args) => {
        if (name !== 'reminders.page') return undefined;
        const { before } = args[0] as { before: number | null };
        const value = before === null ? { rows: open, next: 7 } : { rows: done, next: null };
        return { ok: true, value };
      });
    });
    await page.getByTestId('nav-reminders').click();
    await page.getByTestId('reminders-view-done').click();
    await eventually(() => rows(page).count()).toBe(3);
    expect(await page.getByTestId('reminders-older').count()).toBe(0);
  });

  test('open their call in the history and their contact, and say what went wrong', async () => {
    const page = await open(inTeam({}, {}));
    await page.getByTestId('nav-reminders').click();
    await page.evaluate(() => {
      window.fakeMain.fail['reminder.act'] = { code: 'team.offline', params: {} };
    });
    await page.getByTestId('reminder-done').nth(1).click();
    await eventually(() => rows(page).nth(1).textContent()).toContain('which is not connected');
    await page.getByTestId('reminder-contact').nth(1).click();
    await eventually(() => page.getByTestId('contact-number-1').inputValue()).toBe('34600111222');
    await page.getByTestId('nav-reminders').click();

    const [missed] = historyRows(1);
    await page.evaluate(
      (row) => {
        window.fakeMain.rows = row === undefined ? [] : [row];
      },
      missed && {
        ...missed,
        call: { ...missed.call, direction: 'in' as const, answeredAt: null, number: '34911222333', pbxCallId: '57' },
      },
    );
    await page.getByTestId('reminder-open').nth(1).click();
    await eventually(() => rows(page).nth(1).textContent()).toContain('not in the history');
    await page.getByTestId('reminder-open').first().click();
    await page.getByTestId('history-detail').waitFor();
  });

  test('fit the smallest window', async () => {
    const page = await open(inTeam(), { width: 380, height: 560 });
    await page.getByTestId('nav-reminders').click();
    await eventually(() => rows(page).count()).toBe(4);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
    for (const button of await page.getByTestId('reminder-contact').all()) {
      const box = await button.boundingBox();
      expect((box?.x ?? 999) + (box?.width ?? 0)).toBeLessThanOrEqual(380);
    }
  });
});

describe('the call’s page', () => {
  const openCall = async (page: Page) => {
    await page.getByTestId('nav-history').click();
    await page.getByTestId('history-row').nth(2).click();
    await page.getByTestId('history-detail').waitFor();
  };

  test('says what the PBX was told, and why', async () => {
    const page = await open(inTeam());
    await openCall(page);
    await eventually(() => page.getByTestId('history-answers').textContent()).toContain(
      'Sent to Inés Vidal (104), who is responsible for this caller. Back to the menu after 15 seconds without an answer. Phones showed “Clara Ibanez”.',
    );
  });

  test('blocks its number after a question, and an administrator allows it again', async () => {
    const page = await open(inTeam());
    await openCall(page);
    await eventually(() => page.getByTestId('history-block').getAttribute('data-listed')).toBe('false');
    await page.getByTestId('history-block').click();
    expect(await asked(page, 'blacklist.set')).toEqual([]);
    await page.getByTestId('history-block-confirm-yes').click();
    await eventually(() => page.getByTestId('history-block').textContent()).toBe('Allow number');
    await page.getByTestId('history-block').click();
    await eventually(() => page.getByTestId('history-block').textContent()).toBe('Block number');
    expect(await asked(page, 'blacklist.set')).toEqual([
      ['+34600111222', true],
      ['+34600111222', false],
    ]);
  });

  test('an agent may block and not allow again, and is told so before', async () => {
    const page = await open(inTeam({ team: teamState({ role: 'agent' }) }));
    await openCall(page);
    await page.getByTestId('history-block').click();
    expect(await page.getByTestId('history-block-confirm').textContent()).toContain('Only an administrator');
    await page.getByTestId('history-block-confirm-yes').click();
    await eventually(() => page.getByTestId('history-block').isDisabled()).toBe(true);
    expect(await page.getByTestId('history-block').textContent()).toBe('Blocked');
  });

  test('a contact has a responsible: one of the team, or an extension', async () => {
    const team = await open(inTeam());
    await team.getByTestId('nav-contacts').click();
    await team.getByTestId('contact-row').first().click();
    await team.getByTestId('contact-edit').click();
    await team.getByTestId('contact-responsible').selectOption('103');
    await team.getByTestId('contact-save').click();
    await eventually(() => team.getByTestId('contact-detail').textContent()).toContain('Marta Ibarra Echevarría · 103');

    const one = await open(alone());
    await one.getByTestId('nav-contacts').click();
    await one.getByTestId('contact-row').first().click();
    await one.getByTestId('contact-edit').click();
    await one.getByTestId('contact-responsible').fill('x1');
    await one.getByTestId('contact-save').click();
    expect(await one.getByTestId('contact-form').textContent()).toContain('two to six digits');
    expect(await asked(one, 'contacts.save')).toEqual([]);
  });
});

describe('rules of one agent alone', () => {
  const settings = async (page: Page) => {
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('rules-routeToResponsible').scrollIntoViewIfNeeded();
  };
  const saved = async (page: Page) =>
    (await asked(page, 'settings.set')).map(([patch]) => (patch as { rules: unknown }).rules);

  test('are saved at once, and a wrong value stays with its reason', async () => {
    const page = await open(alone());
    await settings(page);
    await page.getByTestId('rules-returnTimeout').fill('2');
    await page.getByTestId('rules-returnTimeout').press('Enter');
    await eventually(() => page.getByTestId('rules-returnTimeout').getAttribute('aria-invalid')).toBe('true');
    expect(await saved(page)).toEqual([]);
    await page.getByTestId('rules-returnTimeout').fill('20');
    await page.getByTestId('rules-returnTimeout').press('Enter');
    await page.getByTestId('rules-routeToResponsible').click({ force: true });
    await eventually(() => saved(page)).toMatchObject([{ returnTimeout: 20 }, { routeToResponsible: false }]);
    await eventually(() => page.getByTestId('rules-returnTimeout').isDisabled()).toBe(true);
  });

  test('quiet hours have days, times and a zone; half-typed ones stay where they are', async () => {
    const page = await open(alone());
    await settings(page);
    await page.getByTestId('quiet-add').click();
    await page.getByTestId('quiet-add').click();
    await eventually(() => page.getByTestId('quiet-time').count()).toBe(2);
    await page.getByTestId('quiet-day-6').last().click();
    await page.getByTestId('quiet-from').last().fill('22h');
    await page.getByTestId('quiet-from').last().press('Enter');
    await page.getByTestId('quiet-zone').last().fill('Atlantic/Canary');
    await page.getByTestId('quiet-zone').last().press('Enter');
    await eventually(async () => (await saved(page)).at(-1)).toMatchObject({
      quietHours: [{}, { days: [1, 2, 3, 4, 5, 6], from: 1320, to: 480, timeZone: 'Atlantic/Canary' }],
    });
    const before = (await saved(page)).length;
    await page.getByTestId('quiet-to').last().fill('29:00');
    await page.getByTestId('quiet-to').last().press('Enter');
    await page.getByTestId('quiet-zone').last().fill('Atlantic/Nowhere');
    await page.getByTestId('quiet-zone').last().press('Enter');
    await eventually(() => page.getByTestId('quiet-time').last().textContent()).toContain('such as 20:00');
    expect(await saved(page)).toHaveLength(before);
    // The first goes: what was typed in the second stays there.
    await page.getByTestId('quiet-remove').first().click();
    await eventually(() => page.getByTestId('quiet-time').count()).toBe(1);
    expect(await page.getByTestId('quiet-to').inputValue()).toBe('29:00');
    expect(await page.getByTestId('quiet-zone').inputValue()).toBe('Atlantic/Nowhere');
    await eventually(() => focused(page)).toBe('quiet-add');
  });

  test('a number is blocked, listed and allowed again; what is none is told', async () => {
    const page = await open(alone());
    await settings(page);
    await page.getByTestId('blacklist-number').fill('104');
    await page.getByTestId('blacklist-add').click();
    await eventually(() => page.getByTestId('blacklist-number').getAttribute('aria-invalid')).toBe('true');
    expect(await asked(page, 'blacklist.set')).toEqual([]);
    await page.getByTestId('blacklist-number').fill('600 99 88 77');
    await page.getByTestId('blacklist-number').press('Enter');
    await eventually(() => page.getByTestId('blacklist-row').count()).toBe(4);
    await page.getByTestId('blacklist-remove').first().click();
    await eventually(() => page.getByTestId('blacklist-row').count()).toBe(3);
    await eventually(() => focused(page)).toBe('blacklist-remove');
    expect(await asked(page, 'blacklist.set')).toEqual([
      ['600 99 88 77', true],
      ['600998877', false],
    ]);
  });

  test('a long list is read a page at a time', async () => {
    const blacklist = Array.from({ length: 120 }, (_, n) => {
      const number = `+34600${String(100_000 + n)}`;
      return { number, numberText: number, name: '' };
    });
    const page = await open(alone({}, { blacklist }));
    await settings(page);
    await eventually(() => page.getByTestId('blacklist-row').count()).toBe(50);
    await page.getByTestId('blacklist-more').click();
    await page.getByTestId('blacklist-more').click();
    await eventually(() => page.getByTestId('blacklist-row').count()).toBe(120);
    await eventually(() => page.getByTestId('blacklist-more').count()).toBe(0);
  });

  test('in a team the administrator’s count, and say so', async () => {
    const page = await open(inTeam({ team: teamState({ role: 'agent' }) }));
    await page.getByTestId('nav-settings').click();
    await eventually(() => page.locator('.settings-page').textContent()).toContain('administrator sets the rules');
    expect(await page.getByTestId('rules-routeToResponsible').count()).toBe(0);
    expect(await page.getByTestId('settings-publicUrl').count()).toBe(0);
  });
});

describe('direct mode', () => {
  const events = async (page: Page) => {
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('direct-check').scrollIntoViewIfNeeded();
  };
  const found = (advice: DirectAdvice) => ({
    ...{ state: advice === 'reached' ? 'ok' : 'failed', advice, url: 'https://pbx.example.com/megacall', detail: 'x' },
  });

  test.each([
    ['reached', 'can reach this computer'],
    ['tunnel-down', 'Start the tunnel on this computer'],
    ['no-address', 'Enter the address of your tunnel'],
    ['page', 'shows a page before'],
  ] as const)('a check that finds %s says what to do', async (advice, words) => {
    const page = await open(alone());
    await answer(page, 'direct.check', found(advice));
    await events(page);
    await page.getByTestId('direct-check').click();
    await eventually(() => page.getByTestId('direct-finding').textContent()).toContain(words);
  });

  test('a public address is checked before it is saved', async () => {
    const page = await open(alone());
    await events(page);
    const field = page.getByTestId('settings-publicUrl');
    await field.fill('pbx.example.com?x');
    await field.press('Enter');
    await eventually(() => field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('https://pbx.example.com');
    await field.press('Enter');
    await eventually(() => asked(page, 'settings.set')).toEqual([[{ publicUrl: 'https://pbx.example.com' }]]);
  });

  test('another program’s address is shown, and replaced only with consent', async () => {
    const page = await open(alone());
    await answer(page, 'direct.register', { state: 'needs-consent', present: 'https://other.example/hook' });
    await events(page);
    await page.getByTestId('direct-register').click();
    await eventually(() => page.getByTestId('direct-consent').textContent()).toContain('https://other.example/hook');
    await page.keyboard.press('Escape');
    expect(await asked(page, 'direct.register')).toEqual([[{ replace: false }]]);
    await page.getByTestId('direct-register').click();
    await page.getByTestId('direct-consent').waitFor();
    const former = 'https://other.example/hook';
    await answer(page, 'direct.register', { state: 'registered', url: 'https://pbx.example.com/megacall', former });
    await page.getByTestId('direct-consent-yes').click();
    await eventually(() => page.getByTestId('direct-said').textContent()).toContain(`former address ${former} is kept`);
    expect((await asked(page, 'direct.register')).at(-1)).toEqual([{ replace: true }]);
  });

  test('an address that cannot be reached is not given away; a former one is given back after a question', async () => {
    const settings = {
      ...appState().settings,
      ...{ publicUrl: 'https://pbx.example.com', directUrl: 'https://pbx.example.com/megacall' },
      directFormer: { url: 'https://other.example/hook', notifications: {} },
    };
    const page = await open(alone({ settings }));
    await answer(page, 'direct.register', { state: 'unreachable', check: found('tls') });
    await answer(page, 'direct.restore', { url: 'https://other.example/hook' });
    await events(page);
    await page.getByTestId('direct-register').click();
    await eventually(() => page.getByTestId('direct-finding').textContent()).toContain('certificate');
    await page.getByTestId('direct-restore').click();
    expect(await page.getByTestId('direct-restore-confirm').textContent()).toContain('https://other.example/hook');
    await page.getByTestId('direct-restore-confirm-yes').click();
    await eventually(() => page.getByTestId('direct-said').textContent()).toContain(
      'has https://other.example/hook again',
    );
  });

  test.each([
    [{ state: 'idle', until: null, error: null }, 'Not asked yet'],
    [{ state: 'filling', until: null, error: null }, 'Being filled'],
    [{ state: 'failed', until: 1, error: { code: 'api.timeout', params: {} } }, 'did not answer in time'],
    [{ state: 'off', until: null, error: null }, 'Off'],
  ] as const)('the statistics tell how far they are: %j', async (statistics, words) => {
    const page = await open(alone({ statistics }));
    await events(page);
    const row = page.locator('.setting', { has: page.getByTestId('statistics-state') });
    await eventually(() => row.textContent()).toContain(words);
  });
});

describe('blocking from the popup', () => {
  const size = { width: 360, height: 260 };

  test('comes after the first picture, asks, and says that it is done', async () => {
    const page = await open(inTeam({ calls: [ringing()] }), size, 'popup');
    await page.getByTestId('popup-answer').waitFor();
    const before = await page.getByTestId('popup-call').boundingBox();
    await page.getByTestId('popup-block').waitFor();
    expect(await page.getByTestId('popup-call').boundingBox()).toEqual(before);
    await page.getByTestId('popup-block').focus();
    await page.keyboard.press('Enter');
    await eventually(() => focused(page)).toBe('popup-block-cancel');
    await page.keyboard.press('Escape');
    await eventually(() => focused(page)).toBe('popup-block');
    expect(await asked(page, 'window.close')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByTestId('popup-block-yes').click();
    await eventually(() => page.getByTestId('popup-block-panel').textContent()).toContain('next call');
    expect(await asked(page, 'blacklist.set')).toEqual([['+34911222333', true]]);
    expect(await nameless(page)).toEqual([]);
  });

  test('is not offered for extensions, hidden numbers, own calls and calls that are over', async () => {
    const page = await open(inTeam({ calls: [ringing({ number: '102', numberText: '102' })] }), size, 'popup');
    await page.clock.install();
    await page.getByTestId('popup-answer').waitFor();
    const worlds = [
      [ringing({ number: '102', numberText: '102' })],
      [ringing({ number: '', numberText: '' })],
      [talking({ direction: 'out' })],
      [ended({ contact: CLARA })],
    ];
    for (const calls of worlds) {
      await page.evaluate((next) => window.fakeMain.setState({ calls: next }), calls);
      await page.clock.fastForward(2_000);
      expect(await page.getByTestId('popup-block').count()).toBe(0);
    }
    await page.evaluate((next) => window.fakeMain.setState({ calls: next }), [talking()]);
    await page.clock.fastForward(2_000);
    await eventually(() => page.getByTestId('popup-block').count()).toBe(1);
  });
});
