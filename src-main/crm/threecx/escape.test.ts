// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CrmError } from '../api.ts';
import { buildBody } from './body.ts';
import type { Scope } from './expression/evaluate.ts';
import { readParameters } from './parameters.ts';
import { type ChainScenario, readScenario } from './scenario.ts';
import { createScope } from './scope.ts';
import { toRequest } from './send.ts';
import { buildUrl } from './url.ts';
import { first, readXml } from './xml.ts';

const parameters = readParameters(
  readXml('<Parameters><Parameter Name="Server"/><Parameter Name="ApiKey"/><Parameter Name="Path"/></Parameters>'),
  () => {},
);
const form = new Map([
  ['Server', 'https://crm.example'],
  ['ApiKey', 'k&1'],
  ['Path', 'a/b'],
]);
const scopes = (values: Readonly<Record<string, string>>): { all: Scope; trusted: Scope } => ({
  all: createScope([new Map(Object.entries(values))], parameters, form),
  trusted: createScope([], parameters, form),
});
const url = (template: string, values: Readonly<Record<string, string>> = {}): string => {
  const { all, trusted } = scopes(values);
  return buildUrl(template, all, trusted);
};
const scenario = (inside: string, attributes = ''): ChainScenario => {
  const read = readScenario(
    readXml(
      `<Scenario><Request Url="https://crm.example/x" RequestType="Post" ${attributes}>${inside}</Request></Scenario>`,
    ),
    () => {},
  );
  if (read === null) throw new Error('no scenario');
  return read;
};
const body = (inside: string, values: Readonly<Record<string, string>>, attributes = ''): string =>
  buildBody(scenario(inside, attributes).request, scopes(values).all)?.text ?? '';

