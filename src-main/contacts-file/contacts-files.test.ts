// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ImportOptions, ImportPreview, ImportProgress } from '../../src-shared/contacts-file.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { ContactDraft } from '../../src-shared/state.ts';
import { silentLog } from '../../test/fakes.ts';
import { migrate } from '../store/migrate.ts';
import { openTables, type Tables } from '../store/tables.ts';
import { type ContactsFiles, createContactsFiles } from './contacts-files.ts';

// Each test starts threads: patient, for a machine that does other things too.
vi.setConfig({ testTimeout: 60_000 });

let dir: string;
let contacts: Tables['contacts'];
let files: ContactsFiles;
let chosen: string | null;
let told: ImportProgress[];
let changes: number;
/** Runs before each batch is taken; may refuse it. */
let beforeAdd: (drafts: readonly ContactDraft[]) => void | Promise<void>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'megadial-contacts-'));
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(db);
  contacts = openTables(db).contacts;
  told = [];
  changes = 0;
  beforeAdd = () => {};
  files = createContactsFiles({
    shell: {
      openFile: async () => chosen,
      saveFile: async ({ name }) => (chosen === null ? null : join(dir, name)),
      push: (_name, payload) => void told.push(payload as ImportProgress),
    },
    store: {
      add: async (drafts, sameness) => {
        await beforeAdd(drafts);
        return contacts.add(drafts, sameness);
      },
      page: async (after, limit) => contacts.page(after, limit),
    },
    workerPath: new URL('./worker.ts', import.meta.url),
    language: () => 'es',
    country: () => 'ES',
    changed: () => {
      changes++;
    },
    log: silentLog,
  });
});

afterEach(async () => {
  await files.stop();
  rmSync(dir, { recursive: true });
});

