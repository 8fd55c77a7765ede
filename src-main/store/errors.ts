// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';

const FULL = ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'];

export function isCorrupt(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

/** Any failure of the database or its file as an error of the store. */
export function toStoreError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError(FULL.includes(codeOf(thrown)) ? 'store.disk-full' : 'store.failed', {}, { cause: thrown });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
