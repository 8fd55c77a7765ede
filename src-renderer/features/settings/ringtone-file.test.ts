// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingsPatch } from '../../../src-shared/ipc/schemas.ts';
import { RINGTONE_BYTES, readRingtone } from './ringtone-file.ts';

test('a file comes back byte by byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 70_000 }), async (bytes) => {
      const read = await readRingtone(new File([new Uint8Array(bytes)], 'ring.mp3', { type: 'audio/mpeg' }));
      expect('url' in read && Buffer.from(read.url.split(',')[1] ?? '', 'base64').equals(Buffer.from(bytes))).toBe(
        true,
      );
    }),
    { numRuns: 20 },
  );
});

test('the largest file fits the setting, one byte more is refused', async () => {
  const largest = await readRingtone(new File([new Uint8Array(RINGTONE_BYTES)], 'r.wav', { type: 'audio/wav' }));
  expect('url' in largest && settingsPatch.safeParse({ ringtone: largest.url }).success).toBe(true);
  expect(await readRingtone(new File([new Uint8Array(RINGTONE_BYTES + 1)], 'r.wav', { type: 'audio/wav' }))).toEqual({
    problem: 'ringtoneTooBig',
  });
});

test.each(['', 'text/html', 'image/svg+xml', 'audio/"><script>'])('a file of type "%s" is refused', async (type) => {
  expect(await readRingtone(new File(['x'], 'ring', { type }))).toEqual({ problem: 'ringtoneBad' });
});
