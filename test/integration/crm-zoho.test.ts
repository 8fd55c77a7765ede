// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { FAULT_KINDS } from '../crm-emulators/common/faults.ts';
import { startServer } from '../crm-emulators/common/server.ts';
import { type ConnectedZoho, zohoBefore } from '../crm-emulators/zoho/connected.ts';
import { CLIENT_SECRET, type ZohoEmulator } from '../crm-emulators/zoho/emulator.ts';
import { contact, entry, names, never, query } from '../crm-emulators/zoho/examples.ts';

let stand: ConnectedZoho;
let crm: ZohoEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await zohoBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

const REFRESH = 'grant_type=refresh_token';
const tokenCalls = () => crm.server.calls.filter(({ path }) => path === '/oauth/v2/token');

describe('connecting', () => {
  it('keeps tokens in the keychain, shows none of them, and says who we are', async () => {
    expect(await connector.me(never)).toEqual({ id: crm.userId, name: 'Dana Reyes' });
    expect(stand.signIn.state()).toBe('ready');
    expect(stand.visits.map(({ status, text }) => [status, text.includes('Back to Megadial')])).toEqual([[200, true]]);
    const kept = JSON.parse(stand.keychain.get('crm:zoho') ?? '');
    expect(kept.facts).toEqual({ accountsServer: crm.url, apiDomain: crm.url });
    expect(stand.visits[0]?.text).not.toMatch(/code0|access0|refresh0/);
  });

  it('asks for what is needed, with PKCE, and for access that lasts', async () => {
    const asked = Object.fromEntries(stand.opened[0]?.searchParams ?? []);
    expect(asked).toMatchObject({ access_type: 'offline', prompt: 'consent', code_challenge_method: 'S256' });
    expect(asked.scope).not.toMatch(/DELETE|ALL/);
    const form = Object.fromEntries(new URLSearchParams(tokenCalls()[0]?.body));
    expect(form).toMatchObject({ client_secret: CLIENT_SECRET, code_verifier: expect.any(String) });
  });

  it('goes without PKCE for a client of the server kind', async () => {
    crm.oauth.switches.requirePkce = false;
    const { signIn } = await stand.restarted({ clientKind: 'server' });
    await signIn.connect(never);
    expect(stand.opened.at(-1)?.searchParams.has('code_challenge')).toBe(false);
    expect(tokenCalls().at(-1)?.body).not.toContain('code_verifier');
  });

  it('goes without a secret where none is typed and none is wanted', async () => {
    crm.oauth.switches.requireSecret = false;
    delete stand.values.clientSecret;
    await stand.signIn.connect(never);
    expect(tokenCalls().at(-1)?.body).not.toContain('client_secret');
    expect((await connector.me(never)).name).toBe('Dana Reyes');
  });

  it('says that the secret is wrong, although the status is good', async () => {
    stand.values.clientSecret = 'another';
    await expect(stand.signIn.connect(never)).rejects.toMatchObject({ code: 'oauth.secret' });
  });

  it('outlives a new start of the program', async () => {
    const again = await stand.restarted();
    expect([again.signIn.state(), (await again.connector.me(never)).name]).toEqual(['ready', 'Dana Reyes']);
  });

  it('anew knows nothing of the organisation before', async () => {
    const id = contact(crm, 'Ibarra', { Phone: '+442079460123' });
    await connector.lookup(query('+442079460123'), never);
    crm.switches.zgid = '777';
    crm.switches.hidden = ['Contacts.Home_Phone'];
    await stand.signIn.connect(never);
    const [record] = await connector.lookup(query('+442079460123'), never);
    expect(record?.url).toBe(`${crm.url}/crm/org777/tab/Contacts/${id}`);
  });

  it('ends here and there', async () => {
    await stand.signIn.disconnect();
    expect([stand.signIn.state(), crm.oauth.count.revocations, stand.keychain.has('crm:zoho')]).toEqual([
      ...['sign-in', 1, false],
    ]);
    await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'auth' });
  });
});

