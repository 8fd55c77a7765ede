// SPDX-License-Identifier: MIT
/** Joining a team and administering one, in the windows on real Chromium with a fake main behind the bridge. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src-shared/errors.ts';
import type { TeamSettings } from '../../src-shared/rules/team.ts';
import { HOSTILE, type World } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { alone, devices, inTeam, MEMBERS, teamSettings, teamState } from '../ui/team-fixtures.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const windows = useWindows();

const open = (behind: World, options: { width: number; height?: number } = { width: 1100 }) =>
  windows('main', behind, options);

/** Parameters of each time the relay was asked for this. */
const askedRelay = async (page: Page, method: string) =>
  (await asked(page, 'team.admin'))
    .map(([ask]) => ask as { method: string; params: Record<string, unknown> })
    .filter((ask) => ask.method === method)
    .map(({ params }) => params);

const failRelay = (page: Page, method: string, code: ErrorCode | null, params = {}) =>
  page.evaluate(
    ([name, error]) => {
      if (error === null) delete window.fakeTeam.fail[name];
      else window.fakeTeam.fail[name] = error;
    },
    [method, code === null ? null : { code, params }] as const,
  );

/** One field after the other, by the keyboard alone. */
async function typeInto(page: Page, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    if (index > 0) await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
}

const tab = async (page: Page, name: string) => {
  await page.getByTestId('nav-team').click();
  await page.getByTestId(`team-tab-${name}`).click();
};

const setup = () =>
  alone({ stage: 'setup', account: null, registration: { state: 'off', error: null, retryAt: null } });

describe('joining a team at set-up', () => {
  async function fill(page: Page, url = 'relay.example.com') {
    await page.getByTestId('setup-join').click();
    await page.getByTestId('join-url').fill(url);
    await page.getByTestId('join-code').fill('k7qx 3mhp');
    await page.getByTestId('join-name').fill('Reception');
  }

  test('goes from address and code to ready', async () => {
    const page = await open(setup());
    await page.getByTestId('setup-join').focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.getByTestId('join-url').evaluate((el) => el === document.activeElement)).toBe(true);
    await typeInto(page, ['relay.example.com', 'k7qx3mhp', 'Reception']);
    await page.keyboard.press('Enter');
    await page.getByTestId('setup-done').waitFor();
    expect(await asked(page, 'team.pair')).toEqual([
      [{ url: 'relay.example.com', code: 'k7qx3mhp', name: 'Reception' }],
    ]);
    await page.evaluate(
      (team) =>
        window.fakeMain.setState({
          stage: 'ready',
          team,
          account: { pbxId: '123456', extension: '104' },
          registration: { state: 'registered', error: null, retryAt: null },
        }),
      teamState({ role: 'agent' }),
    );
    await eventually(() => page.getByTestId('setup-done').textContent()).toContain('Extension 104 rings');
    await page.getByTestId('setup-finish').click();
    await page.getByTestId('nav-phone').waitFor();
  });

  test.each([
    ['team.url', 'not the address'],
    ['team.code', 'wrong, too old, or was used'],
    ['team.locked', 'Too many wrong codes'],
    ['team.unreachable', 'does not answer'],
    ['team.bad-reply', 'does not know'],
  ] as const)('%s is explained, and what was typed stays', async (code, words) => {
    const page = await open(setup());
    await page.evaluate(
      (error) => {
        window.fakeMain.fail['team.pair'] = error;
      },
      { code, params: {} },
    );
    await fill(page);
    await page.getByTestId('join-submit').click();
    await eventually(() => page.getByTestId('setup-error').textContent()).toContain(words);
    expect(await page.getByTestId('join-code').inputValue()).toBe('k7qx 3mhp');
    // Nor does a step back lose it.
    await page.getByText('Back').click();
    await page.getByTestId('setup-join').click();
    expect(await page.getByTestId('join-url').inputValue()).toBe('relay.example.com');
    expect(await page.getByTestId('join-name').inputValue()).toBe('Reception');
  });

  test('an address without encryption and empty fields are told beside the field, and nobody is asked', async () => {
    const page = await open(setup());
    await fill(page, 'http://relay.example.com');
    await page.getByTestId('join-name').fill(' ');
    await page.getByTestId('join-submit').click();
    await eventually(() => page.getByTestId('join-url').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByTestId('join-form').textContent()).toContain('must be encrypted');
    expect(await page.getByTestId('join-form').textContent()).toContain('Enter a name');
    expect(await asked(page, 'team.pair')).toEqual([]);
  });

  test('a password the relay keeps to itself is typed, or asked for again', async () => {
    const page = await open(setup());
    await page.evaluate(() => {
      window.fakeMain.answer['team.pair'] = { extension: '104', role: 'agent', password: false };
    });
    await fill(page);
    await page.getByTestId('join-submit').click();
    await page.getByTestId('join-password').waitFor();
    await page.evaluate((team) => window.fakeMain.setState({ team }), teamState({ role: 'agent' }));
    await page.getByTestId('join-ask-again').click();
    await eventually(() => page.getByTestId('setup-error').textContent()).toContain('still does not give it out');
    expect(await asked(page, 'team.retry')).toHaveLength(1);
    await page.getByTestId('join-connect').click();
    await eventually(() => page.getByTestId('join-pbx').getAttribute('aria-invalid')).toBe('true');
    // The whole SIP login will do for the number.
    await page.getByTestId('join-pbx').fill('123456-104');
    await page.getByTestId('join-password').fill('secret');
    await page.getByTestId('join-connect').click();
    await page.getByTestId('setup-done').waitFor();
    expect(await asked(page, 'team.password')).toEqual([[{ pbxId: '123456', password: 'secret' }]]);
  });

  test('goes on after a start where it was left, and begins anew for one that was taken out', async () => {
    const half = await open(inTeam({ stage: 'setup', account: null, team: teamState({ role: 'agent' }) }));
    await half.getByTestId('join-password').waitFor();
    await half.getByTestId('join-leave').click();
    await half.getByTestId('setup-begin').waitFor();
    expect(await asked(half, 'team.leave')).toHaveLength(1);

    const error = { code: 'team.revoked', params: {} } as const;
    const out = await open(inTeam({ stage: 'setup', account: null, team: teamState({ state: 'revoked', error }) }));
    await eventually(() => out.getByTestId('setup-error').textContent()).toContain('took this computer out');
    expect(await out.getByTestId('join-url').inputValue()).toBe('https://relay.talleres.example');
  });
});

