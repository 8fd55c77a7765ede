// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISPOSITIONS } from '../calls/model.ts';
import { accountOffset, utcToWall, wallToUtc } from './clock.ts';
import { toBoolean, toCause, toFields, toId, toList, toNumber, toSeconds, toText } from './coerce.ts';
import { toDisposition } from './disposition.ts';
import { parseJsonKeepingIds, parseJsonNumbersAsText } from './json.ts';

describe('JSON with ids', () => {
  it('keeps the exact text of ids and of long numbers, and other numbers as numbers', () => {
    const text = '\uFEFF{"call_id":1458313316.343450,"n":[0.1,1781129241.26640977,-5],"cost":10.50,"x":"1","e":1e3}';
    expect(parseJsonKeepingIds(text)).toEqual({
      call_id: '1458313316.343450',
      n: [0.1, '1781129241.26640977', -5],
      cost: 10.5,
      x: '1',
      e: 1000,
    });
    expect(parseJsonNumbersAsText('{"a":1.50,"b":[2]}')).toEqual({ a: '1.50', b: ['2'] });
    expect(() => parseJsonKeepingIds('<html>')).toThrow(SyntaxError);
  });

  it('loses no digit of any id, as number or as text', () => {
    const id = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.stringMatching(/^\d{1,18}$/));
    fc.assert(
      fc.property(id, fc.constantFrom('call_id', 'number', 'pbx_call_id'), ([whole, fraction], key) => {
        const source = `${whole}.${fraction}`;
        expect(parseJsonKeepingIds(`{"${key}":${source}}`)).toEqual({ [key]: source });
        expect(parseJsonKeepingIds(`{"${key}":"${source}"}`)).toEqual({ [key]: source });
      }),
    );
  });

  it('is JSON.parse where there are no ids and no long numbers', () => {
    const jsonValue = fc.jsonValue({ depthSize: 'small' }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(jsonValue, (text) => {
        const isPlain = !/\d{16}|[\d.]{17}/.test(text.replace(/[eE.-]/g, ''));
        fc.pre(isPlain);
        expect(parseJsonKeepingIds(text.replace(/"(id|to|sip|from)"/g, '"k"'))).toEqual(
          JSON.parse(text.replace(/"(id|to|sip|from)"/g, '"k"')),
        );
      }),
    );
  });
});

describe('coercion', () => {
  it('reads booleans in all their spellings', () => {
    expect([true, 'true', '1', 1, ' On ', 'YES'].map(toBoolean)).toEqual(Array(6).fill(true));
    expect([false, 'false', '0', 0, 'off', 'no'].map(toBoolean)).toEqual(Array(6).fill(false));
    expect([null, undefined, '', 2, 'maybe', {}, []].map(toBoolean)).toEqual(Array(7).fill(null));
  });

  it('reads numbers, seconds, causes, ids and shapes', () => {
    expect(['10.34', 10.34, '-5', ' 7 '].map(toNumber)).toEqual([10.34, 10.34, -5, 7]);
    expect(['', 'x', '1e3', '0x10', null, Number.NaN, Number.POSITIVE_INFINITY].map(toNumber)).toEqual(
      Array(7).fill(null),
    );
    expect(['62', 62.9, '-3', '275:00'].map(toSeconds)).toEqual([62, 62, 0, 0]);
    expect(['16', 127, 0, '128', '16.5', ''].map(toCause)).toEqual([16, 127, null, null, null, null]);
    expect(['1781129241.26640977', 5, '0', '', 'a b', 'x'.repeat(201)].map(toId)).toEqual([
      '1781129241.26640977',
      '5',
      ...Array(4).fill(null),
    ]);
    expect(toFields([1])).toEqual({});
    expect(toFields({ a: 1 })).toEqual({ a: 1 });
    expect(toList('abc')).toEqual([]);
  });

  it('never throws, whatever arrives', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        for (const read of [toBoolean, toText, toNumber, toSeconds, toId, toFields, toList, toCause]) read(value);
        expect(toSeconds(value)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('dispositions', () => {
  it.each([
    ['answered', 'answered'],
    ['answer', 'answered'],
    ['busy', 'busy'],
    ['cancel', 'cancelled'],
    ['no answer', 'no-answer'],
    ['noanswer', 'no-answer'],
    ['Not Answered', 'no-answer'],
    ['failed', 'failed'],
    ['call failed', 'failed'],
    ['no money', 'no-money'],
    ['no money, no limit', 'no-money'],
    ['unallocated number', 'unallocated'],
    ['no limit', 'limit'],
    ['no day limit', 'limit'],
    ['line limit', 'limit'],
    ['something new', 'unknown'],
    ['', 'unknown'],
  ])('%s', (text, disposition) => {
    for (const spelling of [text, text.toUpperCase(), ` ${text} `, text.replaceAll(' ', '_')]) {
      expect(toDisposition(spelling)).toBe(disposition);
    }
  });

  it('reads back each of our own', () => {
    for (const one of DISPOSITIONS.filter((one) => one !== 'limit')) expect(toDisposition(one)).toBe(one);
  });
});

describe('clock', () => {
  it('turns wall clock into UTC and back with the account offset', () => {
    expect(wallToUtc('2026-05-14 09:30:05', 7_200_000)).toBe(Date.UTC(2026, 4, 14, 7, 30, 5));
    expect(wallToUtc('2026-05-14T09:30:05', -3_600_000)).toBe(Date.UTC(2026, 4, 14, 10, 30, 5));
    const moment = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) }).map((ms) => ms - (ms % 1000));
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, minutes) => {
        const offset = minutes * 60_000;
        expect(wallToUtc(utcToWall(ms, offset), offset)).toBe(ms);
        expect(accountOffset(ms / 1000, utcToWall(ms, offset))).toBe(offset);
      }),
    );
  });

  it('refuses what is no moment', () => {
    const bad = ['', '2026-02-30 00:00:00', '2026-13-01 00:00:00', '2026-05-14 24:00:00', '14.05.2026 09:30', 'now'];
    for (const text of bad) expect(wallToUtc(text, 0)).toBeNull();
    expect(accountOffset(0, '2026-05-14 09:30:05')).toBeNull();
    expect(accountOffset(Number.NaN, '2026-05-14 09:30:05')).toBeNull();
  });

  it('forgives a second between the two clocks of the reply', () => {
    expect(accountOffset(Date.UTC(2026, 4, 14, 4, 0, 4) / 1000, '2026-05-14 09:30:05')).toBe(5.5 * 3_600_000);
  });
});
