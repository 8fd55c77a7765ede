// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startEmbeddedRelay } from '../../src-main/events/embedded-relay.ts';
import { createDirect, webhookUrl } from '../../src-main/services/direct.ts';
import { createMegacallClient, type MegacallClient } from '../../src-megacall/client.ts';
import type { Settings } from '../../src-shared/settings.ts';
import { fakeHub, fakeSettings, silentLog } from '../fakes.ts';
import { makeCertificate } from '../lab/kamailio.ts';
import { freePort } from '../lab/process.ts';
import { startTunnel, type TunnelMode } from '../lab/tunnel.ts';
import { startSandbox } from '../sandbox/index.ts';

/** Direct mode on a PBX, a relay and a tunnel that are there: what the person is told, and what the PBX keeps. */

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setUp(stored: Partial<Settings> = {}, own: Partial<MegacallClient> = {}) {
  const sandbox = await startSandbox({ sip: false });
  closing.push(() => sandbox.stop());
  const relay = await startEmbeddedRelay({
    ...{ port: 0, path: '/megacall', secret: async () => sandbox.account.secret, sources: () => ['127.0.0.0/8'] },
    ...{ onNotification: async () => null, log: silentLog },
  });
  closing.push(() => relay.close());
  const tunnel = await startTunnel(`http://127.0.0.1:${relay.port}`);
  closing.push(() => tunnel.stop());
  const hub = fakeHub();
  hub.patch({ relay: { state: 'listening', port: relay.port, error: null } });
  const settings = fakeSettings(hub, { publicUrl: tunnel.url, relaySources: ['127.0.0.0/8'], ...stored });
  const client = createMegacallClient({
    ...{ baseUrl: () => sandbox.url, credentials: async () => sandbox.account, fetch, now: Date.now, log: silentLog },
  });
  const direct = createDirect({
    ...{ client: { ...client, ...own }, settings, fetch, relay: () => hub.get().relay, sawFrom: relay.sawFrom },
    notice: hub.notice,
  });
  const writes = () => sandbox.api.log.filter(({ method }) => method !== 'GET').map(({ path }) => path);
  return { sandbox, relay, tunnel, hub, settings, client, direct, writes, url: `${tunnel.url}/megacall` };
}

/** Somebody else's integration: it answers the PBX's check, as they all do. */
async function otherIntegration(): Promise<string> {
  const other = await startTunnel('');
  closing.push(() => other.stop());
  other.mode = 'echo';
  return `${other.url}/crm`;
}

