// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { CALL_VARIABLES, CHAT_VARIABLES } from '../../../src-shared/journal/variables.ts';
import { entry, names, never, query } from '../../../test/crm-emulators/common/examples.ts';
import { connectorSettings } from '../../../test/fake-crm.ts';
import { fakeSecrets, silentLog } from '../../../test/fakes.ts';
import type { CrmHttp, CrmRequest } from '../api.ts';
import { buildTemplate } from './build.ts';
import { parameterValues, readParameters } from './parameters.ts';
import { callInputs, chatInputs } from './variables.ts';
import { readXml } from './xml.ts';

/** Plays a CRM: answers by a part of the address, 204 for everything else. */
async function open(xml: string, answers: Readonly<Record<string, unknown>>) {
  const requests: CrmRequest[] = [];
  const http: CrmHttp = async (request) => {
    requests.push(request);
    const body = Object.entries(answers).find(([part]) => request.url.includes(part))?.[1];
    const text = body === undefined ? '' : JSON.stringify(body);
    return { status: body === undefined ? 204 : 200, headers: new Headers(), text, json: () => body };
  };
  const parts = { http, secrets: fakeSecrets(), language: () => 'en' as const, now: () => 0, log: silentLog };
  const settings = connectorSettings({ type: '3cx', options: { xml: `<Crm Name="T">${xml}</Crm>` } });
  const own = { ...parts, values: async () => ({}), openExternal: async () => {} };
  const { connector } = await buildTemplate(settings, own, () => {});
  return { connector, requests, asked: () => requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`) };
}

const outputs = (more = '') =>
  `<Output Type="LastName" Value="[Last]"/><Output Type="CompanyName" Value="[Firm]"/><Output Type="PhoneHome" Value="[Number]"/><Output Type="EntityId" Value="[Id]"/>${more}`;
const person = (url: string, rest: string, attributes = '') =>
  `<Scenario Id=""><Request Url="https://crm.example/${url}" ${attributes}/><Rules><Rule Type="Any">people.id</Rule></Rules><Variables><Variable Name="Id" Path="people.id"/><Variable Name="Last" Path="people.last"/></Variables>${rest}</Scenario>`;
const PEOPLE = {
  people: [
    { id: 1, last: 'Ruiz' },
    { id: 2, last: 'Diaz' },
  ],
};

describe('a chain', () => {
  it('goes on with what it knows where nothing is found, if the template allows that', async () => {
    const chain = (allow: boolean) =>
      `<Scenarios>${person('people', '<Outputs Next="Firm"/>')}<Scenario Id="Firm"><Request Url="https://crm.example/firms/[Id]"/><Rules><Rule>firm</Rule></Rules><Variables><Variable Name="Firm" Path="firm"/></Variables><Outputs AllowEmpty="${allow}">${outputs()}</Outputs></Scenario></Scenarios>`;
    const answers = { '/people': PEOPLE, '/firms/1': { firm: 'Acme' } };
    const allowed = await open(chain(true), answers);
    expect(await allowed.connector.lookup(query('+34600111222'), never)).toMatchObject([
      { id: ':1', name: 'Ruiz', company: 'Acme' },
      { id: ':2', name: 'Diaz', company: null },
    ]);
    const not = await open(chain(false), answers);
    expect(names(await not.connector.lookup(query('+34600111222'), never))).toEqual(['Ruiz']);
  });

  it('that tells the CRM of a call, and finds nobody, does not keep others from being asked', async () => {
    const tell =
      '<Scenario Id=""><Request Url="https://crm.example/ring" RequestType="Post"><PostValues><Value Key="from">[Number]</Value></PostValues></Request></Scenario>';
    const found = '[IIf([FoundRecordCount]&gt;0,True,False)]';
    const end = `<Outputs AllowEmpty="false">${outputs()}</Outputs>`;
    const ways =
      tell +
      person('one', end, `SkipIf="${found}"`) +
      person('two', end, `SkipIf="${found}"`) +
      person('three', end, `SkipIf="${found}"`);
    const { connector, asked } = await open(`<Scenarios>${ways}</Scenarios>`, {
      '/ring': 'ok',
      '/two': PEOPLE,
      '/three': PEOPLE,
    });
    expect((await connector.lookup(query('+34600111222'), never)).length).toBe(2);
    expect(asked()).toEqual(['POST /ring', 'GET /one', 'GET /two']);
  });

  it('with nobody at its end is nobody, whatever it puts out', async () => {
    const end = `<Outputs AllowEmpty="true">${outputs('<Output Type="ContactUrl" Value="https://crm.example/?id=[Id]"/><Output Type="EntityType" Value="Contacts"/>')}</Outputs>`;
    const { connector } = await open(`<Scenarios>${person('people', end)}</Scenarios>`, {});
    expect(await connector.lookup(query('+34600111222'), never)).toEqual([]);
  });
});

describe('variables', () => {
  it('of calls and conversations are all there', () => {
    const call = Object.keys(callInputs(entry()));
    expect(CALL_VARIABLES.filter((name) => !call.includes(name))).toEqual([]);
    const messages = { ...entry(), text: 'a', messages: [], as: 'task' } as const;
    const chat = Object.keys(chatInputs(messages, true));
    expect(CHAT_VARIABLES.filter((name) => !chat.includes(name))).toEqual([]);
  });

  it('have a link to the recording that is only a link', () => {
    const { RecordingHyperLink } = callInputs(entry({ recordingUrl: 'https://x.example/"><script>' }));
    expect(RecordingHyperLink).not.toMatch(/<script|""/);
  });
});

describe('parameters', () => {
  it('are what was typed, else the default; secrets from the keychain alone', () => {
    const xml =
      '<P><Parameter Name="Url" Default="d"/><Parameter Name="ApiKey" Default="k"/><Parameter Name="On" Type="Boolean"/><Parameter Name="T" Type="OAuth"/></P>';
    const parameters = readParameters(readXml(xml), () => {});
    const values = (typed: object, secrets = {}) =>
      Object.fromEntries(parameterValues(parameters, { ...typed }, secrets));
    expect(values({})).toEqual({ Url: 'd', ApiKey: 'k', On: 'False' });
    expect(values({ Url: '', ApiKey: 'in the settings', On: 'true' }, { ApiKey: 's', Url: 'x' })).toEqual({
      Url: '',
      ApiKey: 's',
      On: 'True',
    });
    expect(values({ Url: { a: 1 }, On: 7 })).toEqual({ Url: 'd', ApiKey: 'k', On: 'False' });
  });
});
