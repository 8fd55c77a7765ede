// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duration, keyLine, withKey } from './call.ts';

it.each([
  ['MM:SS', [0, 59.6, 201, 3_600, 7_325], ['00:00', '01:00', '03:21', '60:00', '122:05']],
  ['HH:MM', [0, 1, 201, 3_600, 7_325], ['00:00', '00:01', '00:04', '01:00', '02:03']],
  ['HH:MM:SS', [0, 1, 201, 3_600, 7_325], ['00:00:00', '00:00:01', '00:03:21', '01:00:00', '02:02:05']],
] as const)('lengths as %s', (format, seconds, expected) => {
  expect(seconds.map((one) => duration(one, format))).toEqual(expected);
  expect(duration(-5, format)).toBe(duration(0, format));
});

it('the key is the last line, however long the text is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 60, max: 200 }), (text, most) => {
      const whole = withKey(text, 'sp:6f1c2b0e9a7d4e51', most);
      expect(whole.length).toBeLessThanOrEqual(most);
      expect(whole.split('\n').at(-1)).toBe(keyLine('sp:6f1c2b0e9a7d4e51'));
      if (text.length < 20 && text !== '') expect(whole.startsWith(text)).toBe(true);
    }),
  );
});
