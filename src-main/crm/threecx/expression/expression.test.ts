// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPieces, fillText, isMet, type Scope } from './evaluate.ts';
import { formatMoment, formatNumber } from './format.ts';
import { ExpressionError, parseExpression, parseText } from './parse.ts';
import { safePattern } from './safe-regex.ts';
import { moment, span, type Value } from './value.ts';

const START = Date.UTC(2026, 10, 20, 8, 14, 5);

const scope = (values: Readonly<Record<string, Value>>, texts: Readonly<Record<string, string>> = {}): Scope => ({
  value: (name) => values[name] ?? texts[name] ?? '',
  text: (name) => texts[name] ?? null,
});
const fill = (text: string, values: Readonly<Record<string, Value>> = {}, texts = {}, passes = 0) =>
  fillText(text, scope(values, texts), passes);
const met = (condition: string, values: Readonly<Record<string, Value>> = {}) => isMet(condition, scope(values));

describe('texts', () => {
  it('have variables, escapes and nothing else', () => {
    expect(fill('https://[Domain].example/person/[Id]', { Domain: 'acme', Id: 7 })).toBe(
      'https://acme.example/person/7',
    );
    expect(fill('{ ^^a^^: {{^^[X]^^}} } ]', { X: 'x' })).toBe('{ "a": ["x"] } ]');
    expect(fill('[Nobody]|[Off]|[see below]', { Off: false })).toBe('|False|[see below]');
  });

  it('call methods of .NET', () => {
    expect(fill('[[Number].Substring(1)] [[Number].Substring(1,2)]', { Number: '+34600' })).toBe('34600 34');
    expect(fill('[[Email].Replace("+","\\%2B")]', { Email: 'a+b@x' })).toBe('a\\%2Bb@x');
    expect(fill('[[Name].Replace("[","").Replace("\\","")]', { Name: '[a\\b' })).toBe('ab');
    expect(fill('[[Name].Trim().ToUpper()]', { Name: ' ana ' })).toBe('ANA');
    expect(fill('[[[Span].get_TotalSeconds()].ToString("F0")]', { Span: span(201_400) })).toBe('201');
    expect(fill('[[Start].ToString("yyyy-MM-ddTHH:mm:ssZ")]', { Start: moment(START) })).toBe('2026-11-20T08:14:05Z');
    expect(fill('[[Never].ToString("yyyy")]|', { Never: null })).toBe('|');
  });

  it('choose, compare and put together', () => {
    const kind = { CallType: 'Missed' };
    expect(fill('[IIf([CallType]==Inbound||[CallType]==Missed,in,out)]', kind)).toBe('in');
    expect(fill('[IIf([CallType]==Lead,"[Company]","")]', { CallType: 'Lead', Company: 'Acme' })).toBe('Acme');
    expect(fill('[IIf([N] > 0, True, False)]', { N: 2 })).toBe('True');
    expect(fill('["<" + [First] + " " + [Last] + ">"]', { First: 'Ana', Last: 'Ruiz' })).toBe('<Ana Ruiz>');
    expect(fill('[IIf([A]!="",[Url]/a b,none)]', { A: 'x', Url: 'https://x' })).toBe('https://x/a b');
    expect(fill('[Regex.Replace([Number],"[^0-9]","")]', { Number: '+34 600' })).toBe('34600');
    expect(fill('[Regex.Replace([Number],"[a-z]","[Number]")]', { Number: '+34 x' })).toBe('+34 +34 x');
  });

  it('expand what people wrote, once named twice, and never what callers are named', () => {
    const texts = { Missed: '[DateTime]: missed call from [Number] [VIP!!', Raw: 'a [b c] d', Plain: 'Call' };
    const values = { DateTime: 'today', Number: '+34', Name: '[Number]' };
    expect(fill('[[Plain]] [[Name]]', values, texts)).toBe('Call [Number]');
    expect(fill('[[Missed]]', values, texts)).toBe(texts.Missed); // a bracket that is none
    expect(fill('[[Raw]]', values, { Raw: '[DateTime]: from [Number]' })).toBe('today: from +34');
    expect(fill('[Raw]', values, { Raw: 'Lead [Number]' })).toBe('Lead [Number]');
    expect(fill('[Raw]', values, { Raw: 'Lead [Number]' }, 1)).toBe('Lead +34');
    expect(fill('[[A]]', values, { A: '[[B]]', B: '[[A]]' })).toBe('[[B]]'); // a loop ends
    fc.assert(fc.property(fc.string(), (name) => fill('<[Name]>', { Name: name }, {}, 2) === `<${name}>`));
    fc.assert(fc.property(fc.string(), (name) => fill('[[Name]]', { Name: name }, {}, 2) === name));
  });

  it('come in pieces for who has to escape them', () => {
    expect(fillPieces('a[X]b', scope({ X: '"' })).map(({ text, from }) => [text, from.type])).toEqual([
      ['a', 'text'],
      ['"', 'variable'],
      ['b', 'text'],
    ]);
  });
});

