// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { climb } from '../../../../src-shared/crm/ladder.ts';
import type { CallEntry, NumberQuery } from '../../../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import exchange from '../../../../test/crm-emulators/fixtures/f-sf-01.json' with { type: 'json' };
import rotation from '../../../../test/crm-emulators/fixtures/f-sf-02.json' with { type: 'json' };
import phone from '../../../../test/crm-emulators/fixtures/f-sf-04.json' with { type: 'json' };
import parameterized from '../../../../test/crm-emulators/fixtures/f-sf-05.json' with { type: 'json' };
import agent from '../../../../test/crm-emulators/fixtures/f-sf-06.json' with { type: 'json' };
import journal from '../../../../test/crm-emulators/fixtures/f-sf-07.json' with { type: 'json' };
import errors from '../../../../test/crm-emulators/fixtures/f-sf-09.json' with { type: 'json' };
import { fakeSecrets, silentLog } from '../../../../test/fakes.ts';
import { CrmError, type CrmHttp, type CrmRequest } from '../../api.ts';
import { createTokenKeeper } from '../../oauth/keeper.ts';
import { requestToken } from '../../oauth/token-request.ts';
import { createTokenStore } from '../../oauth/token-store.ts';
import { rowsIn } from './client.ts';
import { salesforceOptions } from './options.ts';
import { salesforceProvider } from './provider.ts';
import { createSalesforce } from './salesforce.ts';

const never = new AbortController().signal;
const INSTANCE = exchange.response.body.instance_url;
const CLIENT = { clientId: exchange.request.form.client_id };
const provider = salesforceProvider(salesforceOptions(CLIENT), async () => null);
const settings: ConnectorSettings = {
  id: 'salesforce',
  type: 'salesforce',
  name: 'Salesforce',
  enabled: true,
  match: { strategy: 'tail', digits: 7 },
  rewrite: [],
  prefer: null,
  linkHosts: [],
  options: CLIENT,
};
const query: NumberQuery = { e164: '+442079460123', digits: '442079460123', national: '2079460123', tail: '9460123' };

type Reply = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** Plays what a fixture holds: answers by path, keeps the requests. */
function play(replies: Readonly<Record<string, Reply>>) {
  const requests: CrmRequest[] = [];
  const http: CrmHttp = async (request) => {
    requests.push(request);
    const found = Object.entries(replies).find(([part]) => request.url.includes(part))?.[1];
    const { status, body, headers } = found ?? {
      status: 404,
      body: [{ errorCode: 'NOT_FOUND', message: request.url }],
    };
    return { status, headers: new Headers(headers), text: JSON.stringify(body), json: () => body };
  };
  return { http, requests };
}

const field = (name: string, type = 'string', values: readonly string[] = []) => ({
  ...{ name, type, createable: true, updateable: true },
  picklistValues: values.map((value) => ({ value, active: true })),
});
const described = (...fields: unknown[]): Reply => ({ status: 200, body: { fields } });
const SCHEMAS: Readonly<Record<string, Reply>> = {
  '/Contact/describe': described(
    field('Phone', 'phone'),
    field('MobilePhone', 'phone'),
    field('AccountId', 'reference'),
  ),
  '/Lead/describe': described(field('Phone', 'phone'), field('Company')),
  '/Account/describe': described(field('Phone', 'phone')),
  '/Task/describe': described(
    field('Status', 'picklist', ['Not Started', 'Completed']),
    ...Object.keys(journal.request)
      .filter((name) => name !== 'Status')
      .map((name) => field(name)),
  ),
};

async function connector(replies: Readonly<Record<string, Reply>>) {
  const versions: Reply = { status: 200, body: [{ version: '67.0' }, { version: '68.0' }, { version: '69.0' }] };
  const token: Reply = { status: 200, body: rotation.response.body };
  const { http, requests } = play({ ...SCHEMAS, ...replies, '/oauth2/token': token, '/services/data/': versions });
  const store = createTokenStore(fakeSecrets(), 'salesforce');
  const { access_token: access, refresh_token: refresh } = exchange.response.body;
  await store.save({ access, refresh, expiresAt: null, facts: provider.answerFacts(exchange.response.body) });
  const tokens = createTokenKeeper({ store, http, provider, now: () => 0, log: silentLog });
  await tokens.load();
  const made = createSalesforce(settings, { http, tokens, now: () => Date.UTC(2026, 10, 20, 10), timeZone: 'UTC' });
  return { connector: made, requests, tokens };
}

describe('F-SF-01 and 02: token requests', () => {
  it.each([
    ['exchange', exchange],
    ['refresh', rotation],
  ])('%s', async (_what, { request, response }) => {
    const { http, requests } = play({ '': response });
    const { client_id: _ours, ...form } = request.form;
    const answer = await requestToken(http, provider, { url: provider.tokenUrl({}), form, now: 0 }, never);
    expect(requests[0]?.url).toBe('https://login.salesforce.com/services/oauth2/token');
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual(request.form);
    expect(answer).toEqual({
      access: response.body.access_token,
      refresh: response.body.refresh_token,
      expiresAt: null,
      facts: { instanceUrl: INSTANCE, userId: '005Hs00000BcQ2dIAF' },
    });
  });
});