function file(content: string | Uint8Array, name = 'people.csv'): void {
  chosen = join(dir, name);
  writeFileSync(chosen, content);
}
async function opened(): Promise<ImportPreview> {
  const preview = await files.open(null);
  if (preview === null) throw new Error('nothing opened');
  return preview;
}
const asShown = (
  { token, encoding, header, mapping }: ImportPreview,
  more: Partial<ImportOptions> = {},
): ImportOptions => ({
  ...{ token, encoding, header, mapping, duplicates: 'merge', by: 'name' },
  ...more,
});
/** Long ones, so that a file is more than what is read ahead. */
const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `Person ${n};6${String(n).padStart(8, '0')};${'x'.repeat(250)}\n`).join('');
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe('a file', () => {
  it('is shown before it comes in, and comes in as it is shown', async () => {
    file('Nombre;Teléfono;Correo\nAna Pérez;600 111 222;ana@sol.example\n=cmd();911222333;\n');
    const preview = await opened();
    expect(preview).toMatchObject({
      ...{ name: 'people.csv', kind: 'csv', encoding: 'utf-8', header: true, mapping: ['name', 'phone', 'email'] },
      rows: [
        ['Nombre', 'Teléfono', 'Correo'],
        ['Ana Pérez', '600 111 222', 'ana@sol.example'],
        ['=cmd()', '911222333', ''],
      ],
    });
    const report = await files.run(asShown(preview));
    expect(report).toMatchObject({
      added: 2,
      merged: 0,
      skipped: 0,
      refused: 0,
      done: true,
      error: null,
      problems: [],
    });
    expect(report.read).toBe(report.bytes);
    expect(contacts.byNumber('+34600111222')).toMatchObject({ name: 'Ana Pérez' });
    expect(contacts.byNumber('+34911222333')).toMatchObject({ name: '=cmd()' });
    expect(changes).toBeGreaterThan(0);
    expect(await files.run(asShown(preview))).toMatchObject({ added: 0, merged: 0, skipped: 2 });
  });

  it('of cards is shown and comes in', async () => {
    file('BEGIN:VCARD\nFN:Ana\nTEL:600111222\nEND:VCARD\nBEGIN:VCARD\nORG:Sol\nTEL:nobody\nEND:VCARD\n', 'a.vcf');
    const preview = await opened();
    expect(preview).toMatchObject({
      ...{
        kind: 'vcard',
        mapping: [],
        rows: [
          ['Ana', '', '600111222', ''],
          ['', 'Sol', 'nobody', ''],
        ],
      },
    });
    expect(await files.run(asShown(preview))).toMatchObject({ added: 2, problems: [{ line: 5, why: 'number' }] });
    expect(contacts.search('sol', 5)).toMatchObject([{ kind: 'company', name: 'Sol' }]);
  });

  it('is read anew in another encoding', async () => {
    file(Buffer.concat([Buffer.from([0xc8, 0xe2, 0xe0, 0xed]), Buffer.from(';600111222\n')]));
    const first = await opened();
    expect(first).toMatchObject({ encoding: 'windows-1252', rows: [['Èâàí', '600111222']] });
    const second = await files.open({ token: first.token, encoding: 'windows-1251' });
    expect(second).toMatchObject({ token: first.token, rows: [['Иван', '600111222']] });
    await files.run(asShown(second ?? first));
    expect(contacts.byNumber('+34600111222')).toMatchObject({ name: 'Иван' });
  });

  it('of UTF-16 is found to be so', async () => {
    file(Buffer.from(`\uFEFFName,Phone\r\n${'Iñigo,600111222\r\n'.repeat(3)}`, 'utf16le'));
    const preview = await opened();
    expect(preview).toMatchObject({ encoding: 'utf-16le', header: true, mapping: ['name', 'phone'] });
    expect(await files.run(asShown(preview))).toMatchObject({ added: 1, skipped: 2, done: true });
  });

  it.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['a workbook', Buffer.from('PK\u0003\u0004rest')],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1])],
    ['a web page', '<html><table>'],
  ])('that is %s is refused with a reason', async (_name, content) => {
    file(content);
    expect(await codeOf(files.open(null))).toBe('file.format');
  });

  it('that is not there, or a folder, is refused with a reason', async () => {
    chosen = join(dir, 'nothing.csv');
    expect(await codeOf(files.open(null))).toBe('file.unreadable');
    mkdirSync(chosen);
    expect(await codeOf(files.open(null))).toBe('file.unreadable');
    chosen = null;
    expect(await files.open(null)).toBeNull();
  });

  it('that was chosen before another one is not taken for it', async () => {
    file('Ana;600111222\n');
    const first = await opened();
    await opened();
    expect(await codeOf(files.run(asShown(first)))).toBe('file.gone');
    expect(await codeOf(files.open({ token: first.token, encoding: 'utf-8' }))).toBe('file.gone');
  });

  it('that went away meanwhile is reported', async () => {
    file('Ana;600111222\n');
    const preview = await opened();
    rmSync(chosen ?? '');
    expect(await files.run(asShown(preview))).toMatchObject({
      done: false,
      error: { code: 'file.unreadable' },
      added: 0,
    });
  });
});

