// SPDX-License-Identifier: MIT
import type { Encoding } from '../../src-shared/csv/text.ts';

/** One property as it stands in the file, unfolded. `text` is bytes, a character each: its encoding is the property's. */
export type ContentLine = {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly text: string;
  /** It was longer than a property of ours can be: only its beginning is there. */
  readonly isCut: boolean;
};

/** Longer than any name, number or address; photos are cut, and not wanted. */
const LONGEST = 65_536;
/** Where the parameters of a property end at the latest. */
const LONGEST_HEAD = 300;
const UTF8_MARK = '\xef\xbb\xbf';

type Open = { readonly line: number; text: string; isCut: boolean; isSoft: boolean; readonly isQuoted: boolean };

/**
 * Properties of a vCard file, a list for each piece of it. Memory does not grow with the file nor with a line, however
 * long or often folded. Folding is undone before the encoding is read: old writers fold within a character.
 *
 * @param encoding UTF-16 is brought to UTF-8; of all others the bytes are kept
 */
export async function* contentLines(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<readonly ContentLine[]> {
  let rest = '';
  let isRestCut = false;
  let line = 0;
  let open: Open | null = null;
  let done: ContentLine[] = [];

  const close = (): void => {
    if (open !== null && open.text !== '') done.push({ line: open.line, text: open.text, isCut: open.isCut });
    open = null;
  };
  const take = (physical: string, isCut: boolean): void => {
    line++;
    // Files that were put together have one in the middle too.
    const text = physical.startsWith(UTF8_MARK) ? physical.slice(UTF8_MARK.length) : physical;
    const isFolded = text.startsWith(' ') || text.startsWith('\t');
    if (open !== null && (isFolded || open.isSoft)) {
      extend(open, isFolded && !open.isSoft ? text.slice(1) : text, isCut);
      return;
    }
    close();
    const isQuoted = /^[^:]*QUOTED-PRINTABLE/i.test(text.slice(0, LONGEST_HEAD));
    open = { line, text: '', isCut, isSoft: false, isQuoted };
    extend(open, text, isCut);
  };

  for await (const piece of latin1(bytes, encoding)) {
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    const last = lines.pop() ?? '';
    for (const [index, text] of lines.entries()) take(text, index === 0 && isRestCut);
    isRestCut = last.length > LONGEST || (lines.length === 0 && isRestCut);
    rest = last.slice(0, LONGEST);
    yield done;
    done = [];
  }
  if (rest !== '') take(rest.replace(/\r$/, ''), isRestCut);
  close();
  yield done;
}

/** Joins a line to the one before: folded, or broken by `=` at its end as quoted-printable is. */
function extend(open: Open, text: string, isCut: boolean): void {
  open.isSoft = open.isQuoted && text.endsWith('=');
  const more = open.isSoft ? text.slice(0, -1) : text;
  const room = LONGEST - open.text.length;
  open.isCut ||= isCut || more.length > room;
  if (room > 0) open.text += more.slice(0, room);
}

async function* latin1(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = encoding.startsWith('utf-16') ? new TextDecoder(encoding) : null;
  for await (const chunk of bytes) {
    const raw = decoder === null ? chunk : Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  }
}
