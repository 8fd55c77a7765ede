// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import type { ImportPreview, ImportProgress, ImportReport } from '../../src-shared/contacts-file.ts';
import type { Contact } from '../../src-shared/state.ts';
import { CONTACTS, HOSTILE, type World, world } from './fixtures.ts';
import type { Scene } from './scenes.ts';

/** A file as main shows it. */
export const CSV: ImportPreview = {
  ...{ token: 't1', name: 'clientes 2026.csv', kind: 'csv', bytes: 2_417_331, encoding: 'utf-8', header: true },
  mapping: ['firstName', 'lastName', 'company', 'phone', null, 'email'],
  rows: [
    ['Nombre', 'Apellidos', 'Empresa', 'Teléfono móvil', 'Notas', 'Correo'],
    ['Clara', 'Ibáñez', 'Talleres Ibáñez e Hijos', '911 22 23 33', 'Pregunta por la furgoneta', 'clara@ibanez.example'],
    ['Jordi', 'Puig', 'Fusteria Puig', '932 00 11 22', '', ''],
    [HOSTILE.markup, HOSTILE.bidi, HOSTILE.long.slice(0, 80), HOSTILE.number, '=cmd()', 'nobody'],
  ],
};

export const VCARD: ImportPreview = {
  ...{ token: 't2', name: 'contacts.vcf', kind: 'vcard', bytes: 48_200, encoding: 'utf-8', header: false, mapping: [] },
  rows: [
    ['Hélène Dubois', 'Dubois Import', '+33 1 42 68 53 00', 'helene@dubois.example'],
    ['', 'Gestoría Vega y Asociados', '955 44 33 22, 600 10 20 30', ''],
  ],
};

export const PROGRESS: ImportProgress = {
  ...{ token: 't1', read: 1_015_279, bytes: 2_417_331 },
  ...{ added: 8_412, merged: 120, skipped: 33 },
};

export const REPORT: ImportReport = {
  ...{ token: 't1', read: 2_417_331, bytes: 2_417_331, added: 20_113, merged: 412, skipped: 77, refused: 3 },
  ...{ done: true, error: null, problemCount: 207 },
  problems: [
    { line: 4, why: 'number' },
    { line: 19, why: 'rounded' },
    { line: 1_204, why: 'no-name' },
    ...Array.from({ length: 150 }, (_, index) => ({ line: 2_000 + index, why: 'email' as const })),
  ],
};

const company: Contact = {
  ...{ id: 9, kind: 'company', name: 'Talleres Ibáñez e Hijos', company: '', url: '', responsible: '' },
  ...{ email: 'info@ibanez.example', otherEmails: ['taller@ibanez.example', 'facturas@ibanez.example'] },
  numbers: ['+34 911 22 23 33'],
};

/** With a company of which somebody is a contact too. */
export const withCompany = (): World => ({ ...world(), contacts: [...CONTACTS, company] });

export const openPeople = (page: Page) => page.getByTestId('nav-contacts').click();

/** Chooses in the menu of files; main answers with this preview. */
export async function openFile(page: Page, preview: ImportPreview | null): Promise<void> {
  await page.evaluate((value) => {
    window.fakeMain.answer['contacts.import-open'] = value;
  }, preview);
  await page.getByTestId('contacts-file').click();
  await page.getByTestId('contacts-file-import').click();
}

/** Starts the import; `finishImport` ends it. */
export async function startImport(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.fakeMain.others.push((name) =>
      name === 'contacts.import-run'
        ? new Promise((resolve) =>
            window.addEventListener('import-ends', (event) => resolve((event as CustomEvent).detail)),
          )
        : undefined,
    );
  });
  await page.getByTestId('import-start').click();
  await page.getByTestId('import-progress').waitFor();
}

export async function finishImport(page: Page, report: ImportReport): Promise<void> {
  await page.evaluate((value) => {
    window.dispatchEvent(new CustomEvent('import-ends', { detail: { ok: true, value } }));
  }, report);
  await page.getByTestId('import-state').waitFor();
}

const preview = (file: ImportPreview) => async (page: Page) => {
  await openPeople(page);
  await openFile(page, file);
  await page.getByTestId('import-file').waitFor();
};

export const PEOPLE_SCENES: readonly Scene[] = [
  {
    name: 'people-company',
    kind: 'main',
    world: withCompany,
    async act(page) {
      await openPeople(page);
      await page
        .getByTestId('contact-row')
        .filter({ hasText: 'facturas' })
        .or(page.getByTestId('contact-row').last())
        .first()
        .click();
      await page.getByTestId('contact-staff').waitFor();
    },
  },
  {
    name: 'people-form',
    kind: 'main',
    world: withCompany,
    async act(page) {
      await openPeople(page);
      await page.getByTestId('contact-row').last().click();
      await page.getByTestId('contact-edit').click();
    },
  },
  { name: 'people-import-csv', kind: 'main', world: withCompany, act: preview(CSV) },
  { name: 'people-import-vcard', kind: 'main', world: withCompany, act: preview(VCARD) },
  {
    name: 'people-import-running',
    kind: 'main',
    world: withCompany,
    async act(page) {
      await preview(CSV)(page);
      await startImport(page);
      await page.evaluate((progress) => window.fakeMain.push('import', progress), PROGRESS);
    },
  },
  {
    name: 'people-import-report',
    kind: 'main',
    world: withCompany,
    async act(page) {
      await preview(CSV)(page);
      await startImport(page);
      await finishImport(page, REPORT);
    },
  },
];