describe('F-SF-04: look-up by number', () => {
  it('gives two people of different kinds, who are ambiguous unless one kind is preferred', async () => {
    const { connector: salesforce, requests } = await connector({ '/search/': phone.response });
    const records = await salesforce.lookup(query, never);
    expect(records).toEqual([
      {
        connector: 'salesforce',
        kind: 'contact',
        id: '003Hs00004Tq7RkIAJ',
        name: 'Marta Ibarra',
        company: 'Ibarra Cycles',
        email: null,
        phones: ['+44 20 7946 0123'],
        url: `${INSTANCE}/lightning/r/Contact/003Hs00004Tq7RkIAJ/view`,
        owner: null,
      },
      expect.objectContaining({ kind: 'lead', name: 'M. Ibarra', company: 'Unknown', phones: ['(020) 7946-0123'] }),
    ]);
    const ladder = { strategy: 'tail', country: 'GB', prefer: null, chosen: null } as const;
    expect(climb(query, records, ladder).state).toBe('ambiguous');
    expect(climb(query, records, { ...ladder, prefer: 'contact' })).toMatchObject({ state: 'one', record: records[0] });
    const search = requests.find(({ url }) => url.includes('/search/'));
    expect(search?.url.startsWith(`${INSTANCE}/services/data/v68.0/search/?q=`)).toBe(true);
    expect(decodeURIComponent(search?.url ?? '')).toContain(
      'FIND {442079460123 OR 2079460123 OR 9460123} IN PHONE FIELDS RETURNING Contact(Id, Name, Phone, MobilePhone, Account.Name LIMIT 50), Lead(Id, Name, Company, Phone WHERE IsConverted = false LIMIT 50), Account(Id, Name, Phone LIMIT 50)',
    );
    expect(search?.headers).toMatchObject({ Authorization: `Bearer ${exchange.response.body.access_token}` });
  });

  it('F-SF-05: the answer of the other search resource has the same frame', () => {
    expect(rowsIn(parameterized.response.body, 'searchRecords')).toEqual([]);
  });
});

it('F-SF-06: an agent by e-mail', async () => {
  const { connector: salesforce, requests } = await connector({ '/query?': agent.response });
  expect(await salesforce.usersByEmail?.("o'hara@example.com", never)).toEqual([
    { id: '005Hs00000BcQ2dIAF', name: "Sile O'Hara", email: "o'hara@example.com", extension: null },
  ]);
  expect(decodeURIComponent(requests.at(-1)?.url.split('?q=')[1] ?? '')).toBe(
    "SELECT Id, Name, Email FROM User WHERE IsActive = true AND Email = 'o\\'hara@example.com' LIMIT 2",
  );
});

it('F-SF-07: a call', async () => {
  const { connector: salesforce, requests } = await connector({ '/sobjects/Task': journal.response });
  const entry: CallEntry = {
    ...{ key: 'sp:6f1c2b0e9a7d4e51', callType: 'Inbound', number: '+3', name: 'Marta Ibarra', extension: '101' },
    ...{ agentName: '', agentEmail: '', establishedAt: null, endedAt: 0, recordingUrl: null, note: '' },
    record: { connector: 'salesforce', kind: 'contact', id: '003Hs00004Tq7RkIAJ' },
    userId: '005Hs00000BcQ2dIAF',
    startedAt: Date.UTC(2026, 10, 20, 9, 14),
    durationSeconds: 201,
    subject: 'Softphone call',
    text: journal.request.Description,
    disposition: 'Answered',
  };
  expect(await salesforce.journal(entry, never)).toEqual({ id: '00THs0000091aXeMAI' });
  const { method, url, body } = requests.at(-1) ?? { method: '', url: '', body: '' };
  expect([method, url]).toEqual(['POST', `${INSTANCE}/services/data/v68.0/sobjects/Task`]);
  expect(JSON.parse(body ?? '')).toEqual(journal.request);
});

describe('F-SF-09: refusals', () => {
  const expected: Readonly<Record<string, object>> = {
    'refresh-once': { failure: 'auth' },
    'no-refresh, reconnect': { failure: 'scopes' },
    'pause-queue': { failure: 'quota' },
    'show-field-error': { failure: 'refused', field: 'LastName', message: 'Required fields are missing: [LastName]' },
    permanent: { failure: 'refused' },
  };

  it.each(errors)('$status $expect', async ({ status, body, expect: meaning }) => {
    const { connector: salesforce, requests } = await connector({ '/query?': { status, body } });
    const error = await salesforce.users(never).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CrmError);
    expect(error).toMatchObject({ ...expected[meaning], unsure: false });
    const refreshed = requests.filter(({ url }) => url.includes('/oauth2/token')).length;
    const asked = requests.filter(({ url }) => url.includes('/query?')).length;
    expect([refreshed, asked]).toEqual(meaning === 'refresh-once' ? [1, 2] : [0, 1]);
  });
});
