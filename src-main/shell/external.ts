// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';

const ALLOWED = new Set(['https:', 'http:', 'mailto:']);

/** A link in the form in which the browser or mail program may have it; throws `link.refused` for any other kind. */
export function externalUrl(text: string): string {
  if (!URL.canParse(text)) throw new AppError('link.refused');
  const url = new URL(text);
  if (!ALLOWED.has(url.protocol)) throw new AppError('link.refused');
  return url.href;
}
