// SPDX-License-Identifier: MIT
/** CRMs and text messages in the windows, on real Chromium with a fake main: what a person does, and what main is asked. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { caller, MARTA, NUMBER, nobody, several, VIVEROS, withCrm } from '../ui/crm-fixtures.ts';
import { CLARA, ended, HOSTILE, historyRows, ringing, talking, type World } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const windows = useWindows();

const open = (kind: 'main' | 'popup', behind: World, options = kind === 'popup' ? { width: 360, height: 620 } : {}) =>
  windows(kind, behind, options);

const text = (page: Page, id: string) => page.getByTestId(id).filter({ visible: true }).first().textContent();
const click = (page: Page, id: string) => page.getByTestId(id).filter({ visible: true }).first().click();

const CALL = { ...NUMBER, networkName: 'ORDONEZ M' };
const calling = (view: ReturnType<typeof caller> | null, call = ringing(CALL)) =>
  withCrm({ calls: [call], crm: { callers: view === null ? {} : { [NUMBER.number]: view } } });

/** The live call's own row, so that it has a place for a note and an outcome. */
const liveRow = () => {
  const [first, ...rest] = historyRows(12);
  if (first === undefined) throw new Error('no row');
  return [{ ...first, id: 90, call: { ...first.call, ...NUMBER, key: 'pbx:1', phase: 'talking' as const } }, ...rest];
};

describe('a caller', () => {
  test('is named in the popup as soon as a CRM knows them, and the card keeps its size and its focus', async () => {
    const page = await open('popup', calling(null));
    await eventually(() => text(page, 'popup-name')).toBe('ORDONEZ M');
    const height = (await page.getByTestId('popup-call').boundingBox())?.height;
    await eventually(() => page.getByTestId('popup-answer').evaluate((el) => el === document.activeElement)).toBe(true);

    const show = (view: ReturnType<typeof caller>) =>
      page.evaluate(
        ([number, one]) => {
          const { crm } = window.fakeMain.state;
          window.fakeMain.setState({ crm: { ...crm, callers: { [number]: one } } });
        },
        [NUMBER.number, view] as const,
      );
    await show(nobody({ state: 'asking' }));
    await eventually(() => text(page, 'popup-company')).toBe('Asking the CRMs…');
    await show(caller(MARTA));
    await eventually(() => text(page, 'popup-name')).toBe('Marta Ordóñez');
    expect(await text(page, 'popup-company')).toBe('Viveros Ordóñez · Ana Ruiz');
    expect(await text(page, 'popup-number')).toBe('600 11 12 22');
    expect((await page.getByTestId('popup-call').boundingBox())?.height).toBe(height);
    expect(await page.getByTestId('popup-answer').evaluate((el) => el === document.activeElement)).toBe(true);

    expect(await text(page, 'popup-crm')).toBe('Lead');
    await page.getByTestId('popup-crm').click();
    expect(await asked(page, 'link.open')).toEqual([[MARTA.url]]);
  });

  test('of our own contacts keeps the name we have for them', async () => {
    const page = await open('popup', calling(caller(MARTA), ringing({ ...CALL, contact: CLARA })));
    await eventually(() => text(page, 'popup-crm')).toBe('Lead');
    expect(await text(page, 'popup-name')).toBe('Clara Ibáñez');
  });

  test('whom no CRM can be asked about is said in quiet words', async () => {
    const page = await open('popup', calling(nobody({ failed: ['zoho'] })));
    await eventually(() => text(page, 'popup-company')).toBe('Zoho CRM does not answer');
  });

  test('who is one of several is chosen once', async () => {
    const page = await open('popup', calling(several(MARTA, VIVEROS)));
    await eventually(() => text(page, 'popup-company')).toBe('2 matches');
    await click(page, 'caller-toggle');
    await eventually(() => page.getByTestId('crm-choose').count()).toBe(2);
    await page.getByRole('button', { name: 'It is Marta Ordóñez' }).click();
    expect(await asked(page, 'crm.choose')).toEqual([
      [NUMBER.number, { connector: 'salesforce', kind: 'lead', id: MARTA.id }],
    ]);
    await eventually(() => text(page, 'popup-name')).toBe('Marta Ordóñez');
    // Escape closes what is open, and gives the keyboard back.
    await page.keyboard.press('Escape');
    await eventually(() => page.getByTestId('caller-panel').count()).toBe(0);
    expect(await page.getByTestId('caller-toggle').evaluate((el) => el === document.activeElement)).toBe(true);
    expect(await asked(page, 'window.close')).toEqual([]);
  });

  test('a hostile record is text, and never wider than the window', async () => {
    const record = { ...MARTA, name: HOSTILE.markup, company: HOSTILE.long, email: HOSTILE.bidi, url: null };
    const page = await open('popup', calling(caller(record)));
    await eventually(() => text(page, 'popup-name')).toBe(HOSTILE.markup);
    await click(page, 'caller-toggle');
    await page.getByTestId('crm-record').waitFor();
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await nameless(page)).toEqual([]);
  });

  test('whose number is the name of something every object has is nobody', async () => {
    const page = await open(
      'popup',
      calling(null, ringing({ ...CALL, number: 'constructor', numberText: 'constructor' })),
    );
    await eventually(() => text(page, 'popup-name')).toBe('ORDONEZ M');
    expect(await page.getByTestId('caller-toggle').count()).toBe(0);
  });
});

