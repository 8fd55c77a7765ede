// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import type { Built } from '../../src-main/crm/registry.ts';
import { draft, entry, names, never, query } from '../crm-emulators/common/examples.ts';
import { FAULT_KINDS } from '../crm-emulators/common/faults.ts';
import { freePort } from '../crm-emulators/common/free-port.ts';
import { fixture, openTemplate } from '../crm-emulators/rest/connected.ts';
import { PASSWORD, REST_CLIENT, type RestEmulator, startRest } from '../crm-emulators/rest/emulator.ts';
import { fakeSecrets } from '../fakes.ts';

/** Templates before a CRM that is out of order, and one signed in to in the browser. */
let crm: RestEmulator;
const record = { connector: 'tpl-1', kind: 'contact', id: 'Contacts:C-1' } as const;

beforeEach(async () => {
  crm = await startRest();
});
afterEach(() => crm.close());

describe('trouble', () => {
  let connector: Connector;

  beforeEach(async () => {
    crm.switches.auth = 'basic';
    const wanted = { xml: fixture('harbour'), parameters: { Server: crm.url }, secrets: { Password: PASSWORD } };
    connector = (await openTemplate(wanted)).connector;
    crm.store.put({ firstName: 'Marta', lastName: 'Ibarra', phones: ['+442079460123'] });
  });

  const kinds = FAULT_KINDS.filter((kind) => !kind.startsWith('slow'));

  it.each(kinds)('%s is a failure, never a wrong answer', async (kind) => {
    for (const only of ['/api/search', '/api/contacts/C-1']) {
      crm.server.faults.plan.push({ kind, only, to: 'https://example.com/' });
      const ask = connector.lookup(query('+442079460123'), never);
      // An empty reply is 3CX's way to say that there is nobody.
      if (kind === 'empty') expect(await ask).toEqual([]);
      else await expect(ask).rejects.toMatchObject({ name: 'CrmError', unsure: false });
    }
    expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Marta Ibarra']);
  });

  it.each(kinds.filter((kind) => !['empty', 'half-json'].includes(kind)))(
    '%s while writing is told, and left to a person unless nothing was done',
    async (kind) => {
      crm.server.faults.plan.push({ kind, only: 'POST /api/calls', to: 'https://example.com/' });
      const result = await connector.journal(entry({ record }), never).catch((error: unknown) => error);
      const isSure = kind === 'error-before';
      // A body that is not read cannot be wrong; it came, and the CRM has the entry.
      if (['huge', 'gzip-bomb', 'cut-body'].includes(kind)) expect(result).toMatchObject({ unsure: true });
      else
        expect(result).toMatchObject(
          isSure ? { failure: 'network', unsure: false } : { failure: 'refused', unsure: true },
        );
    },
  );

  it('a CRM that answers nothing is left when the caller has waited enough', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 5_000 });
    const attempt = connector.lookup(query('+442079460123'), AbortSignal.timeout(100));
    await expect(attempt).rejects.toMatchObject({ failure: 'network' });
  });

  it('too many requests wait as long as the CRM says', async () => {
    crm.switches.answers.push({ status: 429, headers: { 'Retry-After': '7' } }, { status: 429 });
    const ask = () => connector.lookup(query('+442079460123'), never);
    await expect(ask()).rejects.toMatchObject({ failure: 'quota', retryAfterMs: 7_000 });
    await expect(ask()).rejects.toMatchObject({ failure: 'quota', retryAfterMs: null });
    crm.switches.answers.push({ status: 429 });
    await expect(connector.journal(entry({ record }), never)).rejects.toMatchObject({
      failure: 'quota',
      unsure: false,
    });
    expect(crm.store.calls).toEqual([]);
  });

  it.each([
    [401, 'auth'],
    [403, 'forbidden'],
    [404, 'refused'],
    [409, 'duplicate'],
    [422, 'refused'],
    [503, 'network'],
  ] as const)('%i is %s', async (status, failure) => {
    crm.switches.answers.push(null, { status, body: { error: 'no' } });
    await expect(connector.journal(entry({ record }), never)).rejects.toMatchObject({ failure, unsure: false });
  });

  it('half a record, and one with another\u2019s name, are passed over; strange links are not opened', async () => {
    const half = (contact: object) =>
      crm.switches.answers.push(
        { status: 200, body: { hits: [{ contact: { id: 'C-1', numbers: [{ value: '+442079460123' }] } }] } },
        { status: 200, body: { contact } },
      );
    const ask = () => connector.lookup(query('+442079460123'), never);
    half({ id: 'C-1' });
    expect(await ask()).toEqual([]);
    half({ id: 'C-2', lastName: 'Other' });
    expect(await ask()).toEqual([]);
    for (const url of [
      'javascript:alert(1)',
      'https://evil.example/',
      'data:text/html,x',
      `${crm.url}@evil.example/`,
      ['x'],
      7,
    ]) {
      half({ id: 'C-1', lastName: 'Ibarra', url });
      expect(await ask()).toMatchObject([{ name: 'Ibarra', url: null }]);
    }
    half({ id: 'C-1', lastName: { a: 1 }, firstName: [['x']], company: 12, numbers: 'none' });
    expect(await ask()).toMatchObject([{ name: 'x', phones: [] }]);
  });

  it('fifty hits for one number are followed up only so far', async () => {
    for (let at = 0; at < 60; at += 1) crm.store.put({ lastName: `Ibarra ${at}`, phones: ['+442079460123'] });
    const found = await connector.lookup(query('+442079460123'), never);
    expect([found.length, crm.server.calls.length]).toEqual([20, 21]);
  });

  it('a number in an address stays in its place', async () => {
    await connector.lookupByEmail('a&b=c#d/../e?f+g%h@x', never);
    expect([...(crm.server.calls[0]?.query ?? [])]).toEqual([
      ['field', 'email'],
      ['q', 'a&b=c#d/../e?f+g%h@x'],
    ]);
    crm.switches.answers.push({
      status: 200,
      body: { hits: [{ contact: { id: '../../admin?x=1#', numbers: [{ value: '+442079460123' }] } }] },
    });
    await connector.lookup(query('+442079460123'), never);
    expect(crm.server.calls.at(-1)?.path).toBe('/api/contacts/..%2F..%2Fadmin%3Fx%3D1%23');
    crm.switches.answers.push({
      status: 200,
      body: { hits: [{ contact: { id: '..', numbers: [{ value: '+442079460123' }] } }] },
    });
    await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'refused' });
  });

  it('scenarios that never end are stopped', async () => {
    const scenario = (id: string, next: string) =>
      `<Scenario Id="${id}"><Request Url="${crm.url}/api/me"/><Outputs Next="${next}" AllowEmpty="true"/></Scenario>`;
    const endless = scenario('', '[IIf(True,A,B)]') + scenario('A', '[IIf(True,A,B)]');
    const xml = `<Crm Name="T"><Authentication Type="Basic"><Value>api:[Password]</Value></Authentication><Parameters><Parameter Name="Password" Type="Password"/></Parameters><Scenarios>${endless}</Scenarios></Crm>`;
    const { connector: endlessly } = await openTemplate({ xml, secrets: { Password: PASSWORD } });
    await expect(endlessly.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'refused' });
    expect(crm.server.calls.length).toBe(21);
  });

  it('what cannot be made out again is not repeated: a create is left unsure', async () => {
    crm.server.faults.plan.push({ kind: 'reset-after', only: 'POST /api/contacts' });
    await expect(connector.create(draft, 'k', never)).rejects.toMatchObject({ failure: 'network', unsure: true });
  });
});