describe('data centres', () => {
  it('goes where the person lives: the code and everything after it', async () => {
    const front = await startServer((call) => crm.oauth.handle(call) ?? { status: 404 });
    try {
      const { signIn, connector: there } = await stand.restarted({ dataCentre: front.url });
      await signIn.connect(never);
      crm.oauth.expireAccess();
      expect((await there.me(never)).name).toBe('Dana Reyes');
      expect(front.calls.map(({ path }) => path)).toEqual(['/oauth/v2/auth']);
    } finally {
      await front.close();
    }
  });

  it('stays where it began when the redirect names no server', async () => {
    crm.switches.location = null;
    await stand.signIn.connect(never);
    expect((await connector.me(never)).name).toBe('Dana Reyes');
  });

  it('sends nothing to an API that is none of theirs', async () => {
    for (const evil of ['https://www.zohoapis.eu.example.com', 'https://example.com', 'javascript:alert(1)']) {
      crm.switches.apiDomain = evil;
      await expect(stand.signIn.connect(never)).rejects.toMatchObject({ code: 'oauth.bad-reply' });
    }
  });

  it('begins at no server that is none of theirs', async () => {
    const options = { dataCentre: 'https://accounts.zoho.eu.example.com' };
    await expect(stand.restarted(options)).rejects.toMatchObject({ code: 'crm.refused' });
  });
});

describe('a token that has run out', () => {
  it('is renewed once for all who ask, and the refresh token stays', async () => {
    const before = JSON.parse(stand.keychain.get('crm:zoho') ?? '').refresh;
    for (let round = 1; round <= 3; round += 1) {
      crm.oauth.expireAccess();
      const found = await Promise.all(Array.from({ length: 8 }, () => connector.users(never)));
      expect([found.flat().length, crm.oauth.count.refreshes]).toEqual([8, round]);
    }
    expect(JSON.parse(stand.keychain.get('crm:zoho') ?? '').refresh).toBe(before);
    expect((await (await stand.restarted()).connector.me(never)).name).toBe('Dana Reyes');
  });

  it.each(['INVALID_TOKEN', 'AUTHENTICATION_FAILURE'] as const)('is one by the name of %s', async (tokenCode) => {
    Object.assign(crm.switches, { tokenCode, tokenLost: 1 });
    expect((await connector.users(never)).length).toBe(1);
    expect(crm.oauth.count.refreshes).toBe(1);
  });

  it('is not renewed for ever, and never more than five times a minute', async () => {
    crm.switches.tokenLost = 999;
    crm.switches.refreshesAMinute = 5;
    for (let at = 0; at < 5; at += 1) {
      await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    }
    const sixth = connector.users(never);
    await expect(sixth).rejects.toMatchObject({ failure: 'quota', retryAfterMs: expect.any(Number) });
    expect(tokenCalls().filter(({ body }) => body.includes(REFRESH)).length).toBe(5);
    expect(stand.signIn.state()).toBe('ready');
  });

  it('and a token server that has had enough: later again, nothing is lost', async () => {
    crm.switches.refreshesAMinute = 0;
    crm.oauth.expireAccess();
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'quota' });
    expect(stand.signIn.state()).toBe('ready');
    crm.switches.refreshesAMinute = 5;
    expect((await connector.users(never)).length).toBe(1);
  });

  it('by revocation asks for a new connection, and no more of the CRM', async () => {
    crm.oauth.revokeAll();
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(stand.signIn.state()).toBe('sign-in');
    const before = crm.server.calls.length;
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.server.calls.length).toBe(before);
    await stand.signIn.connect(never);
    expect((await connector.users(never)).length).toBe(1);
  });

  it.each([401, 403] as const)('is told from one that may too little, whatever the status: %s', async (scopeStatus) => {
    Object.assign(crm.switches, { scopeStatus, withheld: ['ZohoCRM.users.READ'] });
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'scopes' });
    expect(crm.oauth.count.refreshes).toBe(0);
  });
});

