// SPDX-License-Identifier: MIT
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { ImportOptions, ImportPreview, ImportReport } from '../../src-shared/contacts-file.ts';
import type { Encoding } from '../../src-shared/csv/text.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import { texts } from '../services/texts.ts';
import type { Shell } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import { type Importing, startImport } from './import-run.ts';
import type { Source } from './source.ts';
import { runThread } from './thread.ts';

/** Contacts from files and into files, each in a thread of its own. */
export type ContactsFiles = {
  /** Asks the person for a file, or reads the one of `token` anew in another encoding. Null: the person took none. */
  open(again: { readonly token: string; readonly encoding: Encoding } | null): Promise<ImportPreview | null>;
  /** Takes in the contacts of the file, and tells windows how far it is (push `import`). */
  run(options: ImportOptions): Promise<ImportReport>;
  /** Ends after the batch under way; what is in stays. */
  cancel(token: string): void;
  /** All contacts into a file the person names. Null: the person took none. */
  export(format: 'vcard' | 'csv'): Promise<{ readonly contacts: number } | null>;
  /** Ends what is under way. */
  stop(): Promise<void>;
};

export type ContactsFilesOptions = {
  readonly shell: Pick<Shell, 'openFile' | 'saveFile' | 'push'>;
  readonly store: Pick<StoreApi['contacts'], 'add' | 'page'>;
  /** Entry of the thread: `contacts-worker.js` of the bundle, or `worker.ts` beside this file in tests. */
  readonly workerPath: string | URL;
  readonly language: () => 'en' | 'es';
  /** ISO 3166 country that national numbers belong to. */
  readonly country: () => string;
  /** Contacts are others now. */
  readonly changed: () => void;
  readonly log: Log;
};

/** Contacts that are read from the store at once for an export. */
const PAGE = 200;

export function createContactsFiles(options: ContactsFilesOptions): ContactsFiles {
  const { shell, store, workerPath, log } = options;
  /** The file of the preview that is shown; a new one takes its place. */
  let shown: { readonly token: string; readonly source: Source } | null = null;
  let importing: (Importing & { readonly token: string }) | null = null;
  const exporting = new Set<AbortController>();

  const preview = async (path: string, token: string, encoding: Encoding | null): Promise<ImportPreview> => {
    let found: Omit<ImportPreview, 'token' | 'name'> | null = null;
    await runThread(workerPath, { type: 'preview', path, encoding }, (message) => {
      if (message.type === 'preview') found = message.preview;
      return null;
    });
    if (found === null) throw new AppError('file.unreadable');
    const { kind, bytes, encoding: known } = found as Omit<ImportPreview, 'token' | 'name'>;
    shown = { token, source: { path, kind, bytes, encoding: known } };
    return { ...(found as Omit<ImportPreview, 'token' | 'name'>), token, name: basename(path) };
  };

  return {
    async open(again) {
      if (importing !== null) throw new AppError('file.busy');
      if (again !== null) {
        if (shown?.token !== again.token) throw new AppError('file.gone');
        return preview(shown.source.path, again.token, again.encoding);
      }
      const path = await shell.openFile({
        title: texts[options.language()].importTitle,
        extensions: ['csv', 'vcf', 'vcard', 'txt', 'tsv'],
      });
      return path === null ? null : preview(path, randomUUID(), null);
    },
    async run(wanted) {
      if (importing !== null) throw new AppError('file.busy');
      if (shown?.token !== wanted.token) throw new AppError('file.gone');
      const started = startImport({
        ...{ source: { ...shown.source, encoding: wanted.encoding }, options: wanted, country: options.country() },
        ...{ workerPath, add: store.add, log, changed: options.changed },
        tell: (progress) => shell.push('import', progress),
      });
      importing = { ...started, token: wanted.token };
      try {
        return await started.report;
      } finally {
        importing = null;
      }
    },
    cancel(token) {
      if (importing?.token === token) importing.cancel();
    },
    async export(format) {
      const language = options.language();
      const path = await shell.saveFile({
        title: texts[language].exportTitle,
        name: format === 'csv' ? 'contacts.csv' : 'contacts.vcf',
      });
      if (path === null) return null;
      const ending = new AbortController();
      exporting.add(ending);
      let contacts = 0;
      try {
        // A Spanish spreadsheet separates by semicolons, an English one by commas.
        const separator = language === 'es' ? ';' : ',';
        const job = { type: 'export', path, format, separator } as const;
        await runThread(
          workerPath,
          job,
          async (message) => {
            if (message.type !== 'page') return null;
            const page = await store.page(message.after, PAGE);
            contacts += page.length;
            return { type: 'page', contacts: page };
          },
          ending.signal,
        );
        return { contacts };
      } finally {
        exporting.delete(ending);
      }
    },
    async stop() {
      for (const ending of exporting) ending.abort();
      importing?.cancel();
      await importing?.report.catch(() => undefined);
    },
  };
}
