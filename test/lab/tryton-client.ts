// SPDX-License-Identifier: MIT
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Tryton } from './tryton.ts';

/** Tryton's own web client in the agent's browser: what a person does and sees there. */
export type PartyCard = {
  readonly page: Page;
  /** The field `Name` of the form. */
  name(): Promise<string>;
  /** The telephone links of the contact mechanisms. */
  readonly links: Locator;
  /** Opens the notes of this card and reads them, newest first. */
  notes(): Promise<readonly string[]>;
};

/** Signs in once, in the client's own dialogs; later pages of this browser know it. */
export async function signInToTryton(context: BrowserContext, { url, user, password }: Tryton): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/#crm`);
  await page.getByPlaceholder('User name').fill(user);
  await page.getByRole('button', { name: 'Login' }).click();
  await page.locator('input[type=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('#user-logout').waitFor();
  await page.getByText('Administrator').waitFor();
  await page.close();
}

/** Opens the address as the browser does when a program hands it one: in a page of its own. */
export async function openParty(context: BrowserContext, address: string): Promise<PartyCard> {
  const page = await context.newPage();
  await page.goto(address);
  const field = page.getByLabel('Name:', { exact: true });
  await field.waitFor();
  return {
    page,
    name: () => field.inputValue(),
    links: page.locator('a[href^="tel:"]').filter({ visible: true }),
    async notes() {
      await page.getByTitle(/^Note \(/).click();
      const dialog = page.locator('.modal').filter({ visible: true, hasText: 'Notes (' });
      await dialog.locator('tbody tr').first().waitFor();
      const texts = await dialog.locator('tbody tr td[data-title^="Message"]').allTextContents();
      await dialog.getByRole('button', { name: 'OK' }).click();
      return texts;
    },
  };
}

/** A party with its telephone numbers; answers its id. */
export async function makeParty(tryton: Tryton, name: string, ...phones: string[]): Promise<string> {
  const mechanisms = phones.map((value) => ({ type: 'phone', value }));
  const values = { name, contact_mechanisms: [['create', mechanisms]] };
  const [id] = await tryton.rpc<number[]>('model.party.party.create', [values], {});
  return String(id);
}

/** Ids of the parties that have exactly this number. */
export async function partiesOf(tryton: Tryton, number: string): Promise<readonly string[]> {
  const domain = [['value_compact', '=', number]];
  const found = await tryton.rpc<{ party: number }[]>(
    'model.party.contact_mechanism.search_read',
    ...[domain, 0, null, null, ['party'], {}],
  );
  return found.map(({ party }) => String(party));
}

/** What stands in the notes of a party, as the server keeps it. */
export async function notesOf(tryton: Tryton, party: string): Promise<readonly string[]> {
  const domain = [['resource', '=', `party.party,${party}`]];
  const found = await tryton.rpc<{ message: string }[]>(
    'model.ir.note.search_read',
    ...[domain, 0, null, null, ['message'], {}],
  );
  return found.map(({ message }) => message);
}