describe('the team in the settings', () => {
  test.each([
    [teamState({ state: 'failed', error: { code: 'team.unreachable', params: {} } }), 'does not answer', 'failed'],
    [teamState({ state: 'failed', error: { code: 'team.replaced', params: {} } }), 'Another copy', 'replaced'],
  ])('says why it is not connected: $error.code', async (team, words, state) => {
    const page = await open(inTeam({ team }));
    await page.getByTestId('bar-team').click();
    await eventually(() => page.getByTestId('settings-team-state').getAttribute('data-state')).toBe(state);
    expect(await page.locator('.settings-page').textContent()).toContain(words);
    await page.getByTestId('settings-team-retry').click();
    expect(await asked(page, 'team.retry')).toHaveLength(1);
  });

  test('says who I am, and leaves after a question', async () => {
    const page = await open(inTeam());
    await page.getByTestId('nav-settings').click();
    expect(await page.getByTestId('settings-team-me').textContent()).toBe('Inés Vidal · Extension 104 · Administrator');
    await page.getByTestId('settings-team-leave').click();
    await page.getByTestId('settings-team-leave-confirm-yes').click();
    expect(await asked(page, 'team.leave')).toHaveLength(1);
  });

  test('one agent alone joins from there', async () => {
    const page = await open(alone());
    await page.getByTestId('nav-settings').click();
    await page.getByTestId('settings-join').click();
    await page.getByTestId('join-url').fill('relay.example.com');
    await page.getByTestId('join-code').fill('K7QX3MHP');
    await page.getByTestId('join-name').fill('Desk 2');
    await page.getByTestId('join-name').press('Enter');
    await eventually(() => asked(page, 'team.pair')).toHaveLength(1);
  });

  test('only an administrator has the screen', async () => {
    const page = await open(inTeam({ team: teamState({ role: 'supervisor' }) }));
    await page.getByTestId('nav-phone').waitFor();
    expect(await page.getByTestId('nav-team').count()).toBe(0);
  });
});

