// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callerOf, cleanText, parseIdentity } from './identity.ts';

describe('parseIdentity', () => {
  it.each([
    ['"Ann Smith" <sip:+34600111222@pbx.test;user=phone>;tag=1', '+34600111222', 'Ann Smith'],
    ['Ann <sips:101:secret@pbx.test>', '101', 'Ann'],
    ['<tel:+34-600;phone-context=x>', '+34-600', null],
    ['sip:101@pbx.test;tag=abc', '101', null],
    ['"101" <sip:101@pbx.test>', '101', null],
    ['"say \\"hi\\" <sip:1@x>" <sip:2@y>', '2', 'say "hi" <sip:1@x>'],
    ['"Anonymous" <sip:Anonymous@anonymous.invalid>', '', 'Anonymous'],
    ['<sip:pbx.test>', '', null],
    ['<sip:%2B34600@x>', '+34600', null],
    ['<sip:%zz1@x>', '%zz1', null],
    ['"Ñandú Пётр" <sip:5@x>', '5', 'Ñandú Пётр'],
    ['', '', null],
    ['<javascript:alert(1)@x>', '', null],
  ])('reads %s', (header, number, name) => {
    expect(parseIdentity(header)).toEqual({ number, name });
  });

  it('gives short text without control or direction marks for anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.string()), (raw) => {
        const { number, name } = parseIdentity(`"${raw}" <sip:${raw}@x>`);
        expect([...number].length).toBeLessThanOrEqual(60);
        expect([...(name ?? '')].length).toBeLessThanOrEqual(100);
        expect(`${number}${name}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('callerOf', () => {
  it('prefers what the PBX asserts, and takes the name from From when it asserts none', () => {
    expect(callerOf('<sip:+34911@pbx>', '"Bob" <sip:1@x>')).toEqual({ number: '+34911', name: 'Bob' });
    expect(callerOf('"Real" <sip:2@pbx>', '"Bob" <sip:1@x>')).toEqual({ number: '2', name: 'Real' });
    expect(callerOf('nonsense', '"Bob" <sip:1@x>')).toEqual({ number: '1', name: 'Bob' });
    expect(callerOf(null, null)).toEqual({ number: '', name: null });
  });
});

it('cuts by characters, not inside one', () => {
  expect(cleanText('😀😀😀', 2)).toBe('😀😀');
  expect(cleanText('  a \r\n b\u202e ', 9)).toBe('a b');
});
