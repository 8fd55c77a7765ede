// SPDX-License-Identifier: MIT
/** CRMs in the settings, on real Chromium with a fake main: what a person does, and what main is asked. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LUIS, OWN, SALESFORCE, viewOf, withCrm } from '../ui/crm-fixtures.ts';
import { connector, crmTab } from '../ui/crm-scenes.ts';
import type { World } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const windows = useWindows();

const open = (kind: 'main' | 'popup', behind: World, options = kind === 'popup' ? { width: 360, height: 620 } : {}) =>
  windows(kind, behind, options);

const text = (page: Page, id: string) => page.getByTestId(id).filter({ visible: true }).first().textContent();

const saved = async (page: Page) =>
  (await asked(page, 'settings.set')).at(-1)?.[0] as { crm: World['state']['settings']['crm'] };

describe('setting up', () => {
  test('adds, renames, orders, switches off and removes a CRM, asking before the last', async () => {
    const page = await open('main', withCrm({ settings: { connectors: [] } }));
    await crmTab('connections')(page);
    for (const choice of ['zoho', 'own-tryton']) {
      await page.getByTestId('crm-add').click();
      await page.getByTestId(`crm-add-${choice}`).click();
      await page.getByTestId('connector-edit').waitFor();
    }
    await eventually(async () => (await saved(page)).crm.connectors.map(({ id }) => id)).toEqual(['zoho', 'own']);
    expect((await saved(page)).crm.connectors[0]?.match).toEqual({ strategy: 'exact', digits: 7 });
    expect((await saved(page)).crm.connectors[1]?.options.definition).toMatchObject({ name: 'Tryton', version: 1 });
    await page.getByTestId('connector-name').fill('Almacén');
    await page.getByTestId('connector-name').press('Enter');
    await page.getByTestId('connector-up').click();
    await eventually(async () => (await saved(page)).crm.connectors.map(({ name }) => name)).toEqual([
      'Almacén',
      'Zoho CRM',
    ]);
    await page.getByTestId('connector-zoho-on').click({ force: true });
    await eventually(async () => (await saved(page)).crm.connectors.map(({ enabled }) => enabled)).toEqual([
      true,
      false,
    ]);
    await page.getByTestId('connector-remove').click();
    expect((await saved(page)).crm.connectors).toHaveLength(2);
    await page.getByTestId('connector-remove-confirm-yes').click();
    await eventually(async () => (await saved(page)).crm.connectors.map(({ id }) => id)).toEqual(['zoho']);
  });

  test('connects Salesforce in the browser: its addresses, waiting, giving up, and why it failed', async () => {
    const page = await open(
      'main',
      withCrm({ crm: { connectors: [viewOf(SALESFORCE, 'sign-in')] }, settings: { connectors: [SALESFORCE] } }),
    );
    await connector('salesforce')(page);
    expect(await text(page, 'crm-redirects')).toContain('http://localhost:17171/oauth/callback');
    await page.getByTestId('crm-connect').click();
    await eventually(() => text(page, 'crm-connecting')).toContain('Waiting for the browser');
    await page.getByTestId('crm-cancel').click();
    expect(await asked(page, 'crm.cancel')).toEqual([['salesforce']]);
    await page.evaluate(() => {
      window.fakeMain.fail['crm.connect'] = {
        code: 'oauth.redirect',
        params: { uri: 'http://localhost:17171/oauth/callback' },
      };
    });
    await page.getByTestId('crm-connect').click();
    await page.getByText('The callback address is not registered in the CRM.').waitFor();
    // What is typed for the keychain is sent once and not kept in the window.
    await page.getByTestId('secret-clientSecret').fill('s3cret');
    await page.getByTestId('secret-clientSecret-save').click();
    await eventually(() => asked(page, 'crm.secrets')).toEqual([['salesforce', { clientSecret: 's3cret' }]]);
    await eventually(() => page.getByTestId('secret-clientSecret').inputValue()).toBe('');
    expect(JSON.stringify(await asked(page, 'settings.set'))).not.toContain('s3cret');
  });

  test('tests a connection and says as whom', async () => {
    const page = await open('main', withCrm());
    await connector('salesforce')(page);
    await page.getByTestId('crm-test').click();
    await eventually(() => text(page, 'crm-test-result')).toBe('Connected as Ana Ruiz');
  });

  test('saves rewriting rules when all can be used, tells what is wrong beside one, and tries a number', async () => {
    const page = await open('main', withCrm({ settings: { connectors: [OWN] } }));
    await connector('own')(page);
    await page.getByTestId('rule-add').click();
    await page.getByTestId('rule-pattern').fill('0(.*)x');
    await page.getByTestId('rule-replacement').fill('+34\\1');
    await page.getByTestId('rule-replacement').press('Enter');
    expect(await text(page, 'rule-problem')).toContain('A pattern is digits');
    expect(await asked(page, 'settings.set')).toEqual([]);
    await page.getByTestId('rule-pattern').fill('0(.*)');
    await page.getByTestId('rule-try').fill('0 911 22 23 33');
    await eventually(async () => (await saved(page)).crm.connectors[0]?.rewrite).toEqual([
      { pattern: '0(.*)', replacement: '+34\\1' },
    ]);
    expect(await text(page, 'rule-result')).toContain('+34911222333');
    await page.getByTestId('connector-strategy-exact').click();
    await eventually(async () => (await saved(page)).crm.connectors[0]?.match.strategy).toBe('exact');
    expect((await saved(page)).crm.connectors[0]?.rewrite).toHaveLength(1);
  });

  test('an own CRM: a mistake has its line, a try shows what went and came, secrets go to the keychain', async () => {
    const page = await open('main', withCrm());
    await connector('own')(page);
    await page.getByTestId('try-operation').selectOption('lookupByNumber');
    await page.getByTestId('try-number').fill('911 22 23 33');
    await page.getByTestId('try-start').click();
    await eventually(() => text(page, 'try-verdict')).toBe('Works: 1 record read · status 200');
    expect(await text(page, 'try-result')).toContain('GET https://crm.example/api/contacts?number=%2B34911222333');
    expect((await asked(page, 'crm.try'))[0]).toMatchObject([
      { connector: 'own', operation: 'lookupByNumber', values: { e164: '+34911222333', tail: '1222333' } },
    ]);
    await page.getByTestId('secret-token').fill('abc');
    await page.getByTestId('secret-token').press('Enter');
    await eventually(() => asked(page, 'crm.secrets')).toEqual([['own', { token: 'abc' }]]);

    await page.getByTestId('definition').fill('{\n  "version": 1,\n  "name": }');
    expect(await text(page, 'definition-problem')).toBe(
      'Line 3, column 11: a value is missing here, or something else is no JSON.',
    );
    expect(await page.getByTestId('definition-save').isDisabled()).toBe(true);
    await page.getByTestId('definition').fill('{ "version": 1 }');
    await page.getByTestId('definition-save').click();
    await eventually(async () => (await saved(page)).crm.connectors[2]?.options.definition).toEqual({ version: 1 });
    // Main looks deeper: the place of what it does not like is found in the text.
    await page.evaluate(() => {
      const { crm } = window.fakeMain.state;
      const error = { code: 'crm.definition' as const, params: { reason: 'version: Invalid input' } };
      const connectors = crm.connectors.map((one) =>
        one.id === 'own' ? { ...one, state: 'failed' as const, error } : one,
      );
      window.fakeMain.setState({ crm: { ...crm, connectors } });
    });
    await eventually(() => text(page, 'definition-problem')).toContain(
      'Line 2. The definition of this CRM has a mistake',
    );
  });

  test('a 3CX template is read from its file, its form filled in', async () => {
    const page = await open('main', withCrm({ settings: { connectors: [] } }));
    await crmTab('connections')(page);
    await page.getByTestId('crm-add-file').setInputFiles({
      name: 'Pipedrive.xml',
      mimeType: 'text/xml',
      buffer: Buffer.from('<Crm Name="Pipedrive"/>'),
    });
    await eventually(() => text(page, 'template-name')).toBe('Pipedrive · 3');
    expect(await text(page, 'template-unsupported')).toContain('SQLDatabase');
    await page.getByTestId('parameter-Domain').fill('company');
    await page.getByTestId('parameter-Domain').press('Enter');
    await page.getByTestId('parameter-As').selectOption('Activity');
    await page.getByTestId('parameter-Calls').click({ force: true });
    await eventually(async () => (await saved(page)).crm.connectors[0]?.options).toMatchObject({
      xml: '<Crm Name="Pipedrive"/>',
      parameters: { Domain: 'company', As: 'Activity', Calls: 'False' },
    });
    await page
      .getByTestId('template-input')
      .setInputFiles({ name: 'x.xml', mimeType: 'text/xml', buffer: Buffer.from('x') });
    await page.getByText('This template cannot be used').waitFor();
  });
});

describe('what is written', () => {
  test('a text takes variables from the menu, shows how it reads and what is no variable, and can be reset', async () => {
    const page = await open('main', withCrm());
    await crmTab('journal')(page);
    expect(await text(page, 'preview-missed')).toContain('missed call from +34911222333 Clara Ibáñez');
    await page.getByTestId('text-missed').fill('Missed: ');
    await page.getByTestId('insert-missed').click();
    await page.getByTestId('insert-missed-Number').click();
    await eventually(() => page.getByTestId('text-missed').inputValue()).toBe('Missed: [Number]');
    await eventually(async () => (await saved(page)).crm.journal.texts?.missed).toBe('Missed: [Number]');
    expect(await text(page, 'preview-missed')).toBe('Missed: +34911222333');
    await page.getByTestId('text-missed').fill('[Numbr]');
    expect(await text(page, 'unknown-missed')).toContain('[Numbr]');
    await page.getByTestId('text-missed').blur();
    await page.getByTestId('texts-reset').click();
    await page.getByTestId('texts-reset-confirm-yes').click();
    await eventually(async () => (await saved(page)).crm.journal.texts).toBeNull();
    await eventually(() => page.getByTestId('text-missed').inputValue()).toContain('[DateTime]');
  });

  test('outcomes are kept one a line, without empty or double ones', async () => {
    const page = await open('main', withCrm());
    await crmTab('journal')(page);
    await page.getByTestId('outcomes').fill('Sale, big\n\nNo\nNo\n');
    await page.getByTestId('outcomes').blur();
    await eventually(async () => (await saved(page)).crm.outcomes).toEqual(['Sale, big', 'No']);
    await page.getByTestId('outcomes').fill('x'.repeat(61));
    await page.getByTestId('outcomes').blur();
    await page.getByText('An outcome has at most 60 characters.').waitFor();
  });

  test('records are made by themselves as chosen', async () => {
    const page = await open('main', withCrm());
    await crmTab('creation')(page);
    await page.getByTestId('creation-incoming-answer').click();
    await page.getByTestId('creation-incoming-kind-lead').click();
    await page.getByTestId('creation-connector').selectOption('zoho');
    await eventually(async () => (await saved(page)).crm.autoCreate).toMatchObject({
      connector: 'zoho',
      incoming: { when: 'answer', kind: 'lead' },
      outgoing: { when: 'off' },
    });
  });

  test('an agent is found by e-mail or chosen; a row that is not complete is not saved', async () => {
    const page = await open('main', withCrm());
    await crmTab('agents')(page);
    await eventually(() =>
      page.getByTestId('agent-user-salesforce').first().locator('option').first().textContent(),
    ).toBe('By e-mail: Ana Ruiz');
    await page.getByTestId('agent-user-zoho').first().selectOption(LUIS.id);
    await eventually(async () => (await saved(page)).crm.agents[0]?.userIds).toEqual({ zoho: LUIS.id });
    await page.getByTestId('agent-add').click();
    await page.getByTestId('agent-extension').last().fill('105');
    await page.getByTestId('agent-extension').last().blur();
    expect(await page.getByText('Is there twice').count()).toBe(2);
    expect((await saved(page)).crm.agents).toHaveLength(2);
    await page.getByTestId('agent-extension').last().fill('106');
    await page.getByTestId('agent-extension').last().blur();
    await eventually(async () => (await saved(page)).crm.agents.map(({ extension }) => extension)).toEqual([
      '104',
      '105',
      '106',
    ]);
  });
});

describe('the outbox', () => {
  test('says why, tries again and drops after a question; the badge goes with the last refusal', async () => {
    const page = await open('main', withCrm());
    expect(await text(page, 'outbox-badge')).toContain('2');
    await crmTab('outbox')(page);
    await eventually(() => text(page, 'outbox-why')).toContain('does not match filter criteria. · OwnerId');
    await page.getByTestId('outbox-drop').last().click();
    expect(await asked(page, 'outbox.drop')).toEqual([]);
    await page.getByTestId('outbox-drop-confirm-yes').click();
    await eventually(() => asked(page, 'outbox.drop')).toEqual([[8]]);
    await eventually(() => page.getByTestId('outbox-row').count()).toBe(1);
    await page.getByTestId('outbox-retry-all').click();
    await eventually(() => asked(page, 'outbox.retry')).toEqual([[null]]);
    await eventually(() => page.getByTestId('outbox-badge').count()).toBe(0);
    await page.getByTestId('outbox-filter-waiting').click();
    await eventually(() => page.getByTestId('outbox-row').count()).toBe(3);
  });

  test('every reason main gives has its words', async () => {
    const { en } = await import('../../src-renderer/i18n/en.ts')
      .then(async () => import('../../src-renderer/i18n/screens.ts'))
      .then(({ screens }) => screens);
    const { FAILURES } = await import('../../src-renderer/features/crm/settings/failure-text.ts');
    for (const failure of FAILURES) expect(Object.keys(en.crmSet)).toContain(`failure-${failure}`);
  });
});

describe('every screen of the CRMs', () => {
  test.each(['connections', 'journal', 'creation', 'agents', 'outbox'])(
    '%s: names everything it can do, and scrolls inside only',
    async (tab) => {
      const page = await open('main', withCrm(), { width: 400, height: 620 });
      await crmTab(tab)(page);
      if (tab === 'connections') await page.getByTestId('connector-salesforce').click();
      await page.waitForTimeout(100);
      expect(await nameless(page)).toEqual([]);
      const [height, width] = await page.evaluate(() => [
        document.documentElement.scrollHeight,
        document.documentElement.scrollWidth,
      ]);
      expect([height, width]).toEqual([620, 400]);
    },
  );
});
