// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { climb } from './ladder.ts';
import type { CrmRecord } from './model.ts';
import { numberQuery } from './number-query.ts';
import { safeRecordUrl } from './record-url.ts';
import { rewrite, ruleProblem } from './rewrite.ts';

const person = (id: string, phones: readonly string[], more: Partial<CrmRecord> = {}): CrmRecord => ({
  connector: 'own',
  kind: 'contact',
  id,
  name: `Person ${id}`,
  company: null,
  email: null,
  phones,
  url: null,
  owner: null,
  ...more,
});
const options = { strategy: 'tail', country: 'ES', prefer: null, chosen: null } as const;
const ask = (number: string, candidates: readonly CrmRecord[], more: object = {}) =>
  climb(numberQuery(number, 'ES', 7), candidates, { ...options, ...more });

describe('forms of a number', () => {
  it('knows E.164, digits, national number and tail', () => {
    expect(numberQuery('34600111222', 'ES', 7)).toEqual({
      e164: '+34600111222',
      digits: '34600111222',
      national: '600111222',
      tail: '0111222',
    });
    expect(numberQuery('020 7946 0123', 'GB', 9)).toMatchObject({ e164: '+442079460123', tail: '079460123' });
    expect(numberQuery('1234567', 'ES', 20)).toMatchObject({ e164: null, digits: '1234567', tail: '1234567' });
  });
});

describe('ladder', () => {
  it('takes the strictest step that has a hit', () => {
    const exact = person('1', ['+34 600 111 222']);
    const written = person('2', ['0111-222']);
    expect(ask('+34600111222', [written, exact])).toEqual({ state: 'one', record: exact, by: 'e164' });
    expect(ask('+34600111222', [written])).toEqual({ state: 'one', record: written, by: 'tail' });
    expect(climb(numberQuery('+33794601234', 'ES', 7), [person('4', ['0794601234'])], options)).toMatchObject({
      state: 'one',
      by: 'national',
    });
    expect(ask('+34600111222', [person('3', ['0794601234'])])).toEqual({ state: 'none' });
  });

  it('never chooses silently between people, and remembers a choice', () => {
    const [a, b] = [person('1', ['+34600111222']), person('2', ['600111222'])];
    expect(ask('600111222', [a, b])).toEqual({ state: 'ambiguous', records: [a, b] });
    expect(ask('600111222', [a, b], { chosen: { connector: 'own', kind: 'contact', id: '2' } })).toEqual({
      state: 'one',
      record: b,
      by: 'chosen',
    });
    expect(ask('600111222', [a, a])).toEqual({ state: 'one', record: a, by: 'e164' });
    const lead = person('9', ['600111222'], { kind: 'lead' });
    expect(ask('600111222', [a, lead], { prefer: 'contact' })).toEqual({ state: 'one', record: a, by: 'e164' });
    expect(ask('600111222', [a, lead]).state).toBe('ambiguous');
  });

  it('takes a person before the company the person works for, not before another', () => {
    const ana = person('1', ['600111222'], { company: 'Talleres Sol' });
    const sol = person('c', ['600111222'], { kind: 'company', name: 'Talleres Sol' });
    const luna = person('d', ['600111222'], { kind: 'company', name: 'Talleres Luna' });
    expect(ask('600111222', [sol, ana])).toMatchObject({ state: 'one', record: ana });
    expect(ask('600111222', [luna, ana]).state).toBe('ambiguous');
  });

  it('does not take two certain numbers for one because their ends agree', () => {
    expect(ask('+34600111222', [person('1', ['+48600111222']), person('2', ['+34910111222'])])).toEqual({
      state: 'none',
    });
  });

  it('wants the whole number when it is to match exactly', () => {
    const written = person('1', ['0111222']);
    expect(ask('+34600111222', [written], { strategy: 'exact' })).toEqual({ state: 'none' });
    expect(ask('600111222', [person('2', ['+34600111222'])], { strategy: 'exact' })).toMatchObject({ by: 'e164' });
  });

  it('finds nobody for a withheld or short number', () => {
    expect(ask('', [person('1', ['', '0'])])).toEqual({ state: 'none' });
    expect(ask('101', [person('1', ['+34600111101'])])).toEqual({ state: 'none' });
  });
});

describe('rewriting', () => {
  it('takes the first rule that matches the whole number', () => {
    const rules = [
      { pattern: '0034(.*)', replacement: '+34\\1' },
      { pattern: '9(.)(.)(.*)', replacement: '+349\\1\\2\\3' },
      { pattern: '(.*)', replacement: '\\1' },
    ];
    expect(rewrite('0034600111222', rules)).toBe('+34600111222');
    expect(rewrite('911234567', rules)).toBe('+34911234567');
    expect(rewrite('+1555', rules)).toBe('+1555');
    expect(rewrite('+34(1)', [{ pattern: '+34', replacement: '' }])).toBe('+34(1)');
  });

  it('refuses what is no rule', () => {
    expect(ruleProblem({ pattern: '(.*)1', replacement: '' })).toBe('pattern');
    expect(ruleProblem({ pattern: '(a+)+', replacement: '' })).toBe('pattern');
    expect(ruleProblem({ pattern: '', replacement: '' })).toBe('pattern');
    expect(ruleProblem({ pattern: '1(.)', replacement: '\\2' })).toBe('group');
    expect(ruleProblem({ pattern: '1', replacement: '$&' })).toBe('replacement');
    expect(rewrite('1', [{ pattern: '(a+)+', replacement: '2' }])).toBe('1');
  });

  it('ends soon for any pattern that is let through', () => {
    const piece = fc.constantFrom('1', '+', '.', '(.)', '(..)', '(1+)', '(.*)');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.string({ maxLength: 60 }), (pieces, number) => {
        const rule = { pattern: pieces.join(''), replacement: '9' };
        expect(typeof rewrite(number, [rule])).toBe('string');
      }),
    );
  });
});

describe('links to records', () => {
  const hosts = ['crm.example', 'localhost:8000'];
  it.each([
    ['https://crm.example/c/1', 'https://crm.example/c/1'],
    ['https://eu.crm.example/c/1', 'https://eu.crm.example/c/1'],
    ['http://localhost:8000/#party/1', 'http://localhost:8000/#party/1'],
    ['http://crm.example/c/1', null],
    ['https://evilcrm.example/', null],
    ['https://crm.example.evil/', null],
    ['https://crm.example@evil/', null],
    ['https://user:pass@crm.example/', null],
    ['javascript:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['//crm.example/', null],
    ['data:text/html,x', null],
    ['file:///etc/passwd', null],
    ['', null],
    [null, null],
  ])('%s', (address, expected) => {
    expect(safeRecordUrl(address, hosts)).toBe(expected);
  });
});
