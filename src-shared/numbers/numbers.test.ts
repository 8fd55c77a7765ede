// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from './canonical.ts';
import { extractNumber, parseDialable } from './dialable.ts';
import { countryOf, national } from './national.ts';
import { pbxNumber } from './pbx-number.ts';

const spanish = fc.stringMatching(/^6[0-5]\d{7}$/);
const separator = fc.constantFrom('', ' ', '.', '-', ' - ', '\u00a0', '\u2011', '/', ') (');
const COUNTRIES = ['ES', 'GB', 'US', 'DE', 'XX', ''] as const;

describe('what can be dialled', () => {
  it.each([
    ['912 34 56 78', '+34912345678', '912 34 56 78', 'ES'],
    ['+34 912.345.678', '+34912345678', '912 34 56 78', 'ES'],
    ['0034-912-345-678', '+34912345678', '912 34 56 78', 'ES'],
    ['34912345678', '+34912345678', '912 34 56 78', 'ES'],
    ['+44 (0)20 7946 0018', '+442079460018', '+44 20 7946 0018', 'GB'],
    ['442079460018', '+442079460018', '+44 20 7946 0018', 'GB'],
    ['６００１１１２２２', '+34600111222', '600 11 12 22', 'ES'],
    ['\u202a+34600111222\u202c', '+34600111222', '600 11 12 22', 'ES'],
    ['1-800-FLOWERS', '+18003569377', '+1 800 356 9377', 'US'],
    ['900 HOTEL1', '+34900468351', '900 468 351', 'ES'],
    ['TEL:%2B34912345678?x=y', '+34912345678', '912 34 56 78', 'ES'],
    ['tel:912345678;phone-context=+34', '+34912345678', '912 34 56 78', 'ES'],
    ['callto://+34912345678/', '+34912345678', '912 34 56 78', 'ES'],
    ['sip:+34912345678:pw@pbx.example.com;user=phone', '+34912345678', '912 34 56 78', 'ES'],
  ])('%s', (text, target, shown, country) => {
    expect(parseDialable(text, 'ES')).toEqual({ target, text: shown, country, kind: 'e164' });
  });

  it.each([
    ['101', 'extension'],
    ['10', 'extension'],
    ['123456', 'extension'],
    ['sip:101@pbx.example.com', 'extension'],
    ['112', 'short'],
    ['091', 'short'],
    ['116000', 'short'],
    ['11818', 'short'],
    ['*97', 'code'],
    ['#101#', 'code'],
    ['*21*600111222#', 'code'],
    ['0001600111222', 'code'],
  ])('%s stays as it is: %s', (text, kind) => {
    const target = text.replace(/^sip:|@.*$/g, '');
    expect(parseDialable(text, 'ES')).toEqual({ target, text: target, country: null, kind });
  });

  it.each([
    ['912345678 ext. 12', '12'],
    ['912345678 extensión 12', '12'],
    ['912 34 56 78 x12', '12'],
    ['912345678;ext 12', '12'],
    ['tel:+34-912-345-678;ext=101', '101'],
    ['tel:+34-912-345-678;phone-context=+1;EXT=1-01', '101'],
    ['tel:+34912345678;postd=pp22', ',,22'],
    ['tel:912345678;ext=12;phone-context=+34', '12'],
    ['912345678,12#', '12#'],
    ['912345678,,1,*2', ',1,*2'],
    ['９１２３４５６７８，１２', '12'],
    ['+34 912 345 678 , 12', '12'],
  ])('%s: keys %s once it is connected', (text, after) => {
    const known = { target: '+34912345678', text: '912 34 56 78', country: 'ES', kind: 'e164' };
    expect(parseDialable(text, 'ES')).toEqual({ ...known, after });
  });

  it.each([
    ['sip:101@pbx.example.com', 'extension'],
    ['sip:101@PBX.example.com:5061;transport=ws', 'extension'],
    ['sips:101@pbx.example.com', 'extension'],
    ['sip:+34600111222@elsewhere.example', 'e164'],
    ['tel:101;phone-context=pbx.example.com', 'extension'],
    ['tel:101', 'extension'],
  ])('%s is a number of this PBX: %s', (link, kind) => {
    expect(parseDialable(link, 'ES', 'pbx.example.com:5060')).toMatchObject({ kind });
  });

  it.each([
    'sip:101@elsewhere.example',
    'sip:101@pbx.example.com.elsewhere.example',
    'sip:*97@elsewhere.example',
    'sip:112@elsewhere.example',
    'tel:101;phone-context=elsewhere.example',
    'sip:101%40pbx.example.com@elsewhere.example',
  ])('%s is a number of another PBX', (link) => {
    expect(parseDialable(link, 'ES', 'pbx.example.com')).toBe('dial.invalid');
  });

  it('takes 911 for an emergency where it is one', () => {
    expect(parseDialable('911', 'US')).toMatchObject({ kind: 'short' });
    expect(parseDialable('911', 'ES')).toMatchObject({ kind: 'extension' });
  });

  it.each([
    ['', 'dial.empty'],
    [' \t\n', 'dial.empty'],
    ['tel:', 'dial.empty'],
    ['()-', 'dial.empty'],
    ['1'.repeat(60), 'dial.too-long'],
    [`+${'1'.repeat(60)}`, 'dial.too-long'],
    [`*${'1'.repeat(60)}`, 'dial.too-long'],
    ['<img onerror>', 'dial.invalid'],
    ['hola', 'dial.invalid'],
    ['sip:ana@example.com', 'dial.invalid'],
    ['javascript:alert(1)', 'dial.invalid'],
    ['tel:%zz', 'dial.invalid'],
    ['tel:tel:101', 'dial.invalid'],
    ['+', 'dial.invalid'],
    ['9', 'dial.invalid'],
    ['*', 'dial.invalid'],
    ['+34*5', 'dial.invalid'],
    ['1234567', 'dial.invalid'],
    ['+999999999', 'dial.invalid'],
    ['2026-05-14', 'dial.invalid'],
    ['101; 102', 'dial.invalid'],
    [`912345678,${'1'.repeat(31)}`, 'dial.invalid'],
    ['tel:912345678;ext=sales', 'dial.invalid'],
    [',,12', 'dial.invalid'],
  ])('%s cannot be', (text, error) => {
    expect(parseDialable(text, 'ES')).toBe(error);
  });

  it('finds the same number in any way people write it', () => {
    fc.assert(
      fc.property(
        spanish,
        fc.array(separator, { minLength: 9, maxLength: 9 }),
        fc.constantFrom('', '+34', '0034', '34', '+34 (0)'),
        fc.constantFrom('', 'tel:', 'callto:'),
        (digits, separators, prefix, scheme) => {
          const written = [...digits].map((digit, index) => digit + (index < 8 ? separators[index] : '')).join('');
          const parsed = parseDialable(scheme + prefix + written, 'ES');
          expect(parsed).toMatchObject({ target: `+34${digits}`, kind: 'e164' });
        },
      ),
    );
  });

  it('answers any text with an error or with something a switch can take, and its own answers with themselves', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.stringMatching(/^(tel:|sip:|callto:)?[+*#0-9 ().;,=%@a-z-]{0,40}$/),
      fc.stringMatching(/^(tel:)?6\d{8}(;ext=|;postd=| ext | x|,)[0-9*#,p]{0,8}$/),
      fc.stringMatching(/^\+?\d{1,25}$/),
    );
    fc.assert(
      fc.property(text, fc.constantFrom(...COUNTRIES), (input, country) => {
        const parsed = parseDialable(input, country);
        if (typeof parsed === 'string') {
          expect(parsed).toMatch(/^dial\./);
        } else {
          expect(parsed.target).toMatch(/^(\+\d{5,15}|[\d*#]{2,32})$/);
          const { after = '', ...alone } = parsed;
          expect(after).toMatch(/^[\d*#,]{0,30}$/);
          expect(parseDialable(parsed.target, country)).toEqual(alone);
          if (after !== '') expect(parseDialable(`${parsed.target},${after}`, country)).toEqual(parsed);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a number in a selected text', () => {
  it.each([
    ['Llámame al 600 11 12 22 mañana a las 9:30', '+34600111222'],
    ['call +44 20 7946 0018 or write', '+442079460018'],
    ['tel:+34912345678', 'tel:+34912345678'],
    [' 101 ', '101'],
    ['Reception, extensión 204, ask for Ana', '204'],
    ['2026-05-14 09:30:05', null],
    ['nothing here', null],
    ['', null],
  ])('%s', (text, number) => {
    expect(extractNumber(text, 'ES')).toBe(number);
  });

  it('can always be dialled when there is one', () => {
    const words = fc.array(fc.oneof(fc.lorem(), spanish, fc.string()), { maxLength: 6 }).map((all) => all.join(' '));
    fc.assert(
      fc.property(words, (text) => {
        const number = extractNumber(text, 'ES');
        if (number !== null) expect(parseDialable(number, 'ES')).toBeTypeOf('object');
      }),
    );
  });
});

describe('the form numbers are compared in', () => {
  it.each([
    ['600111222', '+34600111222'],
    ['600 11 12 22', '+34600111222'],
    ['34600111222', '+34600111222'],
    ['+34600111222', '+34600111222'],
    ['0034600111222', '+34600111222'],
    ['+44 (0)20 7946 0018', '+442079460018'],
    ['101', '101'],
    ['*97', '*97'],
    ['0', ''],
    ['', ''],
    ['anonymous', ''],
    ['07911123456', '07911123456'],
    ['+999123456', '+999123456'],
  ])('%s', (number, expected) => {
    expect(canonical(number, 'ES')).toBe(expected);
  });

  it('is the same again for its own answer', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\+?[\d ]{1,20}$/));
    fc.assert(
      fc.property(text, fc.constantFrom(...COUNTRIES), (number, country) => {
        const once = canonical(number, country);
        expect(once).toMatch(/^\+?[\d*#]*$/);
        expect(canonical(once, country)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the form people read', () => {
  it('is national at home, international elsewhere, and leaves the rest alone', () => {
    expect(national('+34600111222', 'ES')).toBe('600 11 12 22');
    expect(national('+34600111222', 'GB')).toBe('+34 600 11 12 22');
    expect(national('+12125550123', 'CA')).toBe('(212) 555-0123');
    expect(['', '101', '*97', 'x', '912345678'].map((number) => national(number, 'ES'))).toEqual([
      '',
      '101',
      '*97',
      'x',
      '912345678',
    ]);
    expect([countryOf('+34600111222'), countryOf('101'), countryOf('')]).toEqual(['ES', null, null]);
  });
});

describe('numbers from the PBX', () => {
  it.each([
    ['+34600111222', '+34600111222'],
    ['34600111222', '+34600111222'],
    ['0034600111222', '+34600111222'],
    ['600111222', '600111222'],
    ['101', '101'],
    ['0', ''],
    ['', ''],
    [undefined, ''],
    ['anonymous', ''],
    ['*97', '*97'],
  ])('%s', (raw, number) => {
    expect(pbxNumber(raw)).toBe(number);
  });
});
