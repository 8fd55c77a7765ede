// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import {
  caller,
  MARTA,
  NUMBER,
  nobody,
  OWN,
  SALESFORCE,
  several,
  TEMPLATE,
  VIVEROS,
  viewOf,
  withCrm,
  ZOHO,
} from './crm-fixtures.ts';
import { ended, HOSTILE, historyRows, ringing, talking } from './fixtures.ts';
import type { Scene } from './scenes.ts';

const open = (screen: string) => (page: Page) => page.getByTestId(`nav-${screen}`).click();
const visible = (page: Page, id: string) => page.getByTestId(id).filter({ visible: true });

/** The CRMs' own screen, at one of its tabs. */
export const crmTab = (tab: string) => async (page: Page) => {
  await open('settings')(page);
  await page.getByTestId(`settings-crm-${tab}`).click();
  await page.getByTestId('crm').waitFor();
};

export const connector = (id: string) => async (page: Page) => {
  await crmTab('connections')(page);
  await page.getByTestId(`connector-${id}`).click();
  await page.getByTestId('connector-edit').waitFor();
};

const show = (id: string) => (page: Page) =>
  page
    .getByTestId(id)
    .first()
    .evaluate((element) => element.scrollIntoView({ block: 'center' }));

/** What the CRM says comes after the first picture. */
const filledIn = (page: Page) => page.getByTestId('caller-toggle').waitFor();

const details = async (page: Page) => {
  await visible(page, 'caller-toggle').first().click();
  await page.getByTestId('caller-panel').waitFor();
};

const rows = () => {
  const all = historyRows(40);
  const [first, ...rest] = all;
  if (first === undefined) throw new Error('no row');
  const talkedIn = { ...first, call: { ...first.call, ...NUMBER, key: 'pbx:1', phase: 'talking' as const } };
  return [talkedIn, ...rest];
};

const call = { ...NUMBER, networkName: 'ORDONEZ M' };
const reminder = {
  ...{ id: 'r1', number: NUMBER.number, numberText: NUMBER.numberText, did: null, didText: null, contact: null },
  ...{ extension: '104', missedAt: Date.now() - 7_200_000, count: 2, state: 'open', dueAt: 0, closed: null },
} as never;

const signIn =
  (state: 'connecting' | 'failed', code = 'oauth.redirect') =>
  () =>
    withCrm({
      crm: {
        connectors: [
          viewOf(
            SALESFORCE,
            state,
            state === 'failed'
              ? { code: code as 'oauth.redirect', params: { uri: 'http://localhost:17171/oauth/callback' } }
              : null,
          ),
          viewOf(ZOHO, 'sign-in'),
          viewOf(OWN),
          viewOf(TEMPLATE, 'off'),
        ],
      },
    });