describe('while a file comes in', () => {
  it('no more is read than was taken, and everything between', async () => {
    file(lines(3_000));
    const preview = await opened();
    let most = 0;
    beforeAdd = (drafts) => {
      most = Math.max(most, drafts.length);
    };
    expect(await files.run(asShown(preview))).toMatchObject({ added: 3_000, done: true });
    expect(most).toBeLessThanOrEqual(500);
    expect(told.length).toBeGreaterThan(0);
    for (const [at, { read, added }] of told.entries()) {
      expect(read).toBeGreaterThanOrEqual(told[at - 1]?.read ?? 0);
      expect(added).toBeGreaterThanOrEqual(told[at - 1]?.added ?? 0);
    }
  });

  it('it can be called off: what is in stays, and the report counts it', async () => {
    file(lines(5_000));
    const preview = await opened();
    let batches = 0;
    let highest = 0;
    beforeAdd = () => {
      batches++;
      if (batches === 3) files.cancel('another');
      if (batches === 4) files.cancel(preview.token);
      highest = Math.max(highest, told.at(-1)?.read ?? 0);
    };
    const report = await files.run(asShown(preview));
    expect(report).toMatchObject({ done: false, error: null });
    expect(batches).toBe(4);
    expect(report.added).toBeGreaterThan(0);
    expect(contacts.page(0, 10_000)).toHaveLength(report.added);
    expect(highest).toBeLessThan(report.bytes);
    beforeAdd = () => {};
    const whole = await files.run(asShown(preview));
    expect(whole.added + whole.skipped).toBe(5_000);
    expect(whole.skipped).toBe(report.added);
  });

  it('a second one waits, and ending the program ends it', async () => {
    file(lines(5_000));
    const preview = await opened();
    let ended: Promise<void> | null = null;
    let refused: Promise<string> | null = null;
    beforeAdd = () => {
      refused ??= codeOf(files.open(null));
      ended ??= files.stop();
    };
    const report = await files.run(asShown(preview));
    await ended;
    expect(await refused).toBe('file.busy');
    expect(report).toMatchObject({ done: false, error: null });
    expect(contacts.page(0, 100_000)).toHaveLength(report.added);
  });

  it('a store that fails ends it with its reason; what is in stays', async () => {
    file(lines(5_000));
    const preview = await opened();
    let batches = 0;
    beforeAdd = () => {
      batches++;
      if (batches === 3) throw new AppError('store.disk-full');
    };
    const report = await files.run(asShown(preview));
    expect(report).toMatchObject({ done: false, error: { code: 'store.disk-full' } });
    expect(contacts.page(0, 5_000)).toHaveLength(report.added);
    expect(report.added).toBeGreaterThan(0);
  });

  it('the first thousand problems are named, and all are counted', async () => {
    file(`Name;Phone\n${';1\n'.repeat(5_000)}Ana;600111222\n`);
    const report = await files.run(asShown(await opened()));
    expect(report).toMatchObject({ added: 1, refused: 5_000, done: true });
    expect(report.problems).toHaveLength(1_000);
    expect(report.problems[0]).toEqual({ line: 2, why: 'number' });
    expect(report.problemCount).toBe(10_000);
  });
});

describe('an export', () => {
  it.each(['vcard', 'csv'] as const)('as %s comes in again as it was, for its owner alone', async (format) => {
    for (let n = 0; n < 450; n++) {
      contacts.save({
        ...{
          id: null,
          kind: n % 3 === 0 ? 'company' : 'person',
          name: `=Ñ "${n}";`,
          company: '',
          url: '',
          responsible: '',
        },
        ...{ email: `p${n}@sol.example`, otherEmails: n % 2 ? [`q${n}@sol.example`] : [] },
        numbers: [`+34600${String(n).padStart(6, '0')}`, '101'],
      });
    }
    chosen = '';
    expect(await files.export(format)).toEqual({ contacts: 450 });
    const name = format === 'csv' ? 'contacts.csv' : 'contacts.vcf';
    expect(readdirSync(dir)).toEqual([name]);
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, name), 'utf8').split('\r\n').length).toBeGreaterThan(450);

    const before = contacts.page(0, 1_000);
    for (const { id } of before) contacts.remove(id);
    chosen = join(dir, name);
    expect(await files.run(asShown(await opened()))).toMatchObject({ added: 450, done: true, problemCount: 0 });
    const after = contacts.page(0, 1_000);
    expect(after.map(({ id: _, ...rest }) => rest)).toEqual(before.map(({ id: _, ...rest }) => rest));
  });

  it('that fails leaves the file of that name as it was', async () => {
    contacts.save({ ...{ id: null, name: 'Ana', company: '', email: '', url: '', responsible: '' }, numbers: ['101'] });
    mkdirSync(join(dir, 'contacts.csv'));
    chosen = '';
    expect(await codeOf(files.export('csv'))).toBe('file.failed');
    expect(readdirSync(dir)).toEqual(['contacts.csv']);
    chosen = null;
    expect(await files.export('csv')).toBeNull();
  });
});
