// SPDX-License-Identifier: MIT
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { startEmbeddedRelay } from '../../src-main/events/embedded-relay.ts';
import type { Log } from '../../src-main/log.ts';
import type { Direct } from '../../src-main/services/direct.ts';
import { failed } from '../../src-main/services/direct-check.ts';
import { createDoctor, type DoctorOptions } from '../../src-main/services/doctor/doctor.ts';
import type { DoctorStep } from '../../src-shared/ipc/map.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { AppState } from '../../src-shared/state.ts';
import { fakeHub, fakeSecrets, fakeSettings, firstState, silentLog } from '../fakes.ts';
import { type Kamailio, startKamailio } from '../lab/kamailio.ts';
import { freePort } from '../lab/process.ts';
import { startScriptedSwitch } from '../lab/scripted-switch.ts';
import { startSilentStun } from '../lab/stun.ts';

/** The connection doctor against a real switch, and against all that may stand in its place. */

const PASSWORD = 'sip-password-1';
const direct: Pick<Direct, 'check'> = {
  check: async () => failed('https://x.example.com/megacall', 'tunnel-down', 'HTTP 530'),
};
let kamailio: Kamailio;
let api: Server;
let apiBaseUrl: string;
let apiDate = () => new Date();

beforeAll(async () => {
  kamailio = await startKamailio({ users: [{ user: '12345-101', password: PASSWORD }], tls: true, minExpires: 120 });
  api = createHttpServer((request, response) => {
    const good = request.headers.authorization?.startsWith('good-key:');
    response.writeHead(good ? 200 : 401, { 'content-type': 'application/json', date: apiDate().toUTCString() });
    response.end(
      good ? '{"status":"success","balance":1,"currency":"EUR"}' : '{"status":"error","message":"Not authorized"}',
    );
  });
  apiBaseUrl = await listen(api);
});