describe('people', () => {
  const saved = async (page: Page) => (await askedRelay(page, 'admin.set-settings')).at(-1)?.settings as TeamSettings;

  test('a person is added with a free extension and saved', async () => {
    const page = await open(inTeam());
    await tab(page, 'people');
    await page.getByTestId('people-add').click();
    await eventually(() =>
      page
        .getByTestId('person-extension')
        .first()
        .evaluate((el) => el === document.activeElement),
    ).toBe(true);
    const offered = await page
      .getByTestId('person-extension')
      .first()
      .evaluate((el) => [...((el as HTMLInputElement).list?.options ?? [])].map(({ value }) => value));
    expect(offered).toEqual(['100', '106']);
    await typeInto(page, ['106', 'Nuria Costa', 'nuria@example.com', '005Q3']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByTestId('team-save').click();
    await eventually(() => page.getByTestId('team-save-bar').textContent()).toContain('Saved');
    expect((await saved(page)).members[0]).toEqual({
      ...{ extension: '106', name: 'Nuria Costa', email: 'nuria@example.com', crmUser: '005Q3' },
    });
    expect((await saved(page)).balanceFor).toContain('106');
  });

  test('what two people have is told beside both, and not sent', async () => {
    const page = await open(inTeam());
    await tab(page, 'people');
    await page.getByTestId('person-extension').nth(1).fill('101');
    await page.getByTestId('person-email').nth(2).fill('ANA@talleres.example');
    await page.getByTestId('person-email').nth(2).blur();
    for (const field of [0, 1]) {
      expect(await page.getByTestId('person-extension').nth(field).getAttribute('aria-invalid')).toBe('true');
    }
    expect(await page.getByTestId('person').nth(0).textContent()).toContain('Belongs to Luis Ortega too');
    expect(await page.getByTestId('person').nth(2).textContent()).toContain('Ana Ruiz Delgado has it too');
    await page.getByTestId('team-tab-rules').click();
    await page.getByTestId('team-save').click();
    // Led back to where it is wrong.
    await eventually(() => page.getByTestId('person').count()).toBe(MEMBERS.length);
    expect(await page.getByTestId('team-save-bar').textContent()).toContain('Mend what is marked');
    expect(await askedRelay(page, 'admin.set-settings')).toEqual([]);
  });

  test('a default responsible who goes is told beside the choice', async () => {
    const page = await open(inTeam());
    await tab(page, 'people');
    await page.getByTestId('person-remove').last().click();
    await eventually(() => page.getByTestId('default-responsible').getAttribute('aria-invalid')).toBe('true');
    await page.getByTestId('default-responsible').selectOption('101');
    await page.getByTestId('team-save').click();
    await eventually(() => saved(page)).toMatchObject({ defaultResponsible: '101', members: MEMBERS.slice(0, -1) });
  });

  test('changes outlive another screen, a refusal says why, and nothing is overwritten unseen', async () => {
    const page = await open(inTeam());
    await tab(page, 'people');
    await page.getByTestId('person-name').first().fill('Ana R.');
    await page.getByTestId('nav-phone').click();
    await tab(page, 'people');
    expect(await page.getByTestId('person-name').first().inputValue()).toBe('Ana R.');

    await failRelay(page, 'admin.set-settings', 'team.refused', { message: 'no room' });
    await page.getByTestId('team-save').click();
    await eventually(() => page.getByTestId('team-save-bar').textContent()).toContain('“no room”');
    await failRelay(page, 'admin.set-settings', null);

    await page.evaluate(
      (settings) => {
        window.fakeTeam.settings = settings;
      },
      teamSettings({ country: 'PT' }),
    );
    await page.getByTestId('team-save').click();
    await eventually(() => page.getByTestId('team-save-bar').textContent()).toContain('Somebody else');
    expect((await askedRelay(page, 'admin.set-settings')).length).toBe(1);
    await page.getByTestId('team-save-mine').click();
    await eventually(() => saved(page)).toMatchObject({ country: 'ES' });
    await eventually(() => page.getByTestId('team-save').count()).toBe(0);
  });

  test('all of a large company can be searched, a hundred at once', async () => {
    const members = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ extension: String(1_000 + n), name: `Agent ${n}`, email: '', crmUser: '' },
    }));
    const page = await open(inTeam({}, { settings: teamSettings({ members, defaultResponsible: null }) }));
    await tab(page, 'people');
    await eventually(() => page.getByTestId('person').count()).toBe(100);
    await page.getByTestId('people-filter').fill('agent 99');
    await eventually(() => page.getByTestId('person').count()).toBe(11);
  });
});

