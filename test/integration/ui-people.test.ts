// SPDX-License-Identifier: MIT
/** Companies, addresses and files of contacts in the main window, on real Chromium with a fake main. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Asked } from '../ui/fake-bridge.ts';
import { HOSTILE, type World, world } from '../ui/fixtures.ts';
import { nameless } from '../ui/names.ts';
import {
  CSV,
  finishImport,
  openFile,
  openPeople,
  PROGRESS,
  REPORT,
  startImport,
  VCARD,
  withCompany,
} from '../ui/people-scenes.ts';
import { asked, eventually, useWindows } from '../ui/windows.ts';

const windows = useWindows();

async function open(behind: World = withCompany()): Promise<Page> {
  const page = await windows('main', behind);
  await openPeople(page);
  return page;
}

const text = (page: Page, id: string) => page.getByTestId(id).textContent();
const fail = (page: Page, name: Asked['name'], code: 'file.format' | 'file.disk-full') =>
  page.evaluate(
    ([request, wrong]) => {
      window.fakeMain.fail[request] = { code: wrong, params: {} };
    },
    [name, code] as const,
  );

describe('a contact', () => {
  test('that is a company has addresses and its people, who are one click away', async () => {
    const page = await open();
    await page.getByTestId('contact-row').last().click();
    const detail = page.getByTestId('contact-detail');
    expect(await detail.textContent()).toContain('facturas@ibanez.example');
    await page.getByTestId('contact-staff').getByText('Clara Ibáñez').click();
    await eventually(() => detail.getByRole('heading', { level: 1 }).textContent()).toBe('Clara Ibáñez');
  });

  test('is saved with its kind and addresses, the empty ones left out', async () => {
    const page = await open();
    await page.getByTestId('contacts-add').click();
    await page.getByTestId('contact-name').fill('Sol');
    await page.getByTestId('contact-company').fill('forgotten with the kind');
    await page.getByTestId('contact-number-1').fill('911222333');
    await page.getByTestId('contact-email-1').fill('info@sol.example');
    await page.getByTestId('contact-add-email').click();
    await page.getByTestId('contact-email-2').fill('nobody');
    await page.getByTestId('contact-kind-company').click();
    await page.getByTestId('contact-save').click();
    expect(await text(page, 'contact-form')).toContain('Enter an address like');
    expect(await asked(page, 'contacts.save')).toEqual([]);
    await page.getByTestId('contact-email-2').fill(' ');
    await page.getByTestId('contact-save').click();
    await eventually(() => asked(page, 'contacts.save')).toMatchObject([
      [{ kind: 'company', company: '', email: 'info@sol.example', otherEmails: [], numbers: ['911222333'] }],
    ]);
  });
});

describe('a CSV file', () => {
  test('is shown as text, its columns are chosen, and comes in as chosen', async () => {
    const page = await open();
    await openFile(page, CSV);
    await eventually(() => text(page, 'import-file')).toContain('clientes 2026.csv, 2.4 MB');
    expect(await text(page, 'import')).toContain(HOSTILE.markup);
    expect(await page.locator('.import img').count()).toBe(0);
    expect(await page.getByTestId('import-column-4').inputValue()).toBe('phone');
    expect(await nameless(page)).toEqual([]);

    await page.getByTestId('import-column-5').selectOption('responsible');
    await page.getByTestId('import-header').uncheck();
    expect(await text(page, 'import')).toContain('Column 1');
    await page.getByTestId('import-duplicates-skip').click();
    await page.getByTestId('import-by-number').click();
    await startImport(page);
    expect(await asked(page, 'contacts.import-run')).toEqual([
      [
        {
          ...{ token: 't1', encoding: 'utf-8', header: false, duplicates: 'skip', by: 'number' },
          mapping: ['firstName', 'lastName', 'company', 'phone', 'responsible', 'email'],
        },
      ],
    ]);
  });

  test('without anything a contact is called by does not come in', async () => {
    const page = await open();
    await openFile(page, { ...CSV, mapping: ['phone'], rows: [['a']] });
    await page.getByTestId('import-start').click();
    await eventually(() => text(page, 'import')).toContain('Choose a column for the name');
    expect(await asked(page, 'contacts.import-run')).toEqual([]);
    await page.getByTestId('import-column-1').selectOption('company');
    await startImport(page);
  });

  test('is read anew in another encoding, with the columns as they were chosen', async () => {
    const page = await open();
    await openFile(page, CSV);
    await page.getByTestId('import-column-1').selectOption('name');
    await page.evaluate(
      (value) => {
        window.fakeMain.answer['contacts.import-open'] = value;
      },
      { ...CSV, encoding: 'windows-1251' as const, rows: [['Имя'], ['Иван']] },
    );
    await page.getByTestId('import-encoding').selectOption('windows-1251');
    await eventually(() => text(page, 'import')).toContain('Иван');
    expect((await asked(page, 'contacts.import-open')).at(-1)).toEqual([{ token: 't1', encoding: 'windows-1251' }]);
    expect(await page.getByTestId('import-column-1').inputValue()).toBe('name');
  });
});

describe('an import', () => {
  test('tells how far it is, also after a look at another screen, and what came of it', async () => {
    const page = await open();
    await openFile(page, CSV);
    await startImport(page);
    await page.evaluate((progress) => window.fakeMain.push('import', progress), PROGRESS);
    await eventually(() => page.getByTestId('import-progress').getAttribute('value')).toBe('41');
    await page.getByTestId('nav-phone').click();
    await openPeople(page);
    await eventually(() => text(page, 'import-counts')).toContain('8,412');

    await finishImport(page, REPORT);
    expect(await text(page, 'import-counts')).toBe('New20,113Merged412Nothing new77Not taken3');
    const problems = page.getByTestId('import-problems').locator('li');
    expect(await problems.count()).toBe(100);
    expect(await problems.first().textContent()).toBe('Line 4A number that cannot be dialled: left out.');
    expect(await text(page, 'import')).toContain('and 107 more');
    const before = (await asked(page, 'contacts.search')).length;
    await page.keyboard.press('Enter');
    await eventually(async () => (await asked(page, 'contacts.search')).length).toBeGreaterThan(before);
    expect(await page.getByTestId('import').count()).toBe(0);
  });

  test('goes on while the person looks at contacts, and is stopped with a word about what is in', async () => {
    const page = await open();
    await openFile(page, VCARD);
    await startImport(page);
    await page.getByTestId('contact-row').first().click();
    await page.getByTestId('contact-detail').waitFor();
    await page.getByTestId('contacts-file').click();
    await page.getByTestId('contacts-file-import').click();
    await page.getByTestId('import-stop').click();
    expect(await asked(page, 'contacts.import-cancel')).toEqual([['t2']]);
    expect(await page.getByTestId('import-stop').isDisabled()).toBe(true);
    const error = { code: 'store.disk-full', params: {} } as const;
    await finishImport(page, { ...REPORT, done: false, error, problems: [], problemCount: 0 });
    expect(await text(page, 'import-state')).toBe('Import stopped');
    expect(await text(page, 'import')).toContain('it adds only what is missing');
    expect(await text(page, 'import')).toContain('The disk is full');
  });

  test('of a file that is none says why, and of none says nothing', async () => {
    const page = await open(world());
    await fail(page, 'contacts.import-open', 'file.format');
    await openFile(page, null);
    await eventually(() => page.getByRole('alert').textContent()).toContain('neither a CSV nor a vCard');
    await page.evaluate(() => {
      delete window.fakeMain.fail['contacts.import-open'];
    });
    await openFile(page, null);
    await eventually(() => page.getByRole('alert').count()).toBe(0);
    expect(await page.getByTestId('import').count()).toBe(0);
  });
});

describe('an export', () => {
  test('says how many, or why not', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.fakeMain.answer['contacts.export'] = { contacts: 6 };
    });
    await page.getByTestId('contacts-file').click();
    await page.getByTestId('contacts-file-vcard').click();
    await eventually(() => page.getByText('6 contacts exported.').count()).toBe(1);
    await fail(page, 'contacts.export', 'file.disk-full');
    await page.getByTestId('contacts-file').click();
    await page.getByTestId('contacts-file-csv').click();
    await eventually(() => page.getByRole('alert').textContent()).toContain('The disk is full');
    expect(await asked(page, 'contacts.export')).toEqual([['vcard'], ['csv']]);
  });
});
