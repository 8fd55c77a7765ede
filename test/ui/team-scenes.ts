// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { appState, ringing, talking, world } from './fixtures.ts';
import type { Scene } from './scenes.ts';
import { alone, inTeam, MEMBERS, teamSettings, teamState } from './team-fixtures.ts';

const open = (screen: string) => (page: Page) => page.getByTestId(`nav-${screen}`).click();

const tab = (name: string) => async (page: Page) => {
  await open('team')(page);
  await page.getByTestId(`team-tab-${name}`).click();
};

/** Scrolls to a part of the settings, near the top. */
const settingsAt = (id: string) => async (page: Page) => {
  await open('settings')(page);
  await page.getByTestId(id).evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.locator('.settings-page').evaluate((element) => element.scrollBy(0, -60));
};

const fail = (page: Page, name: string, code: string, params = {}) =>
  page.evaluate(
    ([method, error]) => {
      window.fakeTeam.fail[method] = error as never;
    },
    [name, { code, params }] as const,
  );

const setup = () => alone({ stage: 'setup', account: null });
const join = async (page: Page) => {
  await page.getByTestId('setup-join').click();
  await page.getByTestId('join-url').fill('relay.talleres.example');
  await page.getByTestId('join-code').fill('k7qx 3mhp');
  await page.getByTestId('join-name').fill('Recepción');
};

const csv = [
  'número;nombre;responsable',
  '911222333;Clara Ibáñez;101',
  ';Nadie;',
  'sin número;Otra;102',
  ...Array.from({ length: 40 }, (_, n) => `6001112${String(n).padStart(2, '0')};Persona ${n};103`),
].join('\n');