describe('the directory from a file', () => {
  const choose = async (page: Page, text: string) => {
    await tab(page, 'import');
    await page
      .getByTestId('csv-file')
      .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  };
  const lines = (count: number, bad: readonly number[]) =>
    [
      'number;name',
      ...Array.from({ length: count }, (_, n) => (bad.includes(n + 2) ? 'none;x' : `+34600${100_000 + n};Person ${n}`)),
    ].join('\n');

  test('goes in pieces, and tells refused lines by their place in the file', async () => {
    const page = await open(inTeam());
    await choose(page, lines(40_000, [3, 30_000, 40_001]));
    await page.getByTestId('csv-again').waitFor();
    expect((await askedRelay(page, 'admin.import-csv')).length).toBeGreaterThan(2);
    expect(await page.getByTestId('csv-counts').textContent()).toBe('39997 lines taken · 3 lines refused');
    expect(await page.getByTestId('csv-line').allTextContents()).toEqual(
      [3, 30_000, 40_001].map((line) => `Line ${line}No telephone number, or more than one in the cell.`),
    );
    await page.getByTestId('csv-again').click();
    await page.getByTestId('csv-choose').waitFor();
  });

  test('stands still while the relay is away, and goes on with the same piece', async () => {
    const page = await open(inTeam());
    await tab(page, 'import');
    await failRelay(page, 'admin.import-csv', 'team.unreachable');
    await choose(page, lines(50, []));
    await page.getByTestId('csv-go-on').waitFor();
    await page.getByTestId('nav-phone').click();
    await tab(page, 'import');
    await failRelay(page, 'admin.import-csv', null);
    await page.getByTestId('csv-go-on').click();
    await page.getByTestId('csv-again').waitFor();
    expect(await page.getByTestId('csv-counts').textContent()).toBe('50 lines taken');
  });

  test('an empty file is told at once', async () => {
    const page = await open(inTeam());
    await choose(page, '');
    await eventually(() => page.locator('.csv-drop').textContent()).toContain('This file is empty.');
    expect(await askedRelay(page, 'admin.import-csv')).toEqual([]);
  });
});