describe('conditions', () => {
  it.each([
    ['[Enabled]!=True||[EntityId]==""', { Enabled: 'True', EntityId: '1' }, false],
    ['[Enabled]!=True||[EntityId]==""', { Enabled: 'False', EntityId: '1' }, true],
    ['[Enabled]!=True||[EntityId]==""', { Enabled: true, EntityId: '' }, true],
    ['[IIf([A]!=True||[B]=="",True,[IIf([C]!=Inbound,True,False)])]', { A: 'True', B: 'x', C: 'Inbound' }, false],
    ['[A]!=True||[IIf([D]==Inbound,[C]!=Inbound,False)]==True', { A: 'True', D: 'Inbound', C: 'Outbound' }, true],
    ['[FoundRecordCount]>0', { FoundRecordCount: 1 }, true],
    ['[A]=="x" && [B]!=y', { A: 'x', B: 'z' }, true],
    ['', {}, false],
    ['  ', {}, false],
  ] as const)('%s', (condition, values, expected) => expect(met(condition, values)).toBe(expected));

  it('that make no sense are errors', () => {
    for (const text of ['[A', 'IIf([A]', '[A]==', '"open', '[A] ]']) {
      const result = (() => {
        try {
          return parseExpression(text);
        } catch (error) {
          return error;
        }
      })();
      if (text !== '[A]==') expect(result).toBeInstanceOf(ExpressionError);
    }
    expect(() => fill('[Delete([A])]')).toThrow('Delete');
    expect(() => fill('[[A].constructor("x")]', { A: 'a' })).toThrow('constructor');
    expect(() => fill('[[A].GetType()]', { A: 'a' })).toThrow('GetType');
  });
});

describe('limits', () => {
  it('any text is read or refused, in time', () => {
    const noise = fc.array(
      fc.constantFrom('[', ']', '(', ')', '"', ',', '+', '==', '||', 'IIf(', 'a', ' ', '.x(', '{{'),
    );
    fc.assert(
      fc.property(noise, (tokens) => {
        for (const read of [parseText, parseExpression]) {
          try {
            read(tokens.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(() => parseText('['.repeat(15_000))).toThrow(ExpressionError);
    expect(() => parseExpression('IIf('.repeat(4_000))).toThrow(ExpressionError);
    expect(() => parseExpression('('.repeat(15_000))).toThrow(ExpressionError);
    for (const link of ['[a]+', '[a]||', '"a".Trim()+']) {
      expect(() => parseExpression(`${link.repeat(1_500)}1`)).toThrow(ExpressionError);
    }
    expect(() => parseText(`[[a]${'.Trim()'.repeat(2_000)}]`)).toThrow(ExpressionError);
    expect(fill('[a]'.repeat(3_000), { a: 'x' }).length).toBe(3_000);
  });

  it('a text cannot grow without end', () => {
    const texts = { A: '[B]'.repeat(500), B: '[C]'.repeat(500) };
    expect(() => fill('[[A]]', { C: 'x'.repeat(1_000) }, texts, 2)).toThrow(ExpressionError);
    expect(fill('[[A].PadLeft(999999999,"x")]', { A: 'a' }).length).toBe(200);
  });

  it.each(['(a+)+$', '(a|a)*b', 'a*a*a*b', '(?=x)', '(.)\\1', 'a?a?a?a?b', '['])(
    'the pattern %s is refused',
    (pattern) => expect(() => safePattern(pattern)).toThrow(ExpressionError),
  );

  it.each(['\\D', '[^0-9+]', '^\\+?00', '^(\\+34|0034)', '\\s+', '^(\\d{3})(\\d+)$', '.*?x'])('%s is not', (pattern) =>
    expect(safePattern(pattern).source).toBe(pattern),
  );
});

describe('formats', () => {
  const madrid = moment(START, 3_600_000);
  it.each([
    ['yyyy-MM-dd HH:mm:ss', '2026-11-20 09:14:05'],
    ['d/M/yy h:mm tt', '20/11/26 9:14 AM'],
    ["dddd d 'of' MMMM", 'Friday 20 of November'],
    ['ddd MMM \\d', 'Fri Nov d'],
    ['yyyyMMddHHmmssfff', '20261120091405000'],
    ['zzz|zz|z|K', '+01:00|+01|+1|+01:00'],
    ['s', '2026-11-20T09:14:05'],
    ['u', '2026-11-20 08:14:05Z'],
    ['t', '09:14'],
    ['%d', '20'],
  ])('%s', (format, expected) => expect(madrid === null ? '' : formatMoment(madrid, format)).toBe(expected));

  it.each([
    [201.4, 'F0', '201'],
    [201.4, 'F2', '201.40'],
    [7, 'D4', '0007'],
    [-7, '00', '-07'],
    [1234567.5, 'N1', '1,234,567.5'],
    [2.71, '0.0', '2.7'],
    [5, 'weird', '5'],
  ])('%f as %s', (value, format, expected) => expect(formatNumber(value, format)).toBe(expected));
});
