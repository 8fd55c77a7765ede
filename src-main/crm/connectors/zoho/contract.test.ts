// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { CallEntry, CrmDraft, NumberQuery } from '../../../../src-shared/crm/model.ts';
import redirect from '../../../../test/crm-emulators/fixtures/f-zo-01.json' with { type: 'json' };
import exchange from '../../../../test/crm-emulators/fixtures/f-zo-02.json' with { type: 'json' };
import phone from '../../../../test/crm-emulators/fixtures/f-zo-04.json' with { type: 'json' };
import journal from '../../../../test/crm-emulators/fixtures/f-zo-05.json' with { type: 'json' };
import mandatory from '../../../../test/crm-emulators/fixtures/f-zo-06.json' with { type: 'json' };
import errors from '../../../../test/crm-emulators/fixtures/f-zo-08.json' with { type: 'json' };
import organisation from '../../../../test/crm-emulators/fixtures/f-zo-09.json' with { type: 'json' };
import { connectorSettings } from '../../../../test/fake-crm.ts';
import { fakeSecrets, silentLog } from '../../../../test/fakes.ts';
import { CrmError, type CrmHttp, type CrmRequest } from '../../api.ts';
import { createTokenKeeper } from '../../oauth/keeper.ts';
import { requestToken } from '../../oauth/token-request.ts';
import { createTokenStore } from '../../oauth/token-store.ts';
import { zohoOptions } from './options.ts';
import { zohoProvider } from './provider.ts';
import { createZoho } from './zoho.ts';

const never = new AbortController().signal;
const { client_id: clientId, client_secret: secret, ...form } = exchange.request.form;
const OPTIONS = { dataCentre: 'eu', clientId };
const provider = zohoProvider(zohoOptions(OPTIONS), async () => secret);
const settings = connectorSettings({ id: 'zoho', type: 'zoho', name: 'Zoho', options: OPTIONS });
const API = exchange.response.body.api_domain;
/** Numbers are cut short in the documents. */
const CUT = '+3';
const NUMBER = '+34911234567';
const query: NumberQuery = { e164: NUMBER, digits: '34911234567', national: '911234567', tail: '1234567' };

type Reply = { readonly status: number; readonly body: unknown };

/** Plays what a fixture holds: answers by the end of method and path, keeps the requests. */
function play(replies: Readonly<Record<string, Reply>>) {
  const requests: CrmRequest[] = [];
  const http: CrmHttp = async (request) => {
    requests.push(request);
    const what = `${request.method} ${request.url}`;
    const found = Object.entries(replies).find(([part]) => what.includes(part))?.[1];
    const { status, body } = found ?? { status: 404, body: { code: 'INVALID_URL_PATTERN', message: what } };
    const text = body === null ? '' : JSON.stringify(body);
    return { status, headers: new Headers(), text, json: () => JSON.parse(text) };
  };
  return { http, requests };
}

const field = (api_name: string, data_type = 'text', values: readonly string[] = []) => ({
  ...{ api_name, data_type, operation_type: { api_create: true, api_update: true } },
  pick_list_values: values.map((actual_value) => ({ actual_value })),
});
const described = (...fields: unknown[]): Reply => ({ status: 200, body: { fields } });
const closed: Reply = {
  status: 400,
  body: { code: 'INVALID_MODULE', message: 'the module name given seems to be invalid' },
};
const FIELDS: Readonly<Record<string, Reply>> = {
  'fields?module=Contacts': described(
    ...[field('Full_Name'), field('Phone', 'phone'), field('Mobile', 'phone'), field('Email', 'email')],
    ...[field('Account_Name', 'lookup'), field('Owner', 'ownerlookup')],
  ),
  'fields?module=Leads': described(field('First_Name'), field('Last_Name'), field('Phone', 'phone')),
  'fields?module=Accounts': closed,
  'fields?module=Calls': described(
    ...Object.keys(journal.request.data[0] ?? {}).map((name) => field(name)),
    ...[field('Outgoing_Call_Status', 'picklist', ['Completed']), field('Owner', 'ownerlookup')],
  ),
  'fields?module=Tasks': described(field('Subject')),
};
const ORG: Readonly<Record<string, Reply>> = {
  'GET https://www.zohoapis.eu/crm/v8/org': organisation[1]?.response ?? closed,
  '/crm/v8/users?': organisation[0]?.response ?? closed,
};