describe('computers', () => {
  test('a code is shown for an extension until it is used', async () => {
    const page = await open(inTeam());
    await tab(page, 'devices');
    await page.getByTestId('pairing-make').click();
    await eventually(() => page.getByTestId('pairing-form').textContent()).toContain('Two to six digits');
    await page.getByTestId('pairing-extension').fill('103');
    await page.getByTestId('pairing-role-supervisor').click();
    await page.getByTestId('pairing-make').click();
    expect(await page.getByTestId('pairing-code-text').textContent()).toBe('K7QX 3MHP');
    expect(await page.getByTestId('pairing-code').textContent()).toMatch(/Valid for (10:00|09:\d\d)/);
    expect(await askedRelay(page, 'admin.pairing-code')).toEqual([{ extension: '103', role: 'supervisor', name: '' }]);
    // A call comes in between: the code is still there.
    await page.getByTestId('nav-phone').click();
    await tab(page, 'devices');
    await page.getByTestId('pairing-copy').click();
    expect(await asked(page, 'clipboard.copy')).toEqual([['K7QX3MHP']]);
    const joined = { ...devices()[0], id: 'new', extension: '103', name: 'New laptop' };
    await page.evaluate((device) => {
      window.fakeTeam.devices.push(device as never);
    }, joined);
    await expect
      .poll(() => page.getByTestId('pairing-code').textContent(), { timeout: 20_000 })
      .toContain('has joined: New laptop');
  });

  test('a code that is over says so, and another is had', async () => {
    const page = await open(inTeam());
    await tab(page, 'devices');
    await page.clock.install();
    await page.getByTestId('pairing-extension').fill('103');
    await page.getByTestId('pairing-make').click();
    await page.getByTestId('pairing-code-text').waitFor();
    await page.clock.fastForward(601_000);
    await eventually(() => page.getByTestId('pairing-code').textContent()).toContain('no longer valid');
    await page.getByTestId('pairing-again').click();
    await eventually(() => askedRelay(page, 'admin.pairing-code')).toHaveLength(2);
  });

  test('one is taken out after a question; another may fetch its password again', async () => {
    const page = await open(inTeam());
    await tab(page, 'devices');
    await eventually(() => page.getByTestId('device').count()).toBe(5);
    await page.getByTestId('device-allow').first().click();
    await eventually(() => askedRelay(page, 'admin.allow-password')).toEqual([{ device: 'd1' }]);
    await page.getByTestId('device-revoke').nth(1).click();
    expect(await askedRelay(page, 'admin.revoke')).toEqual([]);
    await page.getByTestId('device-revoke-confirm-yes').click();
    await eventually(() => page.getByTestId('device').count()).toBe(4);
    expect(await askedRelay(page, 'admin.revoke')).toEqual([{ device: 'd2' }]);
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await page.getByTestId('device').last().textContent()).toContain(HOSTILE.markup);
  });
});

describe('the account', () => {
  test('keys go to the relay, and stay typed when it refuses them', async () => {
    const page = await open(inTeam());
    await tab(page, 'account');
    await failRelay(page, 'admin.set-keys', 'api.unauthorized');
    await page.getByTestId('team-key').fill('key');
    await page.getByTestId('team-secret').fill('secret');
    await page.getByTestId('team-set-keys').click();
    await eventually(() => page.getByTestId('team-keys-said').textContent()).toContain('does not accept');
    expect(await page.getByTestId('team-secret').inputValue()).toBe('secret');
    await failRelay(page, 'admin.set-keys', null);
    await page.getByTestId('team-set-keys').click();
    await eventually(() => page.getByTestId('team-keys-said').textContent()).toContain('€42.50');
    expect(await page.getByTestId('team-secret').inputValue()).toBe('');
    expect(await askedRelay(page, 'admin.set-keys')).toEqual([
      { key: 'key', secret: 'secret' },
      { key: 'key', secret: 'secret' },
    ]);
  });

  test('an address for names without the number in it is not kept', async () => {
    const page = await open(inTeam());
    await tab(page, 'account');
    await page.getByTestId('team-names-url').fill('https://crm.example/names');
    await page.getByTestId('team-names-url').press('Enter');
    await eventually(() => page.getByTestId('team-names-url').getAttribute('aria-invalid')).toBe('true');
    await page.getByTestId('team-names-url').fill('https://crm.example/n/{number}');
    await page.getByTestId('team-save').click();
    await eventually(() => askedRelay(page, 'admin.set-settings')).toHaveLength(1);
  });
});

test.each(['people', 'rules', 'blacklist', 'import', 'devices', 'account'])(
  'every control of %s has a name, and nothing is wider than a narrow window',
  async (name) => {
    const page = await open(inTeam(), { width: 380, height: 560 });
    await tab(page, name);
    await page.waitForTimeout(300);
    expect(await nameless(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(380);
    const wide = await page.locator('.team-page').evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(wide).toBe(0);
  },
);

test('a relay that is away is told with a way to try again', async () => {
  const page = await open(
    inTeam({ team: teamState({ state: 'failed', error: { code: 'team.unreachable', params: {} } }) }),
  );
  await failRelay(page, 'admin.settings', 'team.offline');
  await page.getByTestId('nav-team').click();
  await page.getByTestId('team-retry').click();
  await eventually(() => page.getByTestId('team').textContent()).toContain('not connected');
  await failRelay(page, 'admin.settings', null);
  await page.evaluate((team) => window.fakeMain.setState({ team }), teamState());
  await eventually(() => page.getByTestId('person').count()).toBe(MEMBERS.length);
});
