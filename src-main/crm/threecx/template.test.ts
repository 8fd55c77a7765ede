// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberQuery } from '../../../src-shared/crm/number-query.ts';
import { AppError } from '../../../src-shared/errors.ts';
import { digitsToKeep, searchedNumber } from './number.ts';
import { viewTemplate } from './view.ts';
import { readXml } from './xml.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../test/crm-emulators/fixtures/3cx/${name}.xml`, import.meta.url), 'utf8');

const scenario = (id: string, inside: string, attributes = 'Type="REST"'): string =>
  `<Scenario Id="${id}" ${attributes}>${inside}</Scenario>`;
const GET = '<Request Url="https://crm.example/x?n=[Number]" RequestType="Get" ResponseType="Json"/>';
const template = (scenarios: string, more = ''): string =>
  `<Crm Name="T" Version="1" Country="X"><Number Prefix="AsIs" MaxLength=""/>${more}<Scenarios>${scenarios}</Scenarios></Crm>`;
const unsupported = (scenarios: string, more = '') => viewTemplate(template(scenarios, more)).unsupported;

const refusal = (xml: string): string => {
  try {
    viewTemplate(xml);
  } catch (error) {
    if (error instanceof AppError && error.code === 'crm.template') return String(error.params.reason);
    throw error;
  }
  return '';
};

