// SPDX-License-Identifier: MIT
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from 'playwright-core';
import { expectListening, expectQuiet, expectRegistered } from './support/checks.ts';
import { type Stand, startStand } from './support/stand.ts';

/** Contacts out of files and into them, in the built app, with the system's dialogs answered. */
const DID = '+34912345678';

test.describe('files of contacts', () => {
  test.describe.configure({ mode: 'serial' });

  let dir: string;
  let stand: Stand;
  let main: Page;

  test.beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'megadial-files-'));
    stand = await startStand({ sessionOnly: true });
    await expectRegistered(stand.app);
    await expectListening(stand);
    main = await stand.app.window('main');
    await main.getByTestId('nav-contacts').click();
  });
  test.afterAll(async () => {
    await stand?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function choose(what: 'import' | 'vcard' | 'csv', paths: readonly string[]): Promise<void> {
    await stand.app.answerDialog(paths);
    await main.getByTestId('contacts-file').click();
    await main.getByTestId(`contacts-file-${what}`).click();
  }
  function file(name: string, content: string | Uint8Array): string {
    const path = join(dir, name);
    writeFileSync(path, content);
    return path;
  }
  async function expectPopup(from: string, name: string): Promise<void> {
    const call = stand.sandbox.calls.incoming({ from, did: DID });
    await call.start();
    await call.ring(stand.sandbox.account.extensions[0]?.number ?? '');
    await expect((await stand.app.window('popup')).getByTestId('popup-name')).toHaveText(name);
    await call.end({ disposition: 'cancel' });
    await expectQuiet(stand.app);
  }

  test('a spreadsheet of another program comes in, formulas as text, and its people are known when they call', async () => {
    const rows = [
      'Nombre\tApellidos\tTeléfono móvil\tTeléfono',
      '=cmd()\tPeña\t600 111 222\t',
      'Ana\tRuiz\t\t911 222 333',
      '\t\tx\t',
    ];
    await choose('import', [file('agenda.csv', Buffer.from(`\uFEFF${rows.join('\r\n')}\r\n`, 'utf16le'))]);
    await expect(main.getByTestId('import-file')).toContainText('agenda.csv');
    await expect(main.getByTestId('import-encoding')).toHaveValue('utf-16le');
    await expect(main.getByTestId('import-column-3')).toHaveValue('phone');
    await main.getByTestId('import-start').click();
    await expect(main.getByTestId('import-state')).toHaveText('Contacts imported');
    await expect(main.getByTestId('import-counts')).toHaveText('New2Merged0Nothing new0Not taken1');
    await expect(main.getByTestId('import-problems')).toContainText('Line 4');
    await main.getByTestId('import-close').click();
    await expect(main.getByTestId('contact-row')).toHaveCount(2);
    await expectPopup('34600111222', '=cmd() Peña');
  });

  test('what is no list of contacts is refused with a reason', async () => {
    await choose('import', [file('book.csv', 'PK\u0003\u0004')]);
    await expect(main.getByRole('alert')).toContainText('neither a CSV nor a vCard');
    await choose('import', []);
    await expect(main.getByRole('alert')).toHaveCount(0);
  });

  test('an export is whole, and comes in again without doubles', async () => {
    const target = join(dir, 'out.vcf');
    await choose('vcard', [target]);
    await expect(main.getByText('2 contacts exported.')).toBeVisible();
    expect(readFileSync(target, 'utf8')).toContain('FN:=cmd() Peña\r\n');
    expect(readdirSync(dir).filter((name) => name.endsWith('.part'))).toEqual([]);
    await choose('import', [target]);
    await main.getByTestId('import-start').click();
    await expect(main.getByTestId('import-counts')).toHaveText('New0Merged0Nothing new2Not taken0');
    await main.getByTestId('import-close').click();
    await choose('csv', [join(dir, 'out.csv')]);
    await expect(main.getByText('2 contacts exported.')).toBeVisible();
    expect(readFileSync(join(dir, 'out.csv'), 'utf8')).toContain("\r\nperson,'=cmd() Peña,,+34600111222,");
  });

  test('while a large file comes in calls are shown, and what is in stays when it is stopped', async () => {
    const people = Array.from({ length: 300_000 }, (_, n) => `Person ${n},+3470${String(n).padStart(7, '0')}\n`);
    await choose('import', [file('large.csv', `Name,Phone\n${people.join('')}`)]);
    await main.getByTestId('import-start').click();
    await expect(main.getByTestId('import-counts')).not.toContainText('New0');
    await expectPopup('34911222333', 'Ana Ruiz');
    await main.getByTestId('import-stop').click();
    await expect(main.getByTestId('import-state')).toHaveText('Import stopped');
    const counts = (await main.getByTestId('import-counts').textContent()) ?? '';
    const added = Number(/^New([\d,]+)Merged/.exec(counts)?.[1]?.replaceAll(',', ''));
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(300_000);
    await main.getByTestId('import-close').click();
    await main.getByTestId('contacts-search').fill(`Person ${added - 1}`);
    await expect(main.getByTestId('contact-row').first()).toContainText(`Person ${added - 1}`);
    await main.getByTestId('contacts-search').fill(`+3470${String(added).padStart(7, '0')}`);
    await expect(main.getByTestId('contact-row')).toHaveCount(0);
  });
});
