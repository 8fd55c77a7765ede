// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector, CrmHttp, CrmRequest } from '../../src-main/crm/api.ts';
import { ownDefinition } from '../../src-main/crm/connectors/own/definition.ts';
import { createOwnConnector } from '../../src-main/crm/connectors/own/own.ts';
import { tryOperation } from '../../src-main/crm/connectors/own/try.ts';
import { climb } from '../../src-shared/crm/ladder.ts';
import type { ChatEntry } from '../../src-shared/crm/model.ts';
import { draft, entry, names, never, query } from '../crm-emulators/common/examples.ts';
import lookup from '../crm-emulators/fixtures/f-own-01.json' with { type: 'json' };
import nobody from '../crm-emulators/fixtures/f-own-02.json' with { type: 'json' };
import call from '../crm-emulators/fixtures/f-own-03.json' with { type: 'json' };
import repeated from '../crm-emulators/fixtures/f-own-04.json' with { type: 'json' };
import made from '../crm-emulators/fixtures/f-own-05.json' with { type: 'json' };
import conversation from '../crm-emulators/fixtures/f-own-06.json' with { type: 'json' };
import badLink from '../crm-emulators/fixtures/f-own-07.json' with { type: 'json' };
import { http, openOwn, shippedRest } from '../crm-emulators/rest/connected.ts';
import { PASSWORD, type RestEmulator, startRest, TOKEN, USER } from '../crm-emulators/rest/emulator.ts';
import { connectorSettings } from '../fake-crm.ts';

/** The own CRM of the documentation's second example: plain REST. */
const NUMBER = '+442079460123';
const record = { connector: 'own-1', kind: 'contact', id: 'C-77' } as const;
const at = (text: string): number => Date.parse(text);

const chat: ChatEntry = {
  ...{ key: 'sp:1', record, number: NUMBER, name: 'Marta', extension: '101', agentEmail: '', userId: null, as: 'task' },
  ...{
    subject: 'Softphone chat',
    startedAt: at('2026-11-20T10:00:00Z'),
    endedAt: at('2026-11-20T10:06:10Z'),
    text: '',
  },
  messages: [
    { at: at('2026-11-20T10:00:00Z'), from: 'customer', text: 'Hi' },
    { at: at('2026-11-20T10:00:20Z'), from: 'agent', text: 'Hello' },
  ],
};

