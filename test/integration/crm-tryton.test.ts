// SPDX-License-Identifier: MIT
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pressDialButton, showDialButton } from '../lab/extension-browser.ts';
import { makeParty, notesOf, openParty, partiesOf, signInToTryton } from '../lab/tryton-client.ts';
import {
  answer,
  dialLink,
  eventually,
  hangUp,
  type Office,
  openOffice,
  ring,
  signInToCrm,
  textOf,
} from './crm-tryton-stand.ts';

/** One day with a real CRM: Tryton, the built app, a switch, customers' phones, and the agent's browser. */
const ANA = { name: 'Ana Pérez', kept: '+34 612 345 678', callerId: '34612345678', number: '34612345678' };
/** Her trunk sends the number without the town. */
const LUZ = { name: 'Luz Ortega', kept: '+34 915 551 234', callerId: '5551234', number: '34915551234' };
const NOBODY = { callerId: '34655444333', number: '34655444333' };
const SETUP_MS = 90_000;

let office: Office;
const cards = { ana: '', luz: '' };

beforeAll(async () => {
  office = await openOffice([ANA, LUZ, NOBODY]);
  cards.ana = cardUrl(await makeParty(office.tryton, ANA.name, ANA.kept));
  cards.luz = cardUrl(await makeParty(office.tryton, LUZ.name, LUZ.kept));
  await signInToTryton(office.browser.context, office.tryton);
}, SETUP_MS);
afterAll(() => office?.close(), SETUP_MS);

const cardUrl = (party: string): string => `${office.tryton.url}/#crm/model/party.party/${party}`;
const idOf = (card: string): string => card.split('/').at(-1) ?? '';
const popupText = (id: string) => textOf(office.popup.getByTestId(id));
const openedTimes = (address: string) => async () =>
  (await office.stand.app.openedExternal()).filter((opened) => opened === address).length;
const lastOpened = async () => (await office.stand.app.openedExternal()).at(-1);

it('signs in to the CRM with what the agent types in the settings', async () => {
  expect(await signInToCrm(office)).toBe('Connected as Administrator');
});

it('finds a caller by the whole number, opens the card from the popup, and the note appears on it', async () => {
  const { popup, browser, tryton } = office;
  const call = await ring(office, ANA);
  await eventually(() => popupText('popup-name')).toBe(ANA.name);
  await eventually(() => popupText('popup-crm')).toBe('Contact');
  await popup.getByTestId('popup-crm').click();
  await eventually(lastOpened).toBe(cards.ana);
  const card = await openParty(browser.context, cards.ana);
  await eventually(card.name).toBe(ANA.name);

  await answer(office, ANA, call);
  await popup.getByTestId('caller-toggle').click();
  await popup.getByTestId('history-note').fill('Wants an offer for 20 seats');
  await eventually(() => popupText('note-state')).toBe('Saved');
  await hangUp(office, ANA, call);

  const written = [
    expect.stringMatching(/answered incoming call from \+34612345678 Ana Pérez.*Wants an offer for 20 seats/s),
  ];
  await eventually(() => notesOf(tryton, idOf(cards.ana))).toEqual(written);
  await card.page.reload();
  expect(await card.notes()).toEqual(written);
  await card.page.close();
});

it('finds a caller by the last seven digits', async () => {
  const { popup, browser, tryton } = office;
  const call = await ring(office, LUZ);
  await eventually(() => popupText('popup-name')).toBe(LUZ.name);
  await popup.getByTestId('popup-crm').click();
  await eventually(lastOpened).toBe(cards.luz);
  const card = await openParty(browser.context, cards.luz);
  await eventually(card.name).toBe(LUZ.name);
  await card.page.close();
  await answer(office, LUZ, call);
  await hangUp(office, LUZ, call);
  await eventually(() => notesOf(tryton, idOf(cards.luz))).toEqual([
    expect.stringContaining('answered incoming call from 5551234 Luz Ortega'),
  ]);
});

it('makes one party of a caller nobody knows, and leads to it from the history and the next call', async () => {
  const { main, popup, browser, tryton } = office;
  const number = `+${NOBODY.number}`;
  const call = await ring(office, NOBODY);
  await eventually(() => popupText('popup-company')).toBe('Not in Tryton');
  await answer(office, NOBODY, call);
  expect(await partiesOf(tryton, number)).toEqual([]);
  await hangUp(office, NOBODY, call);

  await eventually(async () => (await partiesOf(tryton, number)).length).toBe(1);
  const [party = ''] = await partiesOf(tryton, number);
  const note = expect.stringContaining(`answered incoming call from ${number}`);
  await eventually(() => notesOf(tryton, party)).toEqual([note]);
  await main.getByTestId('nav-history').click();
  await main.getByTestId('history-row').first().click();
  await main.getByTestId('history-detail').getByTestId('crm-record').click();
  await eventually(lastOpened).toBe(cardUrl(party));
  const card = await openParty(browser.context, cardUrl(party));
  await eventually(card.name).toBe(number);
  await eventually(() => card.links.count()).toBe(1);
  await card.page.close();

  const again = await ring(office, NOBODY);
  await popup.getByTestId('popup-crm').click();
  await eventually(openedTimes(cardUrl(party))).toBe(2);
  await answer(office, NOBODY, again);
  await hangUp(office, NOBODY, again);
  // The journal comes after whatever would make a record.
  await eventually(() => notesOf(tryton, party)).toEqual([note, note]);
  expect(await partiesOf(tryton, number)).toEqual([party]);
});

it('dials a telephone link of the card', async () => {
  const { browser } = office;
  const card = await openParty(browser.context, cards.ana);
  const before = browser.handedOver().length;
  await card.links.click();
  await eventually(() => browser.handedOver().length).toBe(before + 1);
  const link = browser.handedOver().at(-1) ?? '';
  // As Tryton writes it, and as the browser hands it on.
  expect(link).toBe('tel:+34%20612%2034%2056%2078');
  await dialLink(office, link, ANA, '612 34 56 78');
  await card.page.close();
});

it('dials by the button that the extension puts beside a number of the card', async () => {
  const { browser } = office;
  const card = await openParty(browser.context, cards.luz);
  const before = browser.handedOver().length;
  await showDialButton(card.page, '+34 915 55 12 34');
  await pressDialButton(card.page);
  await eventually(() => browser.handedOver().length).toBe(before + 1);
  const link = browser.handedOver().at(-1) ?? '';
  expect(link).toBe('tel:+34915551234');
  await dialLink(office, link, LUZ, '915 55 12 34');
  await card.page.close();
});
