// SPDX-License-Identifier: MIT
/** Main takes no more; a larger file is no template. */
const MOST_BYTES = 1_000_000;

/** The text of a chosen file; null, unread, for one that is larger than any template. */
export async function templateText(file: Pick<File, 'size' | 'text'>): Promise<string | null> {
  return file.size > MOST_BYTES ? null : file.text();
}