describe('the shapes of crm-connectors.md section 8.3', () => {
  /** Plays one answer again and again, and keeps what was asked. */
  const play = ({ status, body }: { readonly status: number; readonly body: unknown }) => {
    const requests: CrmRequest[] = [];
    const playing: CrmHttp = async (request) => {
      requests.push(request);
      return { status, headers: new Headers(), text: body === null ? '' : JSON.stringify(body), json: () => body };
    };
    const definition = ownDefinition.parse(shippedRest);
    const parts = { http: playing, secrets: async () => ({ token: TOKEN }) };
    return { connector: createOwnConnector(connectorSettings(), definition, parts), requests };
  };
  const bodyOf = (requests: readonly CrmRequest[]): unknown => JSON.parse(requests[0]?.body ?? '');

  it('F-OWN-01: a contact by its number', async () => {
    const { connector, requests } = play(lookup.response);
    expect(await connector.lookup(query(NUMBER), never)).toEqual([
      {
        ...{ connector: 'own-1', kind: 'contact', id: 'C-77', name: 'Marta Ibarra', company: 'Ibarra Cycles' },
        ...{ email: 'marta@ibarra.example', phones: ['+44 20 7946 0123'], url: 'https://crm.example/contacts/C-77' },
        owner: { id: '101', name: '101', email: null, extension: null },
      },
    ]);
    expect(requests[0]).toMatchObject({ ...lookup.request, headers: { Authorization: `Bearer ${TOKEN}` } });
  });

  it.each(nobody.responses)('F-OWN-02: nobody is $status', async (response) => {
    expect(await play(response).connector.lookup(query(NUMBER), never)).toEqual([]);
  });

  it('F-OWN-03: a missed call in the journal', async () => {
    const { connector, requests } = play(call.response);
    const { key, name, agentEmail, text } = call.request.body;
    const missed = entry({
      key,
      record,
      name,
      agentEmail,
      text,
      callType: 'Missed',
      startedAt: at(call.request.body.startedAt),
    });
    expect(await connector.journal({ ...missed, durationSeconds: 0 }, never)).toEqual({ id: 'L-901' });
    expect(requests[0]).toMatchObject({ method: call.request.method, url: call.request.url });
    expect(bodyOf(requests)).toMatchObject(call.request.body);
  });

  it('F-OWN-04: what is there already is there', async () => {
    const { connector } = play(repeated.response);
    await expect(connector.journal(entry(), never)).rejects.toMatchObject({ failure: 'duplicate', existing: 'L-901' });
  });

  it('F-OWN-05: a new lead', async () => {
    const { connector, requests } = play(made.response);
    const { kind, ...fields } = made.request.body;
    const record_ = await connector.create({ ...draft, ...fields, kind: kind as 'lead' }, 'new:1', never);
    expect(record_).toMatchObject({ id: 'C-78', kind: 'lead', name: 'Ana Ruiz', url: made.response.body.url });
    expect(bodyOf(requests)).toMatchObject(made.request.body);
  });

  it('F-OWN-06: a conversation', async () => {
    const { connector, requests } = play(conversation.response);
    expect(await connector.chat(chat, never)).toEqual({ id: 'H-12' });
    expect(bodyOf(requests)).toMatchObject(conversation.request.body);
  });

  it('F-OWN-07: a link that is none is refused, the contact shown', async () => {
    const found = await play(badLink.response).connector.lookup(query(NUMBER), never);
    expect(found).toMatchObject([{ id: 'C-1', name: 'Ibarra', url: null }]);
  });
});