export const CRM_SCENES: readonly Scene[] = [
  {
    name: 'crm-popup-one',
    kind: 'popup',
    world: () => withCrm({ calls: [ringing(call)], crm: { callers: { [NUMBER.number]: caller(MARTA) } } }),
    act: filledIn,
  },
  {
    name: 'crm-popup-asking',
    kind: 'popup',
    world: () =>
      withCrm({ calls: [ringing(call)], crm: { callers: { [NUMBER.number]: nobody({ state: 'asking' }) } } }),
    act: filledIn,
  },
  {
    name: 'crm-popup-several',
    kind: 'popup',
    height: 520,
    world: () =>
      withCrm({ calls: [ringing(call)], crm: { callers: { [NUMBER.number]: several(MARTA, VIVEROS) } } }, {}, rows()),
    act: details,
  },
  {
    name: 'crm-popup-create',
    kind: 'popup',
    height: 620,
    world: () => withCrm({ calls: [talking(call)], crm: { callers: { [NUMBER.number]: nobody() } } }),
    act: async (page) => {
      await details(page);
      await page.evaluate(() => {
        window.fakeMain.fail['crm.create'] = {
          code: 'crm.refused',
          params: { message: 'Company is required for leads of this organisation', field: 'Company' },
        };
      });
      await page.getByTestId('crm-create-open').click();
      await page.getByTestId('crm-create-kind-lead').click();
      await page.getByTestId('crm-create-save').click();
    },
  },
  {
    name: 'crm-popup-talking',
    kind: 'popup',
    height: 640,
    world: () =>
      withCrm(
        { calls: [talking(call)], reminders: [reminder], crm: { callers: { [NUMBER.number]: caller(MARTA) } } },
        {},
        rows(),
      ),
    act: details,
  },
  {
    name: 'crm-popup-hostile',
    kind: 'popup',
    height: 560,
    world: () =>
      withCrm({
        calls: [ringing({ ...call, networkName: HOSTILE.markup })],
        crm: {
          callers: {
            [NUMBER.number]: caller({ ...MARTA, name: HOSTILE.long, company: HOSTILE.bidi, email: HOSTILE.long }),
          },
        },
      }),
    act: details,
  },
  {
    name: 'crm-call',
    kind: 'main',
    world: () =>
      withCrm(
        { calls: [talking(call)], reminders: [reminder], crm: { callers: { [NUMBER.number]: caller(MARTA) } } },
        {},
        rows(),
      ),
    act: details,
  },
  {
    name: 'crm-call-failed',
    kind: 'main',
    world: () =>
      withCrm({ calls: [ringing(call)], crm: { callers: { [NUMBER.number]: nobody({ failed: ['zoho'] }) } } }),
  },
  {
    name: 'crm-create',
    kind: 'main',
    world: () => withCrm({ calls: [talking(call)], crm: { callers: { [NUMBER.number]: nobody() } } }, { records: [] }),
    act: async (page) => {
      await details(page);
      await page.getByTestId('crm-create-open').click();
      await page.getByTestId('crm-create-lastName').fill('');
      await page.getByTestId('crm-create-email').fill('marta');
      await page.getByTestId('crm-create-save').click();
    },
  },
  {
    name: 'crm-wrap-up',
    kind: 'main',
    world: () => withCrm({ calls: [talking(call)], crm: { callers: { [NUMBER.number]: caller(MARTA) } } }, {}, rows()),
    act: async (page) => {
      await page.getByTestId('call-card').filter({ visible: true }).waitFor();
      await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ended(call)]);
      await page.evaluate(() => window.fakeMain.setState({ calls: [] }));
      await visible(page, 'outcome').first().waitFor();
      await visible(page, 'outcome').nth(2).click();
    },
  },
  {
    name: 'crm-dialer',
    kind: 'main',
    world: () => withCrm({}, { silent: ['zoho'] }),
    act: async (page) => {
      await page.getByTestId('dialer-input').fill('ma');
      await page.getByText('Marta Ordóñez').first().waitFor();
    },
  },
  {
    name: 'crm-contacts',
    kind: 'main',
    world: () => withCrm({}, { records: [MARTA, VIVEROS], silent: ['own'] }),
    act: async (page) => {
      await open('contacts')(page);
      await page.getByTestId('contacts-search').fill('o');
      await page.getByTestId('contacts-search').fill('or');
      await page.getByTestId('crm-result').first().click();
    },
  },
  {
    name: 'crm-history',
    kind: 'main',
    world: () => withCrm({}, { records: [MARTA, VIVEROS] }, rows().slice(1)),
    act: async (page) => {
      await open('history')(page);
      await page.getByTestId('history-row').filter({ hasText: '600 11 12 22' }).first().click();
      await page.getByTestId('crm-records').waitFor();
    },
  },
  {
    name: 'crm-settings',
    kind: 'main',
    world: () => signIn('failed')(),
    act: async (page) => {
      await open('settings')(page);
      await show('settings-crm-connections')(page);
    },
  },
  {
    name: 'crm-connections-empty',
    kind: 'main',
    world: () => withCrm({ settings: { connectors: [] }, crm: { outbox: { waiting: 0, failed: 0 } } }),
    act: crmTab('connections'),
  },
  {
    name: 'crm-salesforce',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await connector('salesforce')(page);
      await page.getByTestId('crm-test').click();
    },
  },
  {
    name: 'crm-salesforce-connecting',
    kind: 'main',
    world: signIn('connecting'),
    act: async (page) => {
      await connector('salesforce')(page);
      await show('crm-cancel')(page);
    },
  },
  {
    name: 'crm-salesforce-failed',
    kind: 'main',
    world: signIn('failed'),
    act: async (page) => {
      await connector('salesforce')(page);
      await page.evaluate(() => {
        window.fakeMain.fail['crm.connect'] = {
          code: 'oauth.redirect',
          params: { uri: 'http://localhost:17171/oauth/callback' },
        };
      });
      await page.getByTestId('crm-connect').click();
      await show('crm-connect')(page);
    },
  },
  {
    name: 'crm-rewrite',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await connector('salesforce')(page);
      await page.getByTestId('rule-add').click();
      await page.getByTestId('rule-pattern').last().fill('9(.)(.*)x');
      await page.getByTestId('rule-replacement').last().fill('+349\\3');
      await page.getByTestId('rule-try').fill('0911 22 23 33');
      await show('rule-try')(page);
    },
  },
  { name: 'crm-zoho', kind: 'main', world: signIn('failed'), act: connector('zoho') },
  {
    name: 'crm-own',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await connector('own')(page);
      await page.getByTestId('definition').fill('{\n  "version": 1,\n  "name": "Almacén"\n  "baseUrl": 7\n}');
    },
  },
  {
    name: 'crm-own-try',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await connector('own')(page);
      await page.getByTestId('try-operation').selectOption('lookupByNumber');
      await page.getByTestId('try-start').click();
      await page.getByTestId('try-result').waitFor();
      await show('try-result')(page);
    },
  },
  { name: 'crm-template', kind: 'main', world: () => withCrm(), act: connector('3cx') },
  {
    name: 'crm-remove',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await connector('zoho')(page);
      await page.getByTestId('connector-remove').click();
    },
  },
  { name: 'crm-journal', kind: 'main', world: () => withCrm(), act: crmTab('journal') },
  {
    name: 'crm-texts',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await crmTab('journal')(page);
      await page.getByTestId('text-answeredInbound').fill('[DateTime] [Name] ([Nmae]): [Disposition], [Duration]');
      await page.getByTestId('insert-missed').click();
      await page.getByTestId('insert-missed-CallType').waitFor();
    },
  },
  {
    name: 'crm-creation',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await crmTab('creation')(page);
      await page.getByTestId('creation-incoming-answer').click();
    },
  },
  {
    name: 'crm-agents',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await crmTab('agents')(page);
      await page.getByTestId('agent-add').click();
      await page.getByTestId('agent-extension').last().fill('105');
    },
  },
  { name: 'crm-outbox', kind: 'main', world: () => withCrm(), act: crmTab('outbox') },
  {
    name: 'crm-outbox-waiting',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await crmTab('outbox')(page);
      await page.getByTestId('outbox-filter-waiting').click();
    },
  },
  {
    name: 'crm-outbox-empty',
    kind: 'main',
    world: () => withCrm({ crm: { outbox: { waiting: 0, failed: 0 } } }, { outbox: [] }),
    act: crmTab('outbox'),
  },
  {
    name: 'crm-messages',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await open('messages')(page);
      await page.getByTestId('conversation-item').first().click();
      await page
        .getByTestId('message-text')
        .fill(
          'Le esperamos el martes a las diez. Traiga la documentación del vehículo, por favor: permiso de circulación y ficha técnica.',
        );
    },
  },
  { name: 'crm-messages-list', kind: 'main', world: () => withCrm(), act: open('messages') },
  { name: 'crm-messages-empty', kind: 'main', world: () => withCrm({}, { messages: [] }), act: open('messages') },
  {
    name: 'crm-messages-new',
    kind: 'main',
    world: () => withCrm(),
    act: async (page) => {
      await open('messages')(page);
      await page.getByTestId('messages-new').click();
      await page.getByTestId('message-text').fill('Hola');
      await page.getByTestId('message-send').click();
    },
  },
];