describe('a new record', () => {
  const creating = async (page: Page) => {
    await click(page, 'caller-toggle');
    await page.getByTestId('crm-create-open').click();
  };

  test('is made from the popup with the number filled in; what the CRM objects to stands at its field', async () => {
    const page = await open('popup', calling(nobody(), talking(CALL)));
    await page.getByTestId('caller-toggle').waitFor();
    await creating(page);
    expect(await page.getByTestId('crm-create-number').inputValue()).toBe(NUMBER.number);
    expect(await page.getByTestId('crm-create-lastName').inputValue()).toBe('M');
    await page.evaluate(() => {
      window.fakeMain.fail['crm.create'] = {
        code: 'crm.refused',
        params: { message: 'Company is required', field: 'Company' },
      };
    });
    await page.getByTestId('crm-create-kind-lead').click();
    await page.getByTestId('crm-create-save').click();
    await eventually(() => page.getByTestId('crm-create-company').getAttribute('aria-invalid')).toBe('true');
    await eventually(() => page.getByTestId('crm-create-company').evaluate((el) => el === document.activeElement)).toBe(
      true,
    );
    expect(await page.getByText('Company is required').count()).toBe(1);

    await page.evaluate(() => {
      delete window.fakeMain.fail['crm.create'];
    });
    await page.keyboard.type('Viveros');
    await page.keyboard.press('Enter');
    await eventually(async () => (await asked(page, 'crm.create')).at(-1)).toEqual([
      'salesforce',
      {
        ...{ kind: 'lead', firstName: 'ORDONEZ', lastName: 'M', email: '', company: 'Viveros' },
        ...{ number: NUMBER.number, ownerId: '' },
      },
    ]);
    await eventually(() => text(page, 'popup-name')).toBe('ORDONEZ M');
    await eventually(() => page.getByTestId('crm-create').count()).toBe(0);
  });

  test('of the main window is a dialog: another CRM, another kind, mistakes before anything is sent', async () => {
    const me = { extension: '104', name: 'Ana Ruiz', email: '', userIds: { own: 'u1', salesforce: 'u2' } };
    const callers = { [NUMBER.number]: nobody() };
    const page = await open('main', withCrm({ calls: [talking(CALL)], crm: { callers }, settings: { agents: [me] } }));
    await creating(page);
    await page.getByTestId('crm-create-dialog').waitFor();
    await page.getByTestId('crm-create-connector').selectOption('own');
    await page.getByTestId('crm-create-kind-company').click();
    expect(await page.getByTestId('crm-create-email').count()).toBe(0);
    await page.getByTestId('crm-create-save').click();
    expect(await page.getByText('Enter a name.').count()).toBe(1);
    expect(await asked(page, 'crm.create')).toEqual([]);
    await page.getByTestId('crm-create-company').fill('Viveros');
    await page.getByTestId('crm-create-save').click();
    await eventually(() => page.getByTestId('crm-create-dialog').count()).toBe(0);
    expect((await asked(page, 'crm.create'))[0]).toMatchObject([
      'own',
      { kind: 'company', company: 'Viveros', lastName: '', ownerId: 'u1' },
    ]);
  });
});