const importFile = async (page: Page) => {
  await tab('import')(page);
  await page
    .getByTestId('csv-file')
    .setInputFiles({ name: 'clientes.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
};

export const TEAM_SCENES: readonly Scene[] = [
  { name: 'team-join', kind: 'main', world: setup, act: join },
  {
    name: 'team-join-error',
    kind: 'main',
    world: setup,
    act: async (page) => {
      await join(page);
      await page.evaluate(() => {
        window.fakeMain.fail['team.pair'] = { code: 'team.code', params: {} };
      });
      await page.getByTestId('join-submit').click();
      await page.getByTestId('setup-error').waitFor();
    },
  },
  {
    name: 'team-join-password',
    kind: 'main',
    world: () => inTeam({ stage: 'setup', account: null, team: teamState({ role: 'agent' }) }),
    act: async (page) => {
      await page.getByTestId('join-ask-again').click();
      await page.getByTestId('setup-error').waitFor();
    },
  },
  { name: 'team-people', kind: 'main', world: () => inTeam(), act: tab('people') },
  {
    name: 'team-people-error',
    kind: 'main',
    world: () =>
      inTeam(
        {},
        {
          settings: teamSettings({
            defaultResponsible: '109',
            members: MEMBERS.map((one, index) =>
              index === 1 ? { ...one, extension: '101', email: 'ana@talleres.example' } : one,
            ),
          }),
        },
      ),
    act: async (page) => {
      await tab('people')(page);
      await page.getByTestId('people-add').click();
      await page.keyboard.type('12a');
      await page.getByTestId('team-save').click();
    },
  },
  {
    name: 'team-people-empty',
    kind: 'main',
    world: () => inTeam({}, { settings: teamSettings({ members: [], defaultResponsible: null, balanceFor: [] }) }),
    act: tab('people'),
  },
  {
    name: 'team-offline',
    kind: 'main',
    world: () => inTeam({ team: teamState({ state: 'failed', error: { code: 'team.unreachable', params: {} } }) }),
    act: tab('people'),
  },
  { name: 'team-rules', kind: 'main', world: () => inTeam(), act: tab('rules') },
  {
    name: 'team-rules-quiet',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('rules')(page);
      await page.getByTestId('quiet-from').first().fill('29:00');
      await page.getByTestId('quiet-zone').last().fill('Europe/Nowhere');
      await page.getByTestId('quiet-add').click();
      await page.getByTestId('quiet-add').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'team-conflict',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('rules')(page);
      await page.getByTestId('rules-remindMissed').click({ force: true });
      await page.evaluate(() => {
        window.fakeTeam.settings = { ...window.fakeTeam.settings, country: 'PT' };
      });
      await page.getByTestId('team-save').click();
      await page.getByTestId('team-save-mine').waitFor();
    },
  },
  { name: 'team-blacklist', kind: 'main', world: () => inTeam(), act: tab('blacklist') },
  { name: 'team-import', kind: 'main', world: () => inTeam(), act: tab('import') },
  {
    name: 'team-import-done',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await importFile(page);
      await page.getByTestId('csv-again').waitFor();
    },
  },
  {
    name: 'team-import-stuck',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('import')(page);
      await fail(page, 'admin.import-csv', 'team.unreachable');
      await importFile(page);
      await page.getByTestId('csv-go-on').waitFor();
    },
  },
  { name: 'team-devices', kind: 'main', world: () => inTeam(), act: tab('devices') },
  {
    name: 'team-code',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('devices')(page);
      await page.getByTestId('pairing-extension').fill('103');
      await page.getByTestId('pairing-make').click();
      await page.getByTestId('pairing-code-text').waitFor();
    },
  },
  {
    name: 'team-revoke',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('devices')(page);
      await page.getByTestId('device-revoke').nth(3).click();
    },
  },
  {
    name: 'team-account',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await tab('account')(page);
      await page.getByTestId('team-balance').click();
      await fail(page, 'admin.set-keys', 'api.unauthorized');
      await page.getByTestId('team-key').fill('0123456789abcdef0123');
      await page.getByTestId('team-secret').fill('wrong');
      await page.getByTestId('team-set-keys').click();
    },
  },
  {
    name: 'team-settings',
    kind: 'main',
    world: () => inTeam({ team: teamState({ state: 'failed', error: { code: 'team.replaced', params: {} } }) }),
    act: settingsAt('settings-team-me'),
  },
  {
    name: 'team-settings-alone',
    kind: 'main',
    world: () => alone(),
    act: async (page) => {
      await settingsAt('settings-join')(page);
      await page.getByTestId('settings-join').click();
    },
  },
  { name: 'reminders-list', kind: 'main', world: () => inTeam(), act: open('reminders') },
  {
    name: 'reminders-snooze',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await open('reminders')(page);
      await page.getByTestId('reminder-snooze').first().click();
      await page.getByTestId('reminder-snooze-tomorrow').waitFor();
    },
  },
  {
    name: 'reminders-done',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await open('reminders')(page);
      await page.getByTestId('reminders-view-done').click();
      await page.getByTestId('reminder').first().waitFor();
    },
  },
  { name: 'reminders-empty', kind: 'main', world: () => alone({ reminders: [] }), act: open('reminders') },
  {
    name: 'reminders-error',
    kind: 'main',
    world: () => inTeam({ calls: [talking()] }),
    act: async (page) => {
      await open('reminders')(page);
      await page.evaluate(() => {
        window.fakeMain.fail['reminder.act'] = { code: 'team.offline', params: {} };
      });
      await page.getByTestId('reminder-done').nth(1).click();
    },
  },
  {
    name: 'history-answers',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await open('history')(page);
      await page.getByTestId('history-row').nth(2).click();
      await page.getByTestId('history-answers').waitFor();
      await page.locator('[data-testid=recording-player][data-state=ready] canvas').first().waitFor();
      await page.getByTestId('history-answers').evaluate((element) => element.scrollIntoView({ block: 'end' }));
    },
  },
  {
    name: 'history-block',
    kind: 'main',
    world: () => inTeam({ team: teamState({ role: 'agent' }) }),
    act: async (page) => {
      await open('history')(page);
      await page.getByTestId('history-row').nth(2).click();
      await page.getByTestId('history-block').click();
    },
  },
  { name: 'settings-rules', kind: 'main', world: () => alone(), act: settingsAt('rules-routeToResponsible') },
  {
    name: 'settings-direct',
    kind: 'main',
    world: () =>
      alone({
        settings: { ...appState().settings, publicUrl: 'https://pbx.example.com' },
        statistics: { state: 'filling', until: Date.now() - 40 * 60_000, error: null },
      }),
    act: async (page) => {
      await page.evaluate(() => {
        window.fakeMain.answer['direct.check'] = {
          ...{ state: 'failed', advice: 'tunnel-down', url: 'https://pbx.example.com/megacall', detail: 'HTTP 530' },
        };
      });
      await settingsAt('settings-publicUrl')(page);
      await page.getByTestId('direct-check').click();
      await page.getByTestId('direct-recipes').locator('summary').click();
    },
  },
  {
    name: 'settings-statistics',
    kind: 'main',
    world: () =>
      alone({
        settings: {
          ...DEFAULT_SETTINGS,
          ...{ publicUrl: 'https://pbx.example.com', directUrl: 'https://pbx.example.com/megacall' },
          directFormer: { url: 'https://old.example/hook', notifications: {} },
        },
        statistics: { state: 'failed', until: Date.now() - 3_600_000, error: { code: 'api.rate-limited', params: {} } },
      }),
    act: settingsAt('direct-url'),
  },
  {
    name: 'settings-consent',
    kind: 'main',
    world: () => alone(),
    act: async (page) => {
      await page.evaluate(() => {
        window.fakeMain.answer['direct.register'] = {
          ...{ state: 'needs-consent', present: 'https://other-crm.example/integrations/zadarma/hook?account=4711' },
        };
      });
      await settingsAt('settings-publicUrl')(page);
      await page.getByTestId('direct-register').click();
    },
  },
  {
    name: 'popup-block',
    kind: 'popup',
    height: 400,
    world: () => inTeam({ calls: [ringing()] }),
    act: (page) => page.getByTestId('popup-block').click(),
  },
  {
    name: 'popup-block-ready',
    kind: 'popup',
    world: () => world({ calls: [ringing({ contact: null })] }),
    act: (page) => page.getByTestId('popup-block').waitFor(),
  },
  {
    name: 'contacts-responsible',
    kind: 'main',
    world: () => inTeam(),
    act: async (page) => {
      await open('contacts')(page);
      await page.getByTestId('contact-row').first().click();
      await page.getByTestId('contact-edit').click();
      await page.getByTestId('contact-responsible').selectOption('103');
      await page.getByTestId('contact-responsible').evaluate((element) => element.scrollIntoView({ block: 'center' }));
    },
  },
];
