// SPDX-License-Identifier: MIT
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { AppError } from '../../src-shared/errors.ts';
import type { Contact } from '../../src-shared/state.ts';
import { csvHeader, toCsv } from './csv-write.ts';
import type { Job } from './protocol.ts';
import { toVcard } from './vcard-write.ts';

/**
 * Writes all contacts, a page at a time, beside the target and in its place when all is on the disk: a file of that name
 * is whole or as it was.
 *
 * @param pageAfter contacts after this id; none at the end
 * @throws AppError `file.disk-full`, `file.failed`
 */
export async function exportTo(
  { path, format, separator }: Pick<Extract<Job, { type: 'export' }>, 'path' | 'format' | 'separator'>,
  pageAfter: (id: number) => Promise<readonly Contact[]>,
): Promise<void> {
  const draft = `${path}.${process.pid}-${Date.now()}.part`;
  let file: FileHandle | null = null;
  try {
    // Names and numbers of people: for the one who exports alone.
    file = await open(draft, 'wx', 0o600);
    if (format === 'csv') await file.write(csvHeader(separator));
    for (let after = 0; ; ) {
      const contacts = await pageAfter(after);
      const last = contacts.at(-1);
      if (last === undefined) break;
      await file.write(contacts.map((one) => (format === 'csv' ? toCsv(one, separator) : toVcard(one))).join(''));
      after = last.id;
    }
    await file.sync();
    await file.close();
    file = null;
    await rename(draft, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(draft, { force: true }).catch(() => undefined);
    throw toExportError(error);
  }
}

function toExportError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'file.disk-full' : 'file.failed', {}, { cause: error });
}
