// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { readFields } from './body.ts';

const TYPE = 'multipart/form-data; boundary=other';
const bodyWith = (first: string, boundary: string): Buffer =>
  Buffer.from(
    `${first}--${boundary}\r\nContent-Disposition: form-data; name="event"\r\n\r\nNOTIFY_END\r\n--${boundary}--\r\n`,
  );

describe('a multipart body', () => {
  it.each([
    ['begins with its boundary', bodyWith('', 'x')],
    ['has a blank line before it', bodyWith('\r\n', 'x')],
    ['has a word before it', bodyWith('preamble\r\n', 'x')],
    ['has a long one', bodyWith('', 'x'.repeat(70))],
  ])('is read when it %s', async (_what, body) => {
    expect(await readFields(body, TYPE)).toEqual({ event: 'NOTIFY_END' });
  });

  it.each([
    ['no line', '--x'],
    ['no boundary', '--\r\nx'],
    ['blanks for one', `--${' '.repeat(60_000)}\r\nx`],
    ['one too long', `--${'x'.repeat(201)}\r\nx`],
    ['nothing that looks like one', 'a\r\nb\r\n--x\r\n'],
  ])('is none with %s', async (_what, text) => {
    expect(await readFields(Buffer.from(text), TYPE)).toBeNull();
  });
});
