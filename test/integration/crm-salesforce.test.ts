// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../src-main/crm/api.ts';
import { FAULT_KINDS } from '../crm-emulators/common/faults.ts';
import { type ConnectedSalesforce, salesforceBefore } from '../crm-emulators/salesforce/connected.ts';
import { CLIENT_SECRET, person, type SalesforceEmulator } from '../crm-emulators/salesforce/emulator.ts';
import { contact, entry, names, never, query } from '../crm-emulators/salesforce/examples.ts';

let stand: ConnectedSalesforce;
let crm: SalesforceEmulator;
let connector: Connector;

beforeEach(async () => {
  stand = await salesforceBefore();
  ({ crm, connector } = stand);
  await stand.signIn.connect(never);
});

afterEach(() => stand.close());

describe('connecting', () => {
  it('keeps tokens in the keychain, shows none of them, and says who we are', async () => {
    expect(await connector.me(never)).toEqual({ id: crm.userId, name: 'Dana Reyes' });
    expect(stand.signIn.state()).toBe('ready');
    expect(stand.visits.map(({ status, text }) => [status, text.includes('Back to Megadial')])).toEqual([[200, true]]);
    const kept = JSON.parse(stand.keychain.get('crm:salesforce') ?? '');
    expect([kept.facts.instanceUrl, /code|access0|refresh0/.test(stand.visits[0]?.text ?? '')]).toEqual([
      crm.url,
      false,
    ]);
  });

  it('outlives a new start of the program', async () => {
    const again = await stand.restarted();
    expect([again.signIn.state(), (await again.connector.me(never)).name]).toEqual(['ready', 'Dana Reyes']);
  });

  it('sends a secret where the organisation requires one', async () => {
    crm.oauth.switches.requireSecret = true;
    await expect(stand.signIn.connect(never)).rejects.toMatchObject({ code: 'oauth.secret' });
    stand.values.clientSecret = CLIENT_SECRET;
    await stand.signIn.connect(never);
    expect((await connector.me(never)).name).toBe('Dana Reyes');
  });

  it('to a server that is none of theirs is refused', async () => {
    const options = { host: 'https://salesforce.com.example.com' };
    await expect(stand.restarted(options)).rejects.toMatchObject({ code: 'crm.refused' });
  });

  it('ends here and there', async () => {
    await stand.signIn.disconnect();
    expect([stand.signIn.state(), crm.oauth.count.revocations, stand.keychain.has('crm:salesforce')]).toEqual([
      'sign-in',
      1,
      false,
    ]);
    await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ failure: 'auth' });
  });
});

describe('a session that has ended', () => {
  it.each([false, true])('is renewed once for all who ask; rotation: %s', async (rotation) => {
    crm.oauth.switches.rotation = rotation;
    for (let round = 1; round <= 3; round += 1) {
      crm.oauth.expireAccess();
      const found = await Promise.all(Array.from({ length: 8 }, () => connector.users(never)));
      expect([found.flat().length, crm.oauth.count.refreshes]).toEqual([8, round]);
    }
    expect((await (await stand.restarted()).connector.me(never)).name).toBe('Dana Reyes');
  });

  it('is not renewed for ever', async () => {
    crm.switches.sessionLost = 99;
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.oauth.count.refreshes).toBe(1);
  });

  it('by revocation asks for a new connection, and no more of the CRM', async () => {
    crm.oauth.revokeAll();
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(stand.signIn.state()).toBe('sign-in');
    const before = crm.server.calls.length;
    await expect(connector.users(never)).rejects.toMatchObject({ failure: 'auth' });
    expect(crm.server.calls.length).toBe(before);
    expect((await stand.restarted()).signIn.state()).toBe('sign-in');
    await stand.signIn.connect(never);
    expect((await connector.users(never)).length).toBe(1);
  });

  it.each([
    ['rest', 'scopes'],
    ['agent', 'forbidden'],
  ] as const)('in a way no token heals (%s) is not renewed: %s', async (badSession, failure) => {
    crm.switches.badSession = badSession;
    await expect(connector.users(never)).rejects.toMatchObject({ failure });
    expect(crm.oauth.count.refreshes).toBe(0);
  });
});

