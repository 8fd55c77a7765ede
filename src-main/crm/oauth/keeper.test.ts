// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src-shared/errors.ts';
import { type PlainCrm, startPlainCrm } from '../../../test/crm-emulators/common/plain.ts';
import { silentLog } from '../../../test/fakes.ts';
import { createCrmHttp } from '../http.ts';
import { type ConnectionState, createTokenKeeper, type TokenKeeper } from './keeper.ts';
import type { TokenStore, Tokens } from './model.ts';

const never = new AbortController().signal;
const http = createCrmHttp({ fetch });
let crm: PlainCrm;
let disk: Tokens | null;
let locked: boolean;
let saves: number;
let states: ConnectionState[];
let store: TokenStore;
let keeper: TokenKeeper;

beforeAll(async () => {
  crm = await startPlainCrm([]);
});
afterAll(() => crm.close());

function open(): TokenKeeper {
  const changed = (state: ConnectionState) => void states.push(state);
  return createTokenKeeper({ store, http, provider: crm.provider, now: Date.now, log: silentLog, changed });
}

/** A connection as the browser flow leaves it: by an exchange without redirect. */
async function connected(): Promise<Tokens> {
  const authorize = new URL(`${crm.server.url}/authorize`);
  authorize.search = new URLSearchParams({
    client_id: 'client-1',
    redirect_uri: 'http://localhost/',
    state: 's',
  }).toString();
  crm.oauth.apps.set('client-1', { secret: 'secret-1', redirectUris: ['http://localhost/'] });
  crm.oauth.switches.requirePkce = false;
  const back = (await fetch(authorize, { redirect: 'manual' })).headers.get('location') ?? '';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: 'client-1',
    redirect_uri: 'http://localhost/',
    code: new URL(back).searchParams.get('code') ?? '',
  });
  const answer = (await (await fetch(`${crm.server.url}/token`, { method: 'POST', body })).json()) as Record<
    string,
    string
  >;
  return { access: answer.access_token ?? '', refresh: answer.refresh_token ?? '', expiresAt: null, facts: { a: '1' } };
}

beforeEach(async () => {
  Object.assign(crm.oauth.switches, { rotation: true, refuse: null, consent: 'allow' });
  crm.oauth.count.refreshes = 0;
  crm.server.faults.plan.length = 0;
  disk = await connected();
  locked = false;
  saves = 0;
  states = [];
  const open_ = () => (locked ? Promise.reject(new AppError('keychain.locked')) : Promise.resolve());
  store = {
    load: () => open_().then(() => disk),
    save: (tokens) =>
      open_().then(() => {
        saves += 1;
        disk = tokens;
      }),
    clear: () =>
      open_().then(() => {
        disk = null;
      }),
  };
  keeper = open();
});

/** True when the API takes this token. */
const works = (token: string) => crm.oauth.check(token) === 'valid';

async function renewOnce(): Promise<string> {
  const { token } = await keeper.access(never);
  return (await keeper.renew(token, never)).token;
}

describe('renewing', () => {
  it('happens once for all who ask, and later askers get what came of it', async () => {
    const { token } = await keeper.access(never);
    const renewed = await Promise.all(Array.from({ length: 20 }, () => keeper.renew(token, never)));
    const late = await keeper.renew(token, never);
    expect(new Set([...renewed, late].map((access) => access.token)).size).toBe(1);
    expect([crm.oauth.count.refreshes, works(late.token)]).toEqual([1, true]);
  });

  it('keeps the rotated refresh token before anybody sees the new access', async () => {
    let seenBeforeKept = false;
    const { save } = store;
    store = { ...store, save: (tokens) => new Promise(setImmediate).then(() => save(tokens)) };
    keeper = open();
    const { token } = await keeper.access(never);
    const renewed = keeper.renew(token, never).then((access) => {
      seenBeforeKept = disk?.access !== access.token;
    });
    await renewed;
    expect([seenBeforeKept, saves]).toEqual([false, 1]);
  });

  it('goes on when the one who asked first stops waiting', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 50 });
    const stop = new AbortController();
    const { token } = await keeper.access(never);
    const first = keeper.renew(token, stop.signal);
    const second = keeper.renew(token, never);
    stop.abort();
    await expect(first).rejects.toMatchObject({ failure: 'network', unsure: false });
    expect(works((await second).token)).toBe(true);
  });

  it('is waited for at the end of the program', async () => {
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 50 });
    const { token } = await keeper.access(never);
    const left = keeper.renew(token, AbortSignal.abort()).catch(() => undefined);
    await left;
    await keeper.settled();
    expect(works(disk?.access ?? '')).toBe(true);
  });

  it('comes first when the token runs out within a minute', async () => {
    disk = { ...(disk as Tokens), expiresAt: Date.now() + 30_000 };
    expect(works((await keeper.access(never)).token)).toBe(true);
    expect(crm.oauth.count.refreshes).toBe(1);
  });

  it('keeps the facts the answer leaves out', async () => {
    await renewOnce();
    expect(keeper.facts()).toEqual({ a: '1', place: 'here' });
  });
});