afterAll(async () => {
  api.close();
  await kamailio.stop();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Setting = {
  readonly settings?: Partial<Settings>;
  readonly secrets?: Record<string, string>;
  readonly state?: Partial<Pick<AppState, 'audio' | 'relay'>>;
  readonly options?: Partial<DoctorOptions>;
};

async function examine(setting: Setting = {}) {
  const hub = fakeHub();
  const own = {
    pbxId: '12345',
    extension: '101',
    sipDomain: kamailio.domain,
    sipWssUrls: [kamailio.wsUrl],
    apiBaseUrl,
  };
  const settings = fakeSettings(hub, { ...own, stunUrls: [], relayEnabled: false, ...setting.settings });
  const secrets = fakeSecrets(
    setting.secrets ?? { 'api-key': 'good-key', 'api-secret': 'api-secret-1', 'sip-password': PASSWORD },
  );
  const doctor = createDoctor({
    settings,
    secrets,
    fetch,
    now: Date.now,
    log: silentLog,
    state: () => ({ ...firstState, ...setting.state }),
    direct,
    ...setting.options,
  });
  const told: { steps: readonly DoctorStep[]; done: boolean }[] = [];
  await doctor.run((steps, done) => told.push({ steps, done }));
  const steps = told.at(-1)?.steps ?? [];
  const advice = (id: DoctorStep['id']) => steps.filter((step) => step.id === id).map((step) => step.advice);
  return { told, steps, advice, detail: (id: DoctorStep['id']) => steps.find((step) => step.id === id)?.detail ?? '' };
}

describe('a line that works', () => {
  it('is found well step by step, and the login is taken back', async () => {
    const { told, steps, advice, detail } = await examine();
    expect(steps.map(({ id, advice }) => `${id} ${advice}`)).toEqual([
      ...['dns literal', 'tcp ok', 'tls plain', 'websocket ok', 'register ok'],
      ...['stun none', 'microphone unknown', 'api ok', 'clock ok', 'webhook off'],
    ]);
    expect(advice('register')).toEqual(['ok']);
    // Granted by the 423's own wish.
    expect(detail('register')).toContain('120 s');
    expect(told.filter(({ done }) => done)).toHaveLength(1);
    expect(told.some(({ steps }) => steps.some(({ state }) => state === 'running'))).toBe(true);
    expect(steps.every((step) => step.detail.length <= 200 && step.subject.length <= 200)).toBe(true);
  });

  it('with TLS: an unknown authority stops it, a known one does not', async () => {
    const sipWssUrls = [kamailio.wssUrl ?? ''];
    const unknown = await examine({ settings: { sipWssUrls } });
    expect(unknown.advice('tls')).toEqual(['untrusted']);
    expect(unknown.advice('websocket')).toEqual(['previous']);
    expect(unknown.advice('register')).toEqual(['previous']);
    const known = await examine({ settings: { sipWssUrls }, options: { ca: [kamailio.certificate ?? ''] } });
    expect(known.advice('tls')).toEqual(['expires-soon']);
    expect(known.advice('register')).toEqual(['ok']);
    const inAYear = () => Date.now() + 365 * 24 * 60 * 60_000;
    const late = await examine({ settings: { sipWssUrls }, options: { now: inAYear } });
    expect(late.advice('tls')).toEqual(['expired']);
    expect(late.advice('clock')).toEqual(['off']);
  });

  it('answers a second run with the first', async () => {
    const hub = fakeHub();
    const settings = fakeSettings(hub, { sipWssUrls: [kamailio.wsUrl], apiBaseUrl, stunUrls: [] });
    const parts = { settings, secrets: fakeSecrets(), fetch, now: Date.now, log: silentLog, state: () => firstState };
    const doctor = createDoctor({ ...parts, direct });
    const done: string[] = [];
    await Promise.all(
      ['a', 'b'].map((name) =>
        doctor.run((_steps, isDone) => {
          if (isDone) done.push(name);
        }),
      ),
    );
    expect(done).toEqual(['a', 'b']);
  });
});

describe('a login', () => {
  it('with a wrong password, a wrong domain and none at all', async () => {
    const keys = { 'api-key': 'good-key', 'api-secret': 'api-secret-1' };
    const wrong = await examine({ secrets: { ...keys, 'sip-password': 'not-the-password' } });
    expect(wrong.advice('register')).toEqual(['wrong-password']);
    const realm = await examine({
      settings: { sipDomain: 'else.test', sipRealm: '' },
      secrets: { 'sip-password': 'x' },
    });
    expect(realm.advice('register')).toEqual(['wrong-realm']);
    expect(realm.detail('register')).toContain(kamailio.realm);
    const none = await examine({ secrets: keys });
    expect(none.advice('register')).toEqual(['no-account']);
  });

  it.each([
    [404, 'unknown-user'],
    [403, 'refused'],
    [503, 'server-error'],
  ])('answered with %i is %s', async (status, advice) => {
    const pbx = await startScriptedSwitch();
    pbx.on('REGISTER', (request) => pbx.reply(request, status, 'No\u202e <b>way</b>'));
    const found = await examine({ settings: { sipWssUrls: [pbx.wsUrl] } });
    expect(found.advice('register')).toEqual([advice]);
    expect(found.detail('register')).not.toContain('\u202e');
    await pbx.stop();
  });

  it('that is never answered, or with noise', async () => {
    const pbx = await startScriptedSwitch();
    pbx.on('REGISTER', () => {});
    const silent = await examine({ settings: { sipWssUrls: [pbx.wsUrl] } });
    expect(silent.advice('register')).toEqual(['no-answer']);
    pbx.on('REGISTER', () => pbx.send('{"hello":"world"}'));
    const noisy = await examine({ settings: { sipWssUrls: [pbx.wsUrl] } });
    expect(noisy.advice('register')).toEqual(['not-sip']);
    await pbx.stop();
  });

  it('never shows or logs a secret', async () => {
    const lines: string[] = [];
    const write = (message: string, fields?: object) => void lines.push(message + JSON.stringify(fields));
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const { told } = await examine({ options: { log } });
    const all = lines.join() + JSON.stringify(told);
    for (const secret of [PASSWORD, 'good-key', 'api-secret-1']) expect(all).not.toContain(secret);
    expect(lines).toHaveLength(10);
  });
});

describe('what stands in the way', () => {
  it('a closed port, a wrong address, an unknown name', async () => {
    const closed = await examine({ settings: { sipWssUrls: [`wss://127.0.0.1:${await freePort()}`] } });
    expect(closed.advice('tcp')).toEqual(['refused']);
    const nonsense = await examine({ settings: { sipWssUrls: ['https://x'] } });
    expect(nonsense.advice('dns')).toEqual(['bad-address']);
    const nobody = await examine({ settings: { sipWssUrls: ['wss://nobody.invalid:4443'] } });
    expect(['not-found', 'no-answer']).toContain(nobody.advice('dns')[0]);
    expect(nobody.advice('tcp')).toEqual(['previous']);
  });

  it('a web server, a WebSocket without SIP, a port that only listens', async () => {
    const web = await examine({ settings: { sipWssUrls: [apiBaseUrl.replace('http', 'ws')] } });
    expect(web.advice('websocket')).toEqual(['not-websocket']);
    expect(web.detail('websocket')).toContain('401');
    const chat = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => false });
    await new Promise((resolve) => chat.once('listening', resolve));
    const port = (chat.address() as AddressInfo).port;
    const other = await examine({ settings: { sipWssUrls: [`ws://127.0.0.1:${port}`] } });
    expect(other.advice('websocket')).toEqual(['no-sip']);
    chat.close();
    const mute = createServer(() => {});
    const muteUrl = await listen(mute);
    const [plain, secure] = ['ws', 'wss'].map((scheme) => muteUrl.replace('http', scheme));
    const silent = await examine({ settings: { sipWssUrls: [plain ?? '', secure ?? ''] } });
    expect(silent.advice('websocket')).toEqual(['timeout', 'previous']);
    expect(silent.advice('tls')).toEqual(['plain', 'handshake']);
    mute.close();
  });

  it('a STUN server that is silent', async () => {
    const stun = await startSilentStun();
    const { advice } = await examine({ settings: { stunUrls: [stun.url, 'stun:nobody.invalid'] } });
    expect(advice('stun')).toEqual(['no-answer', 'not-found']);
    // UDP may be lost: it was asked more than once.
    expect(stun.requests()).toBeGreaterThan(2);
    await stun.stop();
  });

  it('keys that are wrong or missing, an API that is not there, a clock that is off', async () => {
    const wrong = await examine({ secrets: { 'api-key': 'bad-key', 'api-secret': 's' } });
    expect(wrong.advice('api')).toEqual(['unauthorized']);
    expect((await examine({ secrets: {} })).advice('api')).toEqual(['no-keys']);
    const away = await examine({ settings: { apiBaseUrl: `http://127.0.0.1:${await freePort()}` } });
    expect(away.advice('api')).toEqual(['network']);
    expect(away.advice('clock')).toEqual(['unknown']);
    apiDate = () => new Date(Date.now() - 3_600_000);
    const off = await examine();
    apiDate = () => new Date();
    expect(off.advice('api')).toEqual(['ok']);
    expect(off.detail('clock')).toMatch(/^\+3(599|600|601) s$/);
  });

  it('a relay that runs, does not run, or is another program', async () => {
    const relay = await startEmbeddedRelay({
      port: 0,
      path: '/megacall',
      secret: async () => 's',
      sources: () => [],
      onNotification: async () => null,
      log: silentLog,
    });
    const on = (port: number): Setting => ({
      settings: { relayEnabled: true },
      state: { relay: { state: 'listening', port, error: null } },
    });
    expect((await examine(on(relay.port))).advice('webhook')).toEqual(['ok']);
    const tunnelled = on(relay.port);
    const outside = await examine({
      ...tunnelled,
      settings: { ...tunnelled.settings, publicUrl: 'https://x.example.com' },
    });
    expect(outside.steps.filter(({ id }) => id === 'webhook')).toMatchObject([
      { state: 'ok', advice: 'ok' },
      { state: 'failed', advice: 'tunnel-down', subject: 'https://x.example.com/megacall', detail: 'HTTP 530' },
    ]);
    await relay.close();
    expect((await examine(on(relay.port))).advice('webhook')).toEqual(['not-running']);
    expect((await examine(on(Number(new URL(apiBaseUrl).port)))).advice('webhook')).toEqual(['wrong-answer']);
  });
});