describe('users', () => {
  it('are the active people; one e-mail may belong to several', async () => {
    crm.put('User', person('Ann', "o'hara@example.com"));
    crm.put('User', person('Bea', "o'hara@example.com"));
    crm.put('User', person('Gone', 'gone@example.com', false));
    expect(names(await connector.users(never))).toEqual(['Ann', 'Bea', 'Dana Reyes']);
    expect(names((await connector.usersByEmail?.("O'Hara@example.com", never)) ?? [])).toEqual(['Ann', 'Bea']);
    expect(await connector.usersByEmail?.('gone@example.com', never)).toEqual([]);
  });

  it('who have left own nothing any more', async () => {
    const userId = crm.put('User', person('Gone', 'gone@example.com', false));
    await expect(connector.journal(entry({ userId }), never)).rejects.toMatchObject({
      failure: 'refused',
      field: 'OwnerId',
    });
  });
});

describe('trouble', () => {
  it.each([
    ['REQUEST_LIMIT_EXCEEDED', { failure: 'quota', retryAfterMs: null }],
    ['CONCURRENT', { failure: 'quota', retryAfterMs: 15_000 }],
    ['API_DISABLED_FOR_ORG', { failure: 'forbidden' }],
  ] as const)('403 %s', async (forbidden, expected) => {
    crm.switches.forbidden = forbidden;
    await expect(connector.users(never)).rejects.toMatchObject(expected);
    await expect(connector.journal(entry(), never)).rejects.toMatchObject({ ...expected, unsure: false });
  });

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s is a failure, never a wrong answer',
    async (kind) => {
      contact(crm, 'Ibarra', { Phone: '+442079460123' });
      await connector.lookup(query('+442079460123'), never);
      for (const ask of [
        () => connector.lookup(query('+442079460123'), never),
        () => connector.search('Ibarra', 5, never),
        () => connector.lookupByEmail('marta@example.com', never),
        () => connector.users(never),
        () => connector.me(never),
        () => connector.findJournal(entry(), never),
      ]) {
        crm.server.faults.plan.push({ kind, only: '/services/data/v68.0/', to: 'https://example.com/' });
        await expect(ask()).rejects.toMatchObject({ name: 'CrmError', unsure: false });
        expect(crm.server.faults.plan).toEqual([]);
      }
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it.each(FAULT_KINDS.filter((kind) => !kind.startsWith('slow')))(
    '%s while the objects are described heals',
    async (kind) => {
      contact(crm, 'Ibarra', { Phone: '+442079460123' });
      crm.server.faults.plan.push({ kind, only: 'Lead/describe', to: 'https://example.com/' });
      await expect(connector.lookup(query('+442079460123'), never)).rejects.toMatchObject({ name: 'CrmError' });
      expect(names(await connector.lookup(query('+442079460123'), never))).toEqual(['Ibarra']);
    },
  );

  it('a CRM that answers nothing is left when the caller has waited enough', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 5_000, only: '/search' });
    const attempt = connector.lookup(query('+442079460123'), AbortSignal.timeout(100));
    await expect(attempt).rejects.toMatchObject({ failure: 'network' });
  });
});

it('no token and no secret is in an address or in an error', async () => {
  crm.oauth.expireAccess();
  await connector.users(never);
  const urls = crm.server.calls.map(({ path, query: asked_ }) => `${path}?${asked_}`).join('\n');
  expect(urls).not.toMatch(/access0|refresh0/);
  crm.switches.forbidden = 'API_DISABLED_FOR_ORG';
  const error: unknown = await connector.users(never).catch((thrown: unknown) => thrown);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/access0|refresh0/);
});