describe('a template signed in to in the browser', () => {
  let built: Required<Built>;
  const keychain = fakeSecrets();
  const open = async (port: number): Promise<Required<Built>> => {
    const parameters = { Site: crm.url, ClientId: REST_CLIENT.id };
    const options = { redirectPorts: [port] };
    const secrets = { ClientSecret: REST_CLIENT.secret };
    return (await openTemplate({ xml: fixture('beacon'), parameters, secrets, options, keychain })) as Required<Built>;
  };
  let port: number;

  beforeEach(async () => {
    crm.switches.auth = 'oauth';
    crm.oauth.switches.requireSecret = true;
    crm.oauth.switches.rotation = true;
    port = await freePort();
    keychain.values.clear();
    crm.oauth.apps.set(REST_CLIENT.id, {
      secret: REST_CLIENT.secret,
      redirectUris: [`http://localhost:${port}/oauth/callback`],
    });
    crm.store.put({ id: 'C-1', lastName: 'Ibarra', phones: ['+442079460123'] });
    built = await open(port);
  });

  const ask = async (one: Required<Built> = built) => names(await one.connector.lookup(query('+442079460123'), never));

  it('has to be signed in to, and then is; the token\u2019s answer says where the API is', async () => {
    expect(built.state()).toBe('sign-in');
    await expect(ask()).rejects.toMatchObject({ failure: 'auth' });
    await built.connect(never);
    expect(built.state()).toBe('ready');
    expect(await ask()).toEqual(['Ibarra']);
    expect(crm.server.calls.at(-1)?.query.get('number')).toBe('00442079460123');
    expect(crm.server.calls.at(-1)?.headers['x-user']).toBe('U-1');
    const authorize = crm.server.calls.find(({ path }) => path === '/oauth/authorize');
    expect(Object.fromEntries(authorize?.query ?? [])).toMatchObject({
      scope: 'contacts calls',
      prompt: 'consent',
      code_challenge_method: 'S256',
    });
  });

  it('renews its token once for all, keeps a rotated one, and outlives a new start', async () => {
    await built.connect(never);
    crm.oauth.expireAccess();
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([['Ibarra'], ['Ibarra'], ['Ibarra']]);
    expect(crm.oauth.count).toMatchObject({ exchanges: 1, refreshes: 1 });
    // Once with the dead token, once with the new one.
    expect(crm.server.calls.filter(({ path }) => path === '/api/me').length).toBe(2);
    const again = await open(port);
    expect([again.state(), await ask(again)]).toEqual(['ready', ['Ibarra']]);
    crm.oauth.revokeAll();
    await expect(ask(again)).rejects.toMatchObject({ failure: 'auth' });
    expect(again.state()).toBe('sign-in');
  });

  it('no token is in an address, a variable of a record, or an error', async () => {
    await built.connect(never);
    await ask();
    const sent = crm.server.calls
      .filter(({ path }) => path.startsWith('/api/'))
      .map(({ path, query: asked }) => `${path}?${asked}`);
    expect(sent.join()).not.toMatch(/access0|refresh0|rest-secret/);
    expect(JSON.stringify(await built.connector.lookup(query('+442079460123'), never))).not.toMatch(/access0|refresh0/);
    await built.disconnect();
    expect([built.state(), keychain.values.size]).toEqual(['sign-in', 0]);
  });
});