describe('users', () => {
  it('are the active ones, of all pages', async () => {
    crm.switches.usersAPage = 2;
    for (const name of ['Ann', 'Bea', 'Cem', 'Dov']) crm.store.addUser(name, `${name}@example.com`);
    crm.store.addUser('Gone', 'gone@example.com', 'deleted');
    const users = await connector.users(never);
    expect(names(users)).toEqual(['Dana Reyes', 'Ann', 'Bea', 'Cem', 'Dov']);
    expect(users[1]).toMatchObject({ email: 'Ann@example.com', extension: null });
    expect(crm.server.calls.filter(({ path }) => path === '/crm/v8/users').length).toBe(3);
  });

  it('who have left own nothing any more', async () => {
    const userId = crm.store.addUser('Gone', 'gone@example.com', 'deleted');
    const attempt = connector.journal(entry({ userId }), never);
    await expect(attempt).rejects.toMatchObject({ failure: 'refused', field: 'Owner', unsure: false });
  });
});

describe('trouble', () => {
  it.each([
    ['TOO_MANY_REQUESTS', { failure: 'quota', retryAfterMs: null }, false],
    ['NO_PERMISSION', { failure: 'forbidden' }, false],
    ['INTERNAL_ERROR', { failure: 'network' }, true],
  ] as const)('%s', async (refuse, expected, unsure) => {
    await connector.journal(entry(), never);
    crm.switches.refuse = refuse;
    await expect(connector.users(never)).rejects.toMatchObject({ ...expected, unsure: false });
    await expect(connector.journal(entry({ key: 'sp:2' }), never)).rejects.toMatchObject({ ...expected, unsure });
  });

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s is a failure, never a wrong answer',
    async (kind) => {
      // One request at a time: which one goes wrong is certain.
      crm.switches.noAccess = ['Leads', 'Accounts'];
      contact(crm, 'Ibarra', { Phone: '+442079460123', Email: 'marta@example.com' });
      await connector.journal(entry(), never);
      await connector.lookup(query('+442079460123'), never);
      await connector.findJournal(entry(), never);
      for (const ask of [
        () => connector.lookup(query('+442079460123'), never),
        () => connector.search('Ibarra', 5, never),
        () => connector.lookupByEmail('marta@example.com', never),
        () => connector.users(never),
        () => connector.me(never),
        () => connector.findJournal(entry(), never),
      ]) {
        crm.server.faults.plan.push({ kind, only: '/crm/v8/', to: 'https://example.com/' });
        await expect(ask()).rejects.toMatchObject({ name: 'CrmError', unsure: false });
        expect(crm.server.faults.plan).toEqual([]);
      }
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s while the fields are described heals',
    async (kind) => {
      contact(crm, 'Ibarra', { Phone: '+442079460123' });
      crm.server.faults.plan.push({ kind, only: 'settings/fields', to: 'https://example.com/' });
      await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ name: 'CrmError' });
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it('a CRM that answers nothing is left when the caller has waited enough', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 5_000, only: '/search' });
    const attempt = connector.lookup(query('+442079460123'), AbortSignal.timeout(100));
    await expect(attempt).rejects.toMatchObject({ failure: 'network' });
  });

  it('never asks more at once than the smallest edition allows', async () => {
    crm.switches.atOnce = 5;
    contact(crm, 'Ibarra', { Phone: '020 7946 0123' });
    expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    expect(await connector.search('nobody at all', 5, never)).toEqual([]);
  });
});

it('no token and no secret is in an address or in an error', async () => {
  crm.oauth.expireAccess();
  await connector.users(never);
  const urls = crm.server.calls.map(({ path, query: asked }) => `${path}?${asked}`).join('\n');
  expect(urls).not.toMatch(/access0|refresh0|fixture-secret/);
  crm.switches.refuse = 'NO_PERMISSION';
  const error: unknown = await connector.users(never).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/access0|refresh0|fixture-secret/);
});