async function connector(replies: Readonly<Record<string, Reply>> = {}) {
  const { refresh_token: refresh, ...again } = exchange.response.body;
  const token: Reply = { status: 200, body: again };
  const { http, requests } = play({ ...replies, ...FIELDS, ...ORG, '/oauth/v2/token': token });
  const store = createTokenStore(fakeSecrets(), 'zoho');
  const facts = { ...provider.redirectFacts(new URL(redirect.url).searchParams), ...provider.answerFacts(again) };
  await store.save({ access: again.access_token, refresh, expiresAt: null, facts });
  const tokens = createTokenKeeper({ store, http, provider, now: () => 0, log: silentLog });
  await tokens.load();
  const now = () => Date.UTC(2026, 10, 20, 10);
  const made = createZoho(settings, { http, tokens, now, log: silentLog, timeZone: 'Europe/Madrid' });
  return { connector: made, requests, tokens };
}

describe('F-ZO-01: the redirect', () => {
  it('names the accounts server, and never somebody else’s', () => {
    const facts = provider.redirectFacts(new URL(redirect.url).searchParams);
    expect(facts).toEqual({ accountsServer: redirect.expect.accountsServer });
    expect(provider.tokenUrl(facts)).toBe('https://accounts.zoho.eu/oauth/v2/token');
    const evil = new URL(redirect.negative.url).searchParams;
    expect(() => provider.redirectFacts(evil)).toThrow(expect.objectContaining({ code: 'oauth.bad-reply' }));
    expect(provider.tokenUrl({ accountsServer: evil.get('accounts-server') ?? '' })).not.toContain('evil');
  });
});