describe('import', () => {
  it('shows the form, what it can do, and what Megadial does not do', () => {
    const view = viewTemplate(fixture('harbour'));
    expect(view).toMatchObject({ name: 'Harbour CRM', version: '3', signIn: false });
    expect(view.operations).toEqual(['lookup', 'search', 'lookupByEmail', 'create', 'reportCall', 'reportChat']);
    expect(view.parameters.map(({ name, type, value, group }) => [name, type, value, group]).slice(0, 9)).toEqual([
      ['Server', 'text', '', 'General Configuration'],
      ['User', 'text', 'api', 'General Configuration'],
      ['Password', 'password', '', 'General Configuration'],
      ['Timeout', 'number', '30', 'General Configuration'],
      ['Since', 'text', '', 'General Configuration'],
      ['Share', 'number', '0.5', 'General Configuration'],
      ['NewKind', 'list', 'contact', 'Create contacts'],
      ['CreateContactEnabled', 'boolean', 'True', ''],
      ['ReportCallEnabled', 'boolean', 'True', ''],
    ]);
    expect(view.parameters[6]).toMatchObject({ title: 'New records are', values: ['contact', 'lead'] });
    expect(view.unsupported).toEqual([
      'ReadContact: pictures (PhotoUrl) are not shown',
      'LookupFromCFD_Contacts_LookupNumber: questions of a call flow are not asked',
      'SearchContacts_Archive: SQLDatabase (a data base is not asked directly)',
    ]);
  });

  it('knows secrets by their names too, and a sign-in in the browser', () => {
    const types = (name: string) => viewTemplate(fixture(name)).parameters.map((one) => [one.name, one.type]);
    expect(types('lantern')).toContainEqual(['ApiSecret', 'password']);
    expect(types('beacon')).toEqual([
      ['Site', 'text'],
      ['ClientId', 'text'],
      ['ClientSecret', 'password'],
    ]);
    expect(viewTemplate(fixture('beacon')).signIn).toBe(true);
    expect([viewTemplate(fixture('lantern')).unsupported, viewTemplate(fixture('beacon')).unsupported]).toEqual([
      [],
      [],
    ]);
  });

  it('names whatever it does not know', () => {
    expect(unsupported(scenario('', `${GET}<Rules><Rule Type="Soundex">a</Rule></Rules><Extra x="1"/>`))).toEqual([
      'Look-up by number: rules of the type Soundex',
      'Look-up by number: the element <Extra>',
    ]);
    expect(unsupported(scenario('', GET.replace('RequestType', 'Retry="3" RequestType')))).toEqual([
      'Look-up by number: the attribute Retry of <Request>',
    ]);
    expect(
      unsupported(
        scenario(
          '',
          `${GET}<Outputs Next="Gone"><Output Type="LastName" Value="[[X].Split(&quot;,&quot;)] [Delete(1)] ["/></Outputs>`,
        ),
      ),
    ).toEqual([
      expect.stringMatching('an expression cannot be read'),
      'Look-up by number: the next scenario Gone is missing',
    ]);
    expect(
      unsupported(
        scenario(
          '',
          `${GET}<Outputs><Output Type="LastName" Value="[[X].Split(&quot;,&quot;)] [Delete(1)]"/></Outputs>`,
        ),
      ),
    ).toEqual([
      'Look-up by number: the method Split',
      'Look-up by number: the function Delete',
      'Look-up by number: nothing sets [X], it stays empty',
    ]);
    expect(unsupported(scenario('', GET), '<Number Prefix="Roman"/><Magic a="1"/>')).toEqual(['the element <Magic>']);
    expect(
      unsupported(
        scenario('', GET) +
          scenario(
            'ReportCall',
            '<Request Url="https://crm.example" RequestType="Post"><Headers><Value Key="Host">x</Value></Headers><PostValues><Value Key="a" Type="Blob">1</Value><Table/></PostValues></Request>',
          ),
      ),
    ).toEqual(['ReportCall: values of the type Blob', 'ReportCall: the header Host']);
  });

  it('leaves out scenarios whose address a caller or a reply would decide', () => {
    const own = scenario('', GET);
    for (const url of [
      '[Next]',
      'https://[Number].example/',
      '[Base][Number]/x',
      'https://crm.example[Email]/',
      '[Scheme]://[Name]/x',
    ]) {
      const bad = `<Request Url="${url}" RequestType="Get" ResponseType="Json"/>`;
      const parameters = '<Parameters><Parameter Name="Base"/><Parameter Name="Scheme"/></Parameters>';
      const view = viewTemplate(template(own + scenario('SearchContacts', bad), parameters));
      expect([view.operations, view.unsupported.join()]).toEqual([
        ['lookup'],
        expect.stringContaining('its address depends on'),
      ]);
    }
    const good = scenario('SearchContacts', '<Request Url="[Scheme]://[Host]/x/[SearchText]" RequestType="Get"/>');
    expect(
      unsupported(own + good, '<Parameters><Parameter Name="Host"/><Parameter Name="Scheme"/></Parameters>'),
    ).toEqual([]);
  });

  it('refuses what does not end', () => {
    const to = (id: string, next: string) => scenario(id, `${GET}<Outputs Next="${next}" AllowEmpty="true"/>`);
    expect(refusal(template(to('', 'A') + to('A', 'B') + to('B', 'A')))).toBe(
      'its scenarios lead in a circle: Look-up by number, A, B, A',
    );
    expect(refusal(template(to('', 'A') + to('A', 'A')))).toContain('in a circle');
    const wide = Array.from({ length: 40 }, (_, at) => to(at === 0 ? '' : `S${at}`, `S${at + 1}`).repeat(2)).join('');
    expect(refusal(template(wide))).toBe('');
  });

  it.each([
    ['<html><body>Log in</body></html>', 'its first element is not <Crm>'],
    ['', 'line 1: Start tag expected.'],
    ['{"json": true}', 'line 1'],
    ['<Crm><Scenarios></Crm>', 'line 1'],
    ['<Crm/><Crm/>', 'exactly one element'],
    ['<!DOCTYPE Crm [<!ENTITY a "b">]><Crm>&a;</Crm>', '<!DOCTYPE'],
    ['<a>'.repeat(60) + '</a>'.repeat(60), 'nested'],
    [`<Crm Name="${'x'.repeat(1_000_000)}"/>`, 'larger than 1 MB'],
    [template(''), 'nothing in it that Megadial could do'],
    [template(scenario('', '<Query>select</Query>', 'Type="SQLDatabase"')), 'SQLDatabase'],
    [template(scenario('', GET), '<Authentication Type="Kerberos"/>'), 'Kerberos'],
    [template(scenario('', GET), '<Authentication Type="Scenario"><Value>Gone</Value></Authentication>'), 'Gone'],
    [template(scenario('', GET), '<Parameters><Parameter Name="a b"/></Parameters>'), 'a b'],
    [template(scenario('', GET), '<Parameters><Parameter Name="A"/><Parameter Name="A"/></Parameters>'), 'twice'],
    [template(scenario('', GET), '<Parameters><Parameter Name="A" Type="Colour"/></Parameters>'), 'Colour'],
    [
      template(scenario('', GET), '<Parameters><Parameter Name="A" Type="OAuth" ResponseScenario="X"/></Parameters>'),
      '"X"',
    ],
    [template(scenario('', GET).repeat(101)), '100 scenarios'],
  ])('%.40s: %s', (xml, why) => expect(refusal(xml)).toContain(why));

  it('has an end of what it complains about', () => {
    const odd = Array.from({ length: 40_000 }, (_, at) => `<x${at} a="1"/>`).join('');
    expect(unsupported(scenario('', GET + odd)).length).toBe(100);
  });

  it('reads or refuses anything', () => {
    const piece = fc.constantFrom(
      '<Crm>',
      '</Crm>',
      '<Scenarios>',
      '</Scenarios>',
      '<Scenario Id="',
      '"',
      '/>',
      '>',
      '&lt;',
      '&#0;',
      '<![CDATA[',
      ']]>',
      '[',
      '{{',
      '<!--',
      '-->',
      ' a="',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(refusal(pieces.join(''))).toEqual(expect.any(String));
      }),
    );
  });
});

describe('XML', () => {
  it('has its own entities, characters by number and nothing else', () => {
    expect(
      readXml('\uFEFF<a b="&lt;&#x41;&#66;&nope;">x&amp;#65;<![CDATA[&lt;]]><!-- c -->&#x1F600;</a>'),
    ).toMatchObject({
      attributes: { b: '<AB&nope;' },
      text: 'x&#65;&lt;😀',
    });
  });
});

describe('numbers', () => {
  it.each([
    ['AsIs', null, '+442079460123'],
    ['Off', null, '442079460123'],
    ['Plus', null, '+442079460123'],
    ['Zeros', null, '00442079460123'],
    ['Plus', 6, '460123'],
    ['Zeros', 20, '00442079460123'],
  ] as const)('%s, %s digits: %s', (prefix, length, expected) =>
    expect(searchedNumber(numberQuery('+442079460123', 'GB', 7), prefix, length)).toBe(expected),
  );

  it('that are not certain have no prefix', () => {
    expect(searchedNumber({ e164: null, digits: '0999' }, 'Plus', null)).toBe('0999');
    expect([digitsToKeep('7'), digitsToKeep(''), digitsToKeep('0'), digitsToKeep('all')]).toEqual([
      7,
      null,
      null,
      null,
    ]);
  });
});
