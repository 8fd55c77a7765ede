// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schemas } from '../../src-shared/ipc/schemas.ts';
import { type RawContact, toEntry } from './entry.ts';

const raw = (more: Partial<RawContact>): RawContact => ({
  ...{ line: 7, kind: 'person', name: 'Ana', company: '', emails: [], phones: [], url: '', responsible: '' },
  ...more,
});
const numberOf = (phone: string) => toEntry(raw({ phones: [phone] }), 'ES').draft?.numbers[0] ?? null;
const whyOf = (more: Partial<RawContact>) => toEntry(raw(more), 'ES').problems.map(({ why }) => why);

describe('a number', () => {
  it.each([
    ['600 111 222', '+34600111222'],
    ['0034-600.111.222', '+34600111222'],
    ['34600111222', '+34600111222'],
    ['tel:+34-600-111-222;ext=12', '+34600111222'],
    ['911 222 333 ext. 12', '+34911222333'],
    ['911222333x12', '+34911222333'],
    ['911222333,,12', '+34911222333'],
    ['911222333 доб. 12', '+34911222333'],
    ['+1 800 FLOWERS', '+18003569377'],
    ['101', '101'],
    ['*67', '*67'],
    ['٠٦٠٠١١١٢٢٢', '0600111222'],
    ['call me', null],
    ['', null],
    ['0', null],
    ['9', null],
    ['600111222 or 911222333', null],
  ])('%s is %s', (phone, expected) => {
    expect(numberOf(phone)).toBe(expected);
  });

  it('that a spreadsheet has rounded is refused', () => {
    for (const phone of ['3.46E+10', '3,46e10']) expect(whyOf({ phones: [phone] })).toEqual(['rounded']);
  });
});

describe('a contact', () => {
  it('is called by its company or its address when it has no name, and is none without', () => {
    expect(toEntry(raw({ name: ' ', company: 'Sol' }), 'ES').draft).toMatchObject({
      kind: 'company',
      name: 'Sol',
      company: '',
    });
    expect(toEntry(raw({ name: '', emails: ['a@b.example'] }), 'ES').draft).toMatchObject({ name: 'a@b.example' });
    expect(whyOf({ name: '', phones: ['600111222'] })).toEqual(['no-name']);
    expect(whyOf({ name: '…' })).toEqual(['no-name']);
    expect(toEntry(raw({ name: '…', phones: ['101'] }), 'ES').draft?.name).toBe('…');
  });

  it('loses what cannot be kept, and says so once', () => {
    expect(whyOf({ emails: ['nobody', 'a b@c', 'x@y.example', ''] })).toEqual(['email']);
    expect(whyOf({ url: 'javascript:alert(1)' })).toEqual(['url']);
    expect(whyOf({ url: 'https://a b' })).toEqual(['url']);
    expect(toEntry(raw({ url: 'www.sol.example' }), 'ES').draft?.url).toBe('https://www.sol.example');
    expect(whyOf({ responsible: 'Luis' })).toEqual(['responsible']);
    expect(toEntry(raw({ responsible: '12345-101' }), 'ES').draft?.responsible).toBe('101');
    expect(whyOf({ phones: Array.from({ length: 25 }, (_, n) => `6001112${n + 10}`) })).toEqual(['many-numbers']);
    expect(whyOf({ emails: Array.from({ length: 12 }, (_, n) => `a${n}@b.example`) })).toEqual(['many-emails']);
  });

  it('is one a window could have saved, for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('\ud800', 'a\0b', '\u202Eevil', 'x'.repeat(5_000), '=cmd', '\u2028', '😀'.repeat(150)),
      fc.stringMatching(/^[+()\d\s.a-z/,;:@-]{0,20}$/),
    );
    const any = fc.record({
      ...{ line: fc.nat(), kind: fc.constantFrom('person' as const, 'company' as const), name: text, company: text },
      ...{ emails: fc.array(text, { maxLength: 15 }), phones: fc.array(text, { maxLength: 25 }) },
      ...{ url: text, responsible: text },
    });
    fc.assert(
      fc.property(any, (given) => {
        const { draft, problems } = toEntry(given, 'ES');
        if (draft === null) {
          expect(problems.at(-1)?.why).toBe('no-name');
          return;
        }
        const read = schemas['contacts.save'].parse([draft])[0];
        expect(read).toEqual(draft);
        expect(draft.name.isWellFormed() && draft.company.isWellFormed()).toBe(true);
        // The same again changes nothing.
        const { company, numbers, url, responsible, email, otherEmails = [] } = draft;
        const again = { ...given, kind: draft.kind ?? 'person', name: draft.name, company, url, responsible };
        expect(toEntry({ ...again, phones: numbers, emails: [email, ...otherEmails] }, 'ES')).toEqual({
          draft,
          problems: [],
        });
      }),
    );
  });
});