describe('a plain REST CRM', () => {
  let crm: RestEmulator;
  let connector: Connector;
  beforeEach(async () => {
    crm = await startRest();
    connector = openOwn(crm.url);
  });
  afterEach(() => crm.close());

  const find = async (number: string) => {
    const rules = { strategy: 'tail', country: 'GB', prefer: null, chosen: null } as const;
    return climb(query(number), await connector.lookup(query(number), never), rules);
  };

  it('knows who we are, with a token or a password', async () => {
    expect(await connector.me(never)).toEqual({ id: 'U-1', name: 'Dana Reyes' });
    await expect(openOwn(crm.url, shippedRest, { token: 'x' }).me(never)).rejects.toMatchObject({ failure: 'auth' });
    crm.switches.auth = 'basic';
    const basic = { ...shippedRest, auth: { type: 'basic' }, secrets: ['user', 'password'] };
    expect((await openOwn(crm.url, basic, { user: USER, password: PASSWORD }).me(never)).id).toBe('U-1');
    await expect(openOwn(crm.url, basic, { user: USER }).me(never)).rejects.toMatchObject({ failure: 'auth' });
  });

  it('begins a session where one is wanted, once for all, and again when it is over', async () => {
    crm.switches.auth = 'session';
    const session = {
      ...shippedRest,
      secrets: ['user', 'password'],
      login: {
        ...{ method: 'POST', path: 'login', outputs: { token: 'session.token' } },
        body: { user: '{{secret.user}}', password: '{{secret.password}}' },
      },
      auth: { type: 'header', name: 'X-Session', value: '{{session.token}}' },
    };
    const signedIn = openOwn(crm.url, session, { user: USER, password: PASSWORD });
    await Promise.all([signedIn.me(never), signedIn.users(never), signedIn.search('x', 5, never)]);
    expect(crm.logins()).toBe(1);
    crm.switches.sessionRequests = 1;
    expect((await signedIn.me(never)).id).toBe('U-1');
    expect(crm.logins()).toBe(2);
    crm.switches.auth = 'nobody';
    await expect(signedIn.me(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.logins()).toBe(3);
  });

  it('finds by the whole number, then by its end, and knows leads', async () => {
    crm.store.put({ lastName: 'Ibarra', phones: ['+44 20 7946 0123'] });
    crm.store.put({ type: 'lead', lastName: 'Ruiz', phones: ['946 0777'], owner: '101' });
    expect(await find(NUMBER)).toMatchObject({ state: 'one', by: 'e164', record: { name: 'Ibarra', kind: 'contact' } });
    expect(crm.server.calls.length).toBe(1);
    expect(await find('+442079460777')).toMatchObject({
      state: 'one',
      by: 'tail',
      record: { kind: 'lead', owner: { id: '101' } },
    });
    expect(await find('+442079460999')).toEqual({ state: 'none' });
  });

  it('is searched by words and by e-mail', async () => {
    crm.store.put({ firstName: 'Marta', lastName: 'Ibarra', email: 'marta@ibarra.example' });
    crm.store.put({ lastName: 'Ruiz', company: 'Ibarra SL' });
    expect(names(await connector.search('ibarra', 5, never))).toEqual(['Marta Ibarra', 'Ruiz']);
    expect(names(await connector.search('ibarra', 1, never))).toEqual(['Marta Ibarra']);
    expect(names(await connector.lookupByEmail('marta@ibarra.example', never))).toEqual(['Marta Ibarra']);
  });

  it('takes new contacts, and says why not', async () => {
    expect(await connector.create(draft, 'new:1', never)).toMatchObject({
      id: 'C-1',
      name: 'Marta Ibarra',
      url: `${crm.url}/contacts/C-1`,
    });
    expect(await find(NUMBER)).toMatchObject({ state: 'one', record: { id: 'C-1' } });
    await expect(connector.create({ ...draft, lastName: '', company: '' }, 'new:2', never)).rejects.toMatchObject({
      ...{ failure: 'refused', unsure: false, message: expect.stringContaining('lastName is missing') },
    });
  });

  it('keeps each call once, finds it again and takes what comes later', async () => {
    expect(await connector.journal(entry({ record, agentEmail: "o'hara@example.com" }), never)).toEqual({ id: 'L-1' });
    await expect(connector.journal(entry({ record }), never)).rejects.toMatchObject({
      failure: 'duplicate',
      existing: 'L-1',
    });
    const known = { key: entry().key, startedAt: 1, record };
    expect(await connector.findJournal(known, never)).toEqual({ id: 'L-1' });
    expect(await connector.findJournal({ ...known, key: 'sp:0' }, never)).toBeNull();
    const patch = { note: 'wants "an offer"', disposition: 'Sold', recordingUrl: 'https://x.example/r', text: 't' };
    await connector.updateJournal('L-1', patch, never);
    expect(crm.store.calls).toMatchObject([
      { id: 'L-1', contactId: 'C-77', note: 'wants "an offer"', recordingUrl: 'https://x.example/r' },
    ]);
  });

  it('keeps conversations, and has users', async () => {
    expect(await connector.chat(chat, never)).toEqual({ id: 'H-1' });
    expect(crm.store.chats).toMatchObject([
      { subject: 'Softphone chat', messages: [{ from: 'customer' }, { from: '101' }] },
    ]);
    expect(await connector.users(never)).toMatchObject([
      { extension: '101' },
      { email: "o'hara@example.com", extension: null },
    ]);
  });

  it('is tried from the settings, and shows no secret', async () => {
    crm.store.put({ lastName: 'Ibarra', phones: [NUMBER] });
    const wanted = { connector: 'own-1', operation: 'lookupByNumber', values: { e164: NUMBER }, http };
    const secrets = { token: TOKEN };
    const tried = await tryOperation({
      ...wanted,
      definition: { ...shippedRest, baseUrl: `${crm.url}/api/${TOKEN}/..` },
      secrets,
    });
    expect(tried).toMatchObject({ status: 200, error: null, records: [{ name: 'Ibarra' }] });
    expect(JSON.stringify(tried)).not.toContain(TOKEN);
    await expect(tryOperation({ ...wanted, definition: {}, secrets })).rejects.toMatchObject({
      code: 'crm.definition',
    });
  });
});