describe('the check from outside in', () => {
  it('reaches this app, with or without a path of the tunnel’s own', async () => {
    const { direct, settings, url } = await setUp();
    expect(await direct.check()).toEqual({ state: 'ok', advice: 'reached', url, detail: '' });
    await settings.set({ publicUrl: `${url}/` });
    expect(await direct.check()).toMatchObject({ state: 'ok', url });
  });

  it.each<[TunnelMode, string]>([
    ['page', 'page'],
    ['altered', 'changed'],
    ['marked', 'changed'],
    ['no-app', 'app-not-reached'],
    ['drops', 'app-not-reached'],
    ['down', 'tunnel-down'],
    ['ngrok-down', 'tunnel-down'],
    ['login', 'redirect'],
    ['echo', 'wrong-app'],
  ])('tells a tunnel that is %s: %s', async (mode, advice) => {
    const { direct, tunnel } = await setUp();
    tunnel.mode = mode;
    expect(await direct.check()).toMatchObject({ state: 'failed', advice });
  });

  it('tells a tunnel whose near end points at nothing, at a wrong path, and at another relay', async () => {
    const { direct, tunnel, settings, relay } = await setUp();
    tunnel.to = `http://127.0.0.1:${await freePort()}`;
    expect((await direct.check()).advice).toBe('app-not-reached');
    tunnel.to = `http://127.0.0.1:${relay.port}`;
    await settings.set({ publicUrl: `${tunnel.url}/other` });
    expect(await direct.check()).toMatchObject({ advice: 'wrong-path', detail: 'HTTP 404' });
    const another = await startEmbeddedRelay({
      ...{ port: 0, path: '/megacall', secret: async () => 'x', sources: () => [], onNotification: async () => null },
      log: silentLog,
    });
    closing.push(() => another.close());
    tunnel.to = `http://127.0.0.1:${another.port}`;
    await settings.set({ publicUrl: tunnel.url });
    expect((await direct.check()).advice).toBe('wrong-app');
  });

  it('tells a name that is none, a closed port, and a certificate nobody vouches for', async () => {
    const { direct, settings, relay } = await setUp({ publicUrl: 'https://no-such-name.invalid' });
    expect(await direct.check()).toMatchObject({ advice: 'dns', detail: 'ENOTFOUND' });
    await settings.set({ publicUrl: `http://127.0.0.1:${await freePort()}` });
    expect((await direct.check()).advice).toBe('closed');
    const dir = mkdtempSync(join(tmpdir(), 'megadial-direct-'));
    makeCertificate(dir, '127.0.0.1');
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(dir, name)));
    if (key === undefined || cert === undefined) throw new Error('no certificate');
    const secured = await startTunnel(`http://127.0.0.1:${relay.port}`, { key, cert });
    closing.push(() => secured.stop());
    await settings.set({ publicUrl: secured.url });
    expect((await direct.check()).advice).toBe('tls');
  });

  it('reads the errors of Electron’s network as it reads Node’s', async () => {
    const told = async (message: string): Promise<string> => {
      const { hub } = { hub: fakeHub() };
      hub.patch({ relay: { state: 'listening', port: 1, error: null } });
      const settings = fakeSettings(hub, { publicUrl: 'https://x.example.com' });
      const fetch = () => Promise.reject(new Error(message));
      const relay = () => hub.get().relay;
      const [client, notice] = [{} as never, hub.notice];
      return (await createDirect({ client, settings, fetch, relay, notice, sawFrom: () => null }).check()).advice;
    };
    expect(await told('net::ERR_NAME_NOT_RESOLVED')).toBe('dns');
    expect(await told('net::ERR_CERT_AUTHORITY_INVALID')).toBe('tls');
    expect(await told('net::ERR_CONNECTION_REFUSED')).toBe('closed');
    expect(await told('net::ERR_CONNECTION_TIMED_OUT')).toBe('no-answer');
    expect(await told('net::ERR_EMPTY_RESPONSE')).toBe('app-not-reached');
    expect(await told('net::ERR_INTERNET_DISCONNECTED')).toBe('unreachable');
  });

  it('tells a tunnel that hides whom it speaks for, unless this computer is an accepted source', async () => {
    const { direct, tunnel, settings, writes } = await setUp({ relaySources: ['185.45.152.40/30'] });
    expect(await direct.check()).toMatchObject({ state: 'failed', advice: 'refused', detail: '127.0.0.1' });
    expect(await direct.register({ replace: true })).toMatchObject({ state: 'unreachable' });
    expect(writes()).toEqual([]);
    await settings.set({ relaySources: ['185.45.152.40/30', '127.0.0.0/8'] });
    expect((await direct.check()).advice).toBe('reached');
    await settings.set({ relaySources: ['185.45.152.40/30'] });
    tunnel.mode = 'forwards';
    expect((await direct.check()).advice).toBe('reached');
  });

  it('says what is missing on this side first', async () => {
    const { direct, hub, settings } = await setUp();
    hub.patch({ relay: { state: 'failed', port: 8765, error: null } });
    expect((await direct.check()).advice).toBe('not-running');
    await settings.set({ publicUrl: '' });
    hub.patch({ relay: { state: 'listening', port: 8765, error: null } });
    expect((await direct.check()).advice).toBe('no-address');
    await settings.set({ relayEnabled: false });
    expect((await direct.check()).advice).toBe('off');
  });
});