/** Anything a person may be called, half characters too. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        '\\',
        '&',
        '=',
        '/',
        '..',
        '#',
        '?',
        '%',
        '\r\n',
        '\0',
        '[Number]',
        '{{',
        '^^',
        '\ud800',
        "'",
        '<',
        ' ',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);

describe('addresses', () => {
  it('keep every value in its place', () => {
    fc.assert(
      fc.property(text, text, (path, query) => {
        let address: string;
        try {
          address = url('[Server]/people/[Path]/[A]/end?key=[ApiKey]&q=[B]&x=1', { A: path, B: query });
        } catch (error) {
          // Half a character, or a step upwards: neither can be said.
          expect(error).toBeInstanceOf(CrmError);
          expect(path === '.' || path === '..' || !path.isWellFormed() || !query.isWellFormed()).toBe(true);
          return;
        }
        const { origin, pathname, searchParams, hash } = new URL(address);
        expect([origin, hash]).toEqual(['https://crm.example', '']);
        const segments = pathname.split('/').map(decodeURIComponent);
        expect(segments).toEqual(['', 'people', 'a', 'b', path, 'end']);
        expect([...searchParams]).toEqual([
          ['key', 'k&1'],
          ['q', query],
          ['x', '1'],
        ]);
      }),
    );
  });

  it('go where the person has set them up, whatever a value says', () => {
    const evil = { Server: 'https://evil.example', Host: '.evil.example', Number: '@evil.example' };
    expect(url('[Server]/x', evil)).toBe('https://crm.example/x');
    expect(url('[Server][Host]/x', evil)).toBe('https://crm.example/x');
    expect(url('[Server]/[Number]', evil)).toBe('https://crm.example/%40evil.example');
    fc.assert(
      fc.property(text, (value) => {
        const address = url('https://crm.example/a?x=[X]#[X]', { X: value.toWellFormed() });
        expect(new URL(address).origin).toBe('https://crm.example');
      }),
    );
  });

  it('take what a template escapes by itself as it is', () => {
    const template = 'https://crm.example/s?q=FIND {[[Email].Replace("+","\\%2B")]} IN EMAIL';
    expect(new URL(url(template, { Email: 'a+b&c@x' })).searchParams.get('q')).toBe('FIND {a\\+b&c@x} IN EMAIL');
  });

  it.each(['https://crm.example/a/[A]/b', 'https://crm.example/[A]', 'https://crm.example/a/.[A]'])(
    '%s does not climb',
    (template) => {
      for (const A of ['..', '.', '']) {
        if (A === '' || (A === '..' && template.includes('.[A]'))) continue;
        expect(() => url(template, { A })).toThrow(CrmError);
      }
      expect(new URL(url(template, { A: '../../admin' })).pathname).toContain('..%2F..%2Fadmin');
    },
  );
});

describe('bodies', () => {
  it('posted as JSON say what was said', () => {
    const inside =
      '<PostValues><Object Key="o"><Array Key="l"><Value Key="">[A]</Value><Value Key="" Passes="2">[[A]]</Value></Array></Object></PostValues>';
    fc.assert(
      fc.property(text, (A) => {
        expect(JSON.parse(body(inside, { A }, 'RequestEncoding="Json"'))).toEqual({ o: { l: [A, A] } });
      }),
    );
  });

  it('posted as forms too', () => {
    const inside = '<PostValues><Value Key="a&amp;b">[A]</Value><Value Key="c">x</Value></PostValues>';
    fc.assert(
      fc.property(text, (A) => {
        expect([...new URLSearchParams(body(inside, { A }))]).toEqual([
          ['a&b', A.toWellFormed()],
          ['c', 'x'],
        ]);
      }),
    );
  });

  it('written out have each value where it belongs, in quotation marks or not', () => {
    const message = 'Message="{ ^^n^^: ^^&lt;[A]&gt;^^, ^^v^^: [A], ^^l^^: {{ ^^[A]^^ }} }" RequestEncoding="Json"';
    fc.assert(
      fc.property(text, (A) => {
        const said = JSON.parse(body('', { A }, message)) as Record<string, unknown>;
        expect([said.n, said.l]).toEqual([`<${A}>`, [A]]);
        expect(String(said.v).toLowerCase()).toBe(A.toLowerCase());
        expect(Object.keys(said)).toEqual(['n', 'v', 'l']);
      }),
    );
    expect(JSON.parse(body('', { A: '12.5' }, message))).toMatchObject({ v: 12.5 });
    expect(JSON.parse(body('', { A: 'True' }, message))).toMatchObject({ v: true });
    expect(JSON.parse(body('', { A: '1, "admin": true' }, message))).toMatchObject({ v: '1, "admin": true' });
  });

  it('in other forms as well', () => {
    expect(body('', { A: 'a&b=c' }, 'Message="x=[A]&amp;y=1"')).toBe('x=a%26b%3Dc&y=1');
    expect(body('', { A: '<b>&"' }, 'Message="&lt;n&gt;[A]&lt;/n&gt;" RequestContentType="text/xml"')).toBe(
      '<n>&#60;b&#62;&#38;&#34;</n>',
    );
    expect(body('', { A: '[A]' }, 'Message="[A]" RequestContentType="text/plain"')).toBe('[A]');
  });

  it('have numbers, truth and nothing as JSON has them', () => {
    const value = (type: string) => `<Value Key="${type}" Type="${type}">[A]</Value>`;
    const all = `<PostValues>${['Integer', 'Double', 'Boolean'].map(value).join('')}</PostValues>`;
    const read = (A: string) => JSON.parse(body(all, { A }, 'RequestEncoding="Json"'));
    expect(read('7.9')).toEqual({ Integer: 7, Double: 7.9, Boolean: false });
    expect(read('')).toEqual({ Integer: null, Double: null, Boolean: false });
    expect(read('1')).toEqual({ Integer: 1, Double: 1, Boolean: true });
    expect(read('999999999999999')).toMatchObject({ Integer: 999999999999999 });
    expect(read('1e5')).toMatchObject({ Integer: null });
  });
});

describe('headers', () => {
  it('cannot begin another, nor change what the connection says', () => {
    const one = scenario('<Headers><Value Key="X-Name">[A]</Value><Value Key="content-length">1</Value></Headers>');
    fc.assert(
      fc.property(text, (A) => {
        const { headers = {} } = toRequest(one.request, scopes({ A }), { Authorization: 'Basic x' });
        expect(Object.keys(headers).sort()).toEqual(['Accept', 'Authorization', 'X-Name']);
        expect(headers['X-Name']).not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  it('of the template stand above those of the sign-in', () => {
    const one = scenario('<Headers><Value Key="authorization">Token token=[ApiKey]</Value></Headers>');
    const { headers } = toRequest(one.request, scopes({}), { Authorization: 'Basic x' });
    expect(headers).toEqual({ Accept: 'application/json', Authorization: 'Token token=k&1' });
  });
});

it('a scenario without a request is none', () => {
  expect(readScenario(readXml('<Scenario Id="x"><Rules/></Scenario>'), () => {})).toBeNull();
  expect(first(readXml('<a><b/></a>'), 'c')).toBeUndefined();
});