describe('after a call', () => {
  test('outcome and note are asked for in its place, and wait until the agent is done', async () => {
    const behind = withCrm({ calls: [talking(CALL)] }, {}, liveRow());
    const page = await open('main', behind);
    await page.getByTestId('call-card').filter({ visible: true }).waitFor();
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [ended(CALL)]);
    await page.evaluate(() => window.fakeMain.setState({ calls: [] }));
    await page.getByTestId('outcome').first().waitFor();
    await page.getByRole('button', { name: 'Venta' }).click();
    await eventually(() => asked(page, 'history.outcome')).toEqual([[90, 'Venta']]);
    await eventually(() => page.getByRole('button', { name: 'Venta' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByTestId('history-note').fill('Wants an offer');
    await eventually(() => asked(page, 'history.note')).toEqual([[90, 'Wants an offer']]);
    await page.getByTestId('wrap-up-done').click();
    await eventually(() => page.getByTestId('wrap-up').count()).toBe(0);
  });

  test('nothing is asked for a call nobody answered, nor where no outcomes are set up', async () => {
    const page = await open('main', withCrm({ calls: [ringing(CALL)] }, {}, liveRow()));
    await page.getByTestId('call-card').filter({ visible: true }).waitFor();
    const missed = { ...ended(CALL), answeredAt: null, disposition: 'no-answer' as const };
    await page.evaluate((calls) => window.fakeMain.setState({ calls }), [missed]);
    await page.evaluate(() => window.fakeMain.setState({ calls: [] }));
    await page.getByText('No call right now').waitFor();
    expect(await page.getByTestId('wrap-up').count()).toBe(0);
  });

  test('the page of a call has its record, its outcome and the way to a new record', async () => {
    const page = await open('main', withCrm({}, { records: [] }));
    await page.getByTestId('nav-history').click();
    await page.getByTestId('history-row').filter({ hasText: '600 11 12 22' }).first().click();
    await eventually(() => text(page, 'crm-none')).toBe('Not in the CRMs');
    await page.getByTestId('crm-create-open').click();
    await page.getByTestId('crm-create-lastName').fill('Ordóñez');
    await page.getByTestId('crm-create-save').click();
    await eventually(() => text(page, 'crm-record')).toContain('Ordóñez');
    await page.getByRole('button', { name: 'Sin interés' }).click();
    await eventually(async () => (await asked(page, 'history.outcome')).length).toBe(1);
  });
});

describe('searching', () => {
  test('in the dialer finds records under the local hits, by the keyboard, and says who does not answer', async () => {
    const page = await open('main', withCrm({}, { silent: ['zoho'] }));
    await page.getByTestId('dialer-input').fill('ma');
    const options = page.getByTestId('dialer-suggestions').getByRole('option');
    await eventually(() => options.count()).toBe(2);
    expect(await options.last().textContent()).toContain('Salesforce · Lead · Viveros Ordóñez · Ana Ruiz');
    expect(await text(page, 'dialer-suggestions-note')).toBe('Zoho CRM does not answer');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.getByTestId('dialer-input').inputValue()).toBe('+34600111222');
    expect(await asked(page, 'call.dial')).toEqual([]);
  });

  test('in the contacts shows a record with its numbers, and takes it over', async () => {
    const page = await open('main', withCrm({}, { silent: ['own'] }));
    await page.getByTestId('nav-contacts').click();
    await page.getByTestId('contacts-search').fill('marta');
    await eventually(() => text(page, 'crm-search-state')).toBe('Almacén does not answer');
    await page.getByTestId('crm-result').click();
    await page.getByTestId('crm-record-card').waitFor();
    await page.getByTestId('crm-record-open').click();
    expect(await asked(page, 'link.open')).toEqual([[MARTA.url]]);
    await page.getByTestId('crm-record-add').click();
    expect(await page.getByTestId('contact-name').inputValue()).toBe('Marta Ordóñez');
    expect(await page.getByTestId('contact-number-1').inputValue()).toBe('+34600111222');
  });

  test('asks no CRM for one letter, nor where none is connected', async () => {
    const page = await open('main', withCrm());
    await page.getByTestId('dialer-input').fill('m');
    await page.getByTestId('dialer-input').fill('marta');
    await eventually(async () => (await asked(page, 'crm.search')).length).toBe(1);
    const without = await open('main', withCrm({ settings: { connectors: [] } }));
    await without.getByTestId('dialer-input').fill('clara');
    await without.getByTestId('dialer-suggestions').waitFor();
    expect(await asked(without, 'crm.search')).toEqual([]);
  });
});

describe('messages', () => {
  test('a conversation is read and answered by the keyboard; one that failed is sent again', async () => {
    const page = await open('main', withCrm());
    await page.getByTestId('nav-messages').click();
    await page.getByTestId('conversation-item').first().click();
    await eventually(() => page.getByTestId('message').count()).toBe(4);
    expect(await page.getByTestId('message').last().getAttribute('data-state')).toBe('failed');
    await page.getByTestId('message-again').click();
    await eventually(() => asked(page, 'messages.send')).toEqual([[NUMBER.number, 'De acuerdo. Hasta el martes.']]);
    await page.getByTestId('message-text').fill('Hola\u{1F44B}');
    expect(await text(page, 'message-count')).toBe('6 characters · 1 message');
    await page.getByTestId('message-text').press('Enter');
    await eventually(() => page.getByTestId('message').count()).toBe(6);
    expect(await page.getByTestId('message-text').inputValue()).toBe('');
  });

  test('what is being written is there again after another screen', async () => {
    const page = await open('main', withCrm());
    await page.getByTestId('nav-messages').click();
    await page.getByTestId('conversation-item').nth(1).click();
    await page.getByTestId('message-text').fill('Mañana');
    await page.getByTestId('nav-phone').click();
    await page.getByTestId('nav-messages').click();
    await eventually(() => page.getByTestId('message-text').inputValue()).toBe('Mañana');
  });

  test('a new one begins from a contact, a call or a number', async () => {
    const page = await open('main', withCrm());
    await page.getByTestId('nav-contacts').click();
    await page.getByTestId('contact-row').first().click();
    await page.getByTestId('contact-message').first().click();
    await eventually(() => page.getByTestId('conversation').getAttribute('aria-label')).toBe(
      'Messages with Clara Ibáñez',
    );
    await page.getByTestId('nav-history').click();
    await page.getByTestId('history-row').filter({ hasText: 'Jordi Puig' }).first().click();
    await page.getByTestId('history-message').click();
    await page.getByTestId('conversation').waitFor();
    await page.getByTestId('messages-new').click();
    await page.getByTestId('message-text').fill('Hola');
    await page.getByTestId('message-send').click();
    await page.getByText('Enter a telephone number.').waitFor();
    await page.getByTestId('message-to').fill('655 11 22 33');
    await page.getByTestId('message-send').click();
    await eventually(() => asked(page, 'messages.send')).toEqual([['+34655112233', 'Hola']]);
    await page.getByTestId('conversation').waitFor();
  });

  test('has no screen where there are none and nothing can be sent', async () => {
    const off = { ...withCrm().state.team, state: 'failed' as const };
    const page = await open('main', withCrm({ team: off }, { messages: [] }));
    await page.getByTestId('nav-history').waitFor();
    expect(await page.getByTestId('nav-messages').count()).toBe(0);
  });
});