describe('giving the PBX our address', () => {
  it('where there was none: set, all notifications on, and events arrive', async () => {
    const { direct, sandbox, settings, relay, url } = await setUp();
    for (const name of Object.keys(sandbox.webhooks.flags)) sandbox.webhooks.flags[name] = 'false';
    expect(await direct.register({ replace: false })).toEqual({ state: 'registered', url, former: '' });
    expect(sandbox.webhooks.urls.callinfo).toBe(url);
    expect(Object.values(sandbox.webhooks.flags)).toEqual(Array(6).fill('true'));
    await sandbox.calls.incoming({ from: '+34600111222', did: '+34912345678' }).start();
    expect(relay.counters().accepted).toBe(1);
    // Once more: ours already stands there.
    expect(await direct.register({ replace: false })).toEqual({ state: 'registered', url, former: null });
    expect(await direct.restore()).toEqual({ url: '' });
    expect(sandbox.webhooks.urls.callinfo).toBeNull();
    expect(Object.values(sandbox.webhooks.flags)).toEqual(Array(6).fill('false'));
    expect(settings.get()).toMatchObject({ directUrl: '', directFormer: null });
  });

  it('never over another integration unasked, and gives its address and its flags back', async () => {
    const { direct, sandbox, settings, url, writes } = await setUp();
    const other = await otherIntegration();
    sandbox.webhooks.urls.callinfo = other;
    sandbox.webhooks.flags.notify_answer = 'false';
    // `replace` without having been shown whose address it is counts as a first asking.
    expect(await direct.register({ replace: true })).toEqual({ state: 'needs-consent', present: other });
    expect(writes()).toEqual([]);
    expect(await direct.register({ replace: true })).toEqual({ state: 'registered', url, former: other });
    expect(sandbox.webhooks.flags.notify_answer).toBe('true');
    expect(settings.get().directFormer).toMatchObject({ url: other, notifications: { notify_answer: false } });
    expect(await direct.restore()).toEqual({ url: other });
    expect(sandbox.webhooks.urls.callinfo).toBe(other);
    expect(sandbox.webhooks.flags).toMatchObject({ notify_answer: 'false', notify_start: 'true' });
    await expect(direct.restore()).rejects.toMatchObject({ code: 'direct.nothing-to-restore' });
  });

  it('asks again when a third one came in between', async () => {
    const { direct, sandbox } = await setUp();
    const [second, third] = [await otherIntegration(), await otherIntegration()];
    sandbox.webhooks.urls.callinfo = second;
    await direct.register({ replace: false });
    sandbox.webhooks.urls.callinfo = third;
    expect(await direct.register({ replace: true })).toEqual({ state: 'needs-consent', present: third });
  });

  it('a tunnel with a new address each day needs no consent, and the first former address is kept', async () => {
    const { direct, sandbox, settings, relay } = await setUp();
    const other = await otherIntegration();
    sandbox.webhooks.urls.callinfo = other;
    await direct.register({ replace: false });
    await direct.register({ replace: true });
    const fresh = await startTunnel(`http://127.0.0.1:${relay.port}`);
    closing.push(() => fresh.stop());
    await settings.set({ publicUrl: fresh.url });
    expect(await direct.register({ replace: false })).toMatchObject({ state: 'registered', former: null });
    expect(sandbox.webhooks.urls.callinfo).toBe(`${fresh.url}/megacall`);
    expect(await direct.restore()).toEqual({ url: other });
  });

  it('changes nothing while the address does not lead here', async () => {
    const { direct, tunnel, writes } = await setUp();
    tunnel.mode = 'echo';
    expect(await direct.register({ replace: true })).toMatchObject({
      state: 'unreachable',
      check: { advice: 'wrong-app' },
    });
    expect(writes()).toEqual([]);
  });

  it('says so when the PBX keeps something else, or refuses, and what was there can still be given back', async () => {
    const forgetful = await setUp({}, { setCallNotifications: async () => undefined });
    forgetful.sandbox.webhooks.flags.notify_end = 'false';
    await expect(forgetful.direct.register({ replace: false })).rejects.toMatchObject({ code: 'direct.not-kept' });
    const refusing = await setUp();
    refusing.sandbox.api.faults.unauthorized = true;
    refusing.sandbox.api.faults.only = '/v1/pbx/callinfo/url';
    await expect(refusing.direct.register({ replace: false })).rejects.toMatchObject({ code: 'api.unauthorized' });
    refusing.sandbox.api.faults.unauthorized = false;
    expect(await refusing.direct.restore()).toEqual({ url: '' });
  });

  it('does not take the address from somebody who has replaced ours since', async () => {
    const { direct, sandbox, writes } = await setUp();
    await direct.register({ replace: false });
    sandbox.webhooks.urls.callinfo = await otherIntegration();
    const before = writes().length;
    await expect(direct.restore()).rejects.toMatchObject({
      code: 'direct.not-ours',
      params: { url: sandbox.webhooks.urls.callinfo },
    });
    expect(writes()).toHaveLength(before);
  });

  it('joining a team gives back what there was, and says so', async () => {
    const { direct, sandbox, settings, hub } = await setUp();
    const other = await otherIntegration();
    sandbox.webhooks.urls.callinfo = other;
    await direct.leave();
    expect([sandbox.webhooks.urls.callinfo, hub.get().notices]).toEqual([other, []]);
    await direct.register({ replace: false });
    await direct.register({ replace: true });
    await direct.leave();
    expect(sandbox.webhooks.urls.callinfo).toBe(other);
    expect(hub.get().notices).toMatchObject([{ error: { code: 'direct.given-back', params: { url: other } } }]);
    expect(settings.get()).toMatchObject({ directUrl: '', directFormer: null });
  });

  it('joining a team whose relay has the address already changes nothing at the PBX', async () => {
    const { direct, sandbox, settings, hub, writes } = await setUp();
    await direct.register({ replace: false });
    const relay = await otherIntegration();
    sandbox.webhooks.urls.callinfo = relay;
    const before = writes().length;
    await direct.leave();
    expect([writes().length, sandbox.webhooks.urls.callinfo, hub.get().notices]).toEqual([before, relay, []]);
    expect(settings.get()).toMatchObject({ directUrl: '', directFormer: null });
  });

  it('a PBX that does not take it back keeps nobody from joining; the person is told', async () => {
    const { direct, sandbox, settings, hub, url } = await setUp();
    await direct.register({ replace: false });
    sandbox.api.faults.unauthorized = true;
    await direct.leave();
    expect(hub.get().notices).toMatchObject([{ error: { code: 'direct.left-behind', params: { url } } }]);
    expect(settings.get()).toMatchObject({ directUrl: url, directFormer: { url: '' } });
  });

  it('two clicks at once are one after the other', async () => {
    const { direct, sandbox, url } = await setUp();
    const [first, second] = await Promise.all([
      direct.register({ replace: false }),
      direct.register({ replace: false }),
    ]);
    expect([first, second]).toMatchObject([{ former: '' }, { former: null }]);
    expect(sandbox.webhooks.urls.callinfo).toBe(url);
  });
});

it('the webhook address: the tunnel’s path when it has one, the relay’s when not', () => {
  const at = (publicUrl: string) => webhookUrl({ publicUrl, relayPath: '/megacall' });
  expect(['', 'https://a.example', 'https://a.example/', 'https://a.example/hook/'].map(at)).toEqual([
    ...['', 'https://a.example/megacall', 'https://a.example/megacall', 'https://a.example/hook'],
  ]);
});