describe('F-ZO-02: token requests', () => {
  it('exchange', async () => {
    const { http, requests } = play({ '': exchange.response });
    const url = provider.tokenUrl({ accountsServer: 'https://accounts.zoho.eu' });
    const answer = await requestToken(http, provider, { url, form, now: 0 }, never);
    expect(requests[0]?.url).toBe('https://accounts.zoho.eu/oauth/v2/token');
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual(exchange.request.form);
    const { access_token: access, refresh_token: refresh } = exchange.response.body;
    expect(answer).toEqual({ access, refresh, expiresAt: 3_600_000, facts: { apiDomain: API } });
  });

  it('an answer without a refresh token keeps the old one', async () => {
    const { tokens, requests } = await connector();
    await tokens.renew(exchange.response.body.access_token, never);
    await tokens.renew(exchange.response.body.access_token, never);
    const sent = requests.filter(({ url }) => url === 'https://accounts.zoho.eu/oauth/v2/token');
    expect(sent.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual(
      Array(2).fill({
        ...{ grant_type: 'refresh_token', refresh_token: exchange.response.body.refresh_token },
        ...{ client_id: clientId, client_secret: secret },
      }),
    );
    expect(tokens.state()).toBe('connected');
  });

  it.each(['invalid_code', 'invalid_client_secret'])('%s with status 200 is a refusal', async (error) => {
    const { http } = play({ '': { status: 200, body: { error } } });
    const asked = requestToken(http, provider, { url: provider.tokenUrl({}), form, now: 0 }, never);
    await expect(asked).rejects.toMatchObject({ name: 'OAuthRefusal', error });
  });
});

describe('F-ZO-04: look-up by number', () => {
  const [found, nobody] = JSON.parse(JSON.stringify(phone).replaceAll(CUT, NUMBER)) as { response: Reply }[];

  it('gives the person, with a link into the organisation (F-ZO-09)', async () => {
    const { connector: zoho, requests } = await connector({
      '/Contacts/search?': found?.response ?? closed,
      '/Leads/search?': nobody?.response ?? closed,
    });
    expect(await zoho.lookup(query, never)).toEqual([
      {
        ...{ connector: 'zoho', kind: 'contact', id: '00487001', name: 'Marta Ibarra', company: 'Ibarra Cycles' },
        ...{ email: 'marta@ibarra.example', phones: [NUMBER], url: organisation[1]?.expectLink },
        owner: { id: '00411001', name: "Sile O'Hara", email: "o'hara@example.com", extension: null },
      },
    ]);
    const asked = requests.find(({ url }) => url.includes('/Contacts/search?'));
    expect(decodeURIComponent(asked?.url ?? '')).toBe(
      `${API}/crm/v8/Contacts/search?phone=${NUMBER}&fields=Full_Name,Phone,Mobile,Email,Account_Name,Owner`,
    );
    expect(asked?.url).toContain('phone=%2B34');
    expect(asked?.headers).toMatchObject({ Authorization: `Zoho-oauthtoken ${exchange.response.body.access_token}` });
  });

  it('204 is nobody', async () => {
    const none = nobody?.response ?? closed;
    const { connector: zoho } = await connector({ '/search?': none, '/coql': none });
    expect(await zoho.lookup(query, never)).toEqual([]);
  });
});

describe('F-ZO-05: a call', () => {
  const entry: CallEntry = {
    ...{ key: 'sp:6f1c2b0e9a7d4e51', callType: 'Inbound', number: NUMBER, name: 'Marta Ibarra', extension: '101' },
    ...{ agentName: '', agentEmail: '', establishedAt: null, endedAt: 0, recordingUrl: null, note: '', userId: null },
    record: { connector: 'zoho', kind: 'contact', id: '00487001' },
    startedAt: Date.UTC(2026, 10, 20, 8, 14),
    durationSeconds: 201,
    subject: 'Softphone call',
    text: 'answered, agent 101',
    disposition: '',
  };
  const [call] = journal.request.data;
  const account: Reply = { status: 200, body: { data: [{ id: '00487001', Account_Name: { id: '00412007' } }] } };
  const REPLIES = { 'POST https://www.zohoapis.eu/crm/v8/Calls': journal.response, '/Contacts/00487001?': account };
  const write = async (more: Partial<CallEntry>) => {
    const { connector: zoho, requests } = await connector(REPLIES);
    const { id } = await zoho.journal({ ...entry, ...more }, never);
    return { id, sent: JSON.parse(requests.at(-1)?.body ?? '{}') };
  };

  it('of a contact of a company', async () => {
    const { id, sent } = await write({});
    expect(id).toBe('00499003');
    const Description = `${call?.Description}\nMegadial ${entry.key}`;
    expect(sent).toEqual({ ...journal.request, data: [{ ...call, Description }] });
  });

  it('of a lead, and a missed one', async () => {
    const record = { connector: 'zoho', kind: 'lead', id: '00488009' } as const;
    const { sent } = await write({ record, callType: 'Missed', durationSeconds: 0 });
    expect(sent.data[0]).toMatchObject({
      ...{ What_Id: { id: '00488009' }, $se_module: 'Leads', Call_Type: 'Missed', Call_Duration: '00:00' },
    });
    expect(sent.data[0]).not.toHaveProperty('Who_Id');
  });

  it.each([
    ['an error among successes', 207, [journal.response.body.data[0], mandatory.response.body.data[0]]],
    ['nothing at all', 201, []],
    ['more than was sent', 201, [journal.response.body.data[0], journal.response.body.data[0]]],
    ['success without an id', 201, [{ code: 'SUCCESS', details: {}, status: 'success' }]],
  ])('%s is none', async (what, status, data) => {
    const { connector: zoho } = await connector({
      ...REPLIES,
      'POST https://www.zohoapis.eu/crm/v8/Calls': { status, body: { data } },
    });
    const expected = what.startsWith('an error')
      ? { failure: 'refused', field: 'Last_Name' }
      : { failure: 'bad-reply', unsure: true };
    await expect(zoho.journal(entry, never)).rejects.toMatchObject(expected);
  });
});

describe('F-ZO-06: a record without a field that is needed', () => {
  const draft: CrmDraft = {
    ...{ kind: 'lead', firstName: 'Marta', lastName: '', email: '', company: '', number: NUMBER, ownerId: '' },
  };
  const none: Reply = { status: 204, body: null };

  it.each([400, 200, 202, 207])('status %s', async (status) => {
    const { connector: zoho, requests } = await connector({
      'POST https://www.zohoapis.eu/crm/v8/Leads': { status, body: mandatory.response.body },
      '/coql': none,
      '/Leads?': none,
    });
    await expect(zoho.create(draft, 'key', never)).rejects.toMatchObject({
      ...{ failure: 'refused', field: 'Last_Name', message: 'required field not found', unsure: false },
    });
    expect(JSON.parse(requests.at(-1)?.body ?? '{}')).not.toHaveProperty('trigger');
  });

  it.each([
    ['DUPLICATE_DATA', { api_name: 'Email', id: '00487001' }, { failure: 'duplicate', existing: '00487001' }],
    ['DUPLICATE_DATA', { duplicate_record: { id: '00487002' } }, { failure: 'duplicate', existing: '00487002' }],
    ['INVALID_DATA', { api_name: 'Email', json_path: '$.data[0].Email' }, { failure: 'refused', field: 'Email' }],
    ['PATTERN_NOT_MATCHED', { json_path: '$.data[0].Phone' }, { failure: 'refused', field: 'Phone' }],
    ['EXPECTED_FIELD_MISSING', { expected_fields: [{ api_name: 'Stage' }] }, { failure: 'refused', field: 'Stage' }],
    ['DEPENDENT_FIELD_MISSING', { api_name: 'State', dependee: {} }, { failure: 'refused', field: 'State' }],
    ['RECORD_LOCKED', {}, { failure: 'refused', field: null }],
    ['LIMIT_EXCEEDED', {}, { failure: 'refused' }],
    ['INTERNAL_ERROR', {}, { failure: 'network', unsure: true }],
  ])('%s %j', async (code, details, expected) => {
    const body = { data: [{ code, details, message: 'no', status: 'error' }] };
    const { connector: zoho } = await connector({
      'POST https://www.zohoapis.eu/crm/v8/Leads': { status: 400, body },
      '/coql': none,
      '/Leads?': none,
    });
    await expect(zoho.create(draft, 'key', never)).rejects.toMatchObject(expected);
  });
});

describe('F-ZO-08: refusals', () => {
  const expected: Readonly<Record<string, object>> = {
    'refresh-once': { failure: 'auth' },
    'reconnect-with-scopes': { failure: 'scopes' },
    'tell-admin': { failure: 'forbidden', message: 'permission denied' },
    'backoff, no Retry-After': { failure: 'quota', retryAfterMs: null },
  };

  it.each(errors)('$status $expect', async ({ status, body, expect: meaning }) => {
    const { connector: zoho, requests } = await connector({ 'users?type=CurrentUser': { status, body } });
    const error = await zoho.me(never).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(CrmError);
    expect(error).toMatchObject({ ...expected[meaning], unsure: false });
    const refreshed = requests.filter(({ url }) => url.includes('/oauth/v2/token')).length;
    const asked = requests.filter(({ url }) => url.includes('/users?')).length;
    expect([refreshed, asked]).toEqual(meaning === 'refresh-once' ? [1, 2] : [0, 1]);
  });

  it('a record of somebody else’s is refused alone', async () => {
    const body = { code: 'NO_PERMISSION', details: {}, message: 'permission denied', status: 'error' };
    const { connector: zoho } = await connector({ 'users?type=CurrentUser': { status: 403, body } });
    await expect(zoho.me(never)).rejects.toMatchObject({ failure: 'refused' });
  });
});

it('F-ZO-09: users', async () => {
  const { connector: zoho, requests } = await connector();
  expect(await zoho.users(never)).toEqual([
    { id: '00411001', name: "Sile O'Hara", email: "o'hara@example.com", extension: null },
  ]);
  expect(requests.at(-1)?.url).toBe(`${API}${organisation[0]?.path}`);
});