describe('a keychain that is locked', () => {
  it('lets nobody use a rotated token that is not kept, and loses none', async () => {
    const { token } = await keeper.access(never);
    locked = true;
    await expect(keeper.renew(token, never)).rejects.toMatchObject({ failure: 'network' });
    await expect(keeper.access(never)).rejects.toMatchObject({ failure: 'network' });
    locked = false;
    const { token: later } = await keeper.access(never);
    expect([works(later), disk?.access, crm.oauth.count.refreshes]).toEqual([true, later, 1]);
  });

  it('is no obstacle where the refresh token stays the same', async () => {
    crm.oauth.switches.rotation = false;
    const { token } = await keeper.access(never);
    locked = true;
    expect(works((await keeper.renew(token, never)).token)).toBe(true);
  });

  it('is asked again, not taken for an empty one', async () => {
    locked = true;
    await expect(keeper.access(never)).rejects.toMatchObject({ failure: 'network' });
    expect(keeper.state()).toBe('unknown');
    locked = false;
    expect(works((await keeper.access(never)).token)).toBe(true);
  });
});

describe('a refusal', () => {
  it.each([
    ['invalid_grant', 'expired access/refresh token', 'auth', 'reconnect'],
    ['invalid_code', '', 'auth', 'reconnect'],
    ['inactive_user', '', 'auth', 'reconnect'],
    ['invalid_grant', 'token request is already being processed', 'network', 'connected'],
    ['invalid_grant', 'ip restricted', 'forbidden', 'connected'],
    ['invalid_client', 'invalid client credentials', 'auth', 'connected'],
    ['rate_limit_exceeded', '', 'quota', 'connected'],
    ['Access Denied', 'You have made too many requests continuously', 'quota', 'connected'],
    ['server_error', '', 'network', 'connected'],
  ])('%s %s: %s, then %s', async (error, description, failure, state) => {
    crm.oauth.switches.refuse = { error, description };
    await expect(renewOnce()).rejects.toMatchObject({ failure });
    expect([keeper.state(), open().state()]).toEqual([state, 'unknown']);
    crm.oauth.switches.refuse = null;
    const asked = crm.server.calls.length;
    const again = renewOnce();
    if (state === 'connected') expect(works(await again)).toBe(true);
    else {
      await expect(again).rejects.toMatchObject({ failure: 'auth' });
      expect([crm.server.calls.length, disk?.refresh, disk?.facts]).toEqual([asked, null, { a: '1' }]);
      expect(states).toEqual(['connected', 'reconnect']);
    }
  });

  it.each(['error-before', 'reset-before', 'html', 'half-json', 'huge', 'redirect', 'html-ok'] as const)(
    'is not what %s means: tokens stay',
    async (kind) => {
      crm.oauth.switches.rotation = false;
      crm.server.faults.plan.push({ kind, only: '/token' });
      await expect(renewOnce()).rejects.toMatchObject({ name: 'CrmError' });
      expect([keeper.state(), works(await renewOnce())]).toEqual(['connected', true]);
    },
  );
});

describe('a connection', () => {
  it.each(['before', 'after'])('made anew %s the old one begins to be renewed is the one that stays', async (when) => {
    const { token } = await keeper.access(never);
    const fresh = await connected();
    crm.server.faults.plan.push({ kind: 'slow-head', ms: 30 });
    const adopt = when === 'before' ? keeper.adopt(fresh) : null;
    const old = keeper.renew(token, never);
    await (adopt ?? new Promise((resolve) => setTimeout(resolve, 10)).then(() => keeper.adopt(fresh)));
    await old;
    expect([(await keeper.access(never)).token, disk]).toEqual([fresh.access, fresh]);
  });

  it('that is ended is forgotten here and revoked there', async () => {
    const { token } = await keeper.access(never);
    expect(await keeper.disconnect(never)).toBe(true);
    expect([keeper.state(), disk, works(token)]).toEqual(['none', null, false]);
    await expect(keeper.access(never)).rejects.toMatchObject({ failure: 'auth' });
  });

  it('that is ended without a network is forgotten all the same', async () => {
    crm.server.faults.plan.push({ kind: 'reset-before', only: '/revoke' });
    expect([await keeper.disconnect(never), disk]).toEqual([false, null]);
  });

  it('outlives any end of the program that is not in the middle of a rotation', async () => {
    const step = fc.constantFrom('use', 'expire', 'together', 'crash', 'lock', 'unlock', 'cut');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        disk = await connected();
        locked = false;
        keeper = open();
        const use = async () => {
          const { token } = await keeper.access(never);
          return works(token) ? token : (await keeper.renew(token, never)).token;
        };
        for (const what of steps) {
          if (what === 'expire') crm.oauth.expireAccess();
          if (what === 'lock') locked = true;
          if (what === 'unlock') locked = false;
          if (what === 'cut') crm.server.faults.plan.push({ kind: 'reset-before' });
          if (what === 'use') await use().catch(() => undefined);
          if (what === 'together') await Promise.allSettled([use(), use(), use()]);
          // What is not kept while the keychain is locked is lost with the program: nobody can help that.
          if (what === 'crash' && !locked && (await use().catch(() => null)) !== null) keeper = open();
        }
        locked = false;
        crm.server.faults.plan.length = 0;
        expect(works(await use())).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
