// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SipEvent } from '../src-shared/calls/events.ts';
import type { EngineCommand, EngineEvent } from '../src-shared/engine-protocol.ts';
import type { Settings } from '../src-shared/settings.ts';
import type { AppState } from '../src-shared/state.ts';
import { fakeShell, silentLog } from '../test/fakes.ts';
import { type Sandbox, startSandbox } from '../test/sandbox/index.ts';
import { createApp } from './app.ts';
import type { Handlers } from './shell/api.ts';

/** The whole of main but its windows: real store, real API client on the sandbox, an engine played by the test. */
let sandbox: Sandbox;
let dir: string;
let quit: (() => Promise<unknown>) | null = null;

beforeEach(async () => {
  sandbox = await startSandbox({ sip: false });
  dir = mkdtempSync(join(tmpdir(), 'megadial-app-'));
});
afterEach(async () => {
  await quit?.();
  quit = null;
  await sandbox.stop();
  rmSync(dir, { recursive: true });
});

async function start(settings: Partial<Settings> = {}, extension = '101') {
  const { account, url } = sandbox;
  const provision = join(dir, 'provision.json');
  const mine = { pbxId: String(account.pbxId), extension, sipPassword: 'secret' };
  writeFileSync(
    provision,
    JSON.stringify({
      settings: {
        apiBaseUrl: url,
        relayEnabled: false,
        sipWssUrls: ['wss://one.example', 'wss://two.example'],
        ...settings,
      },
      account: { key: account.key, secret: account.secret, ...mine },
      sessionOnly: true,
    }),
  );
  const { shell, told, emit } = fakeShell({ userDataDir: dir, switches: { provision }, fetch });
  const workerPath = fileURLToPath(new URL('./store/worker.ts', import.meta.url));
  const contactsWorkerPath = fileURLToPath(new URL('./contacts-file/worker.ts', import.meta.url));
  await createApp({ shell, workerPath, contactsWorkerPath, log: silentLog, now: Date.now });
  quit = async () => {
    const waiting: Promise<unknown>[] = [];
    emit('quit', { waitFor: (promise) => void waiting.push(promise) });
    await engine({ type: 'registration', state: 'off', error: null, realm: null, retryIn: null });
    await Promise.all(waiting);
  };
  const handlers = told.find((one) => one.name === 'handle')?.args[0] as Handlers;
  const engine = async (event: EngineEvent): Promise<void> => {
    await handlers['engine.event']('engine', event as never);
  };
  const pushed = (name: string) => told.filter((one) => one.name === 'push' && one.args[0] === name);
  const commands = () => pushed('engine.command').map((one) => one.args[1] as EngineCommand);
  const state = () => handlers['state.get']('main') as AppState;
  await engine({ type: 'ready' });
  await engine({ type: 'registration', state: 'registered', error: null, realm: null, retryIn: null });
  return { handlers, engine, commands, state, pushed };
}

const session = (values: Partial<SipEvent>): EngineEvent => ({
  type: 'session',
  session: {
    ...{ source: 'sip', type: 'session', sessionId: 's1', seq: 1, extension: '101', direction: 'in', number: '' },
    ...{ networkName: null, state: 'ringing', startedAt: Date.now(), answeredAt: null, endedAt: null, endCause: null },
    ...{ muted: false, hold: 'none' },
    ...values,
  },
});

test('a callback: asked once, its ring shown as the call that it will be, kept with its quality', async () => {
  const { handlers, engine, commands, state } = await start({ dialMode: 'callback' });
  const clicks = await Promise.allSettled(
    ['600 11 12 22', '+34600111222'].map((text) => Promise.resolve(handlers['call.dial']('main', text))),
  );
  expect(clicks).toMatchObject([
    { status: 'fulfilled', value: { key: 'callback:+34600111222' } },
    { status: 'rejected', reason: { code: 'callback.pending' } },
  ]);
  expect(sandbox.api.log.filter((entry) => entry.path === '/v1/request/callback/')).toHaveLength(1);
  expect(state().callbacks).toMatchObject([{ number: '+34600111222', numberText: '600 11 12 22' }]);
  const policy = commands().findLast((command) => command.type === 'policy');
  expect(policy?.policy.expected.map((one) => one.number)).toContain('+34600111222');

  const startedAt = Date.now();
  await engine(session({ number: sandbox.account.dids[0] ?? '', startedAt }));
  expect(state().callbacks).toEqual([]);
  expect(state().calls).toMatchObject([
    { direction: 'out', number: '+34600111222', phase: 'ringing', session: { direction: 'in' } },
  ]);
  const key = state().calls[0]?.key ?? '';
  await handlers['call.answer']('popup', key, 'hold');
  expect(commands().at(-1)).toEqual({ type: 'answer', sessionId: 's1', others: 'hold' });

  const talk = { number: '', startedAt, answeredAt: startedAt + 100 };
  await engine(session({ ...talk, seq: 2, state: 'connected' }));
  const sample = { at: startedAt, rtt: 30, jitter: 2, loss: 0, concealed: 0, mos: 4.3 };
  await engine({ type: 'quality', sessionId: 's1', sample });
  expect(state().media.s1?.quality).toEqual([sample]);
  await engine(session({ ...talk, seq: 3, state: 'ended', endedAt: startedAt + 5000, endCause: 'hung-up' }));
  const filter = { direction: null, missed: false, disposition: null, search: '' };
  const kept = async () => (await handlers['history.page']('main', { before: null, limit: 5, filter })).rows;
  await expect.poll(async () => (await kept())[0]?.quality).toMatchObject({ mos: 4.3, seconds: 1 });
  expect(await kept()).toMatchObject([{ call: { direction: 'out', number: '+34600111222', disposition: 'answered' } }]);
});

test('a refused callback says why', async () => {
  const { handlers, state } = await start({ dialMode: 'callback' }, '999');
  await expect(Promise.resolve(handlers['call.dial']('main', '600111222'))).rejects.toMatchObject({
    ...{ code: 'callback.refused', params: { message: 'Check your phone number' } },
  });
  expect(state().callbacks).toEqual([]);
});

test('a number is dialed by the softphone, redialed, suggested, and its extension keyed', async () => {
  const { handlers, engine, commands } = await start();
  await handlers['call.dial']('main', 'tel:+34912345678;ext=12');
  const dial = commands().at(-1);
  if (dial?.type !== 'dial') throw new Error('not dialed');
  expect(dial.number).toBe('+34912345678');
  const { sessionId } = dial;
  const at = { sessionId, direction: 'out', number: '+34912345678', startedAt: Date.now() } as const;
  await engine(session({ ...at, seq: 2, state: 'connected', answeredAt: Date.now() }));
  expect(commands().at(-1)).toEqual({ type: 'dtmf', sessionId, tones: ',12' });
  await engine(session({ ...at, seq: 3, state: 'ended', answeredAt: 1, endedAt: Date.now(), endCause: 'hung-up' }));
  expect(await handlers.suggest('main', '9123')).toEqual([
    { name: '', number: '+34912345678', numberText: '912 34 56 78', from: 'history' },
  ]);
  await handlers['call.redial']('main');
  expect(commands().at(-1)).toMatchObject({ type: 'dial', number: '+34912345678' });
});

test('settings that concern the line, the policy and the sound reach the engine as such', async () => {
  const { handlers, commands } = await start();
  const config = commands().find((command) => command.type === 'register')?.config;
  expect(config?.wssUrls).toEqual(['wss://one.example', 'wss://two.example']);
  const after = async (patch: Partial<Settings>) => {
    const before = commands().length;
    await handlers['settings.set']('main', patch as never);
    await expect.poll(() => commands().length).toBeGreaterThan(before);
    return commands()
      .slice(before)
      .map((command) => command.type);
  };
  expect(await after({ dnd: true })).toEqual(['policy']);
  expect(await after({ ringtone: 'builtin:chime' })).toEqual(['ringer', 'audio']);
  expect(await after({ dtmf: 'info' })).toEqual(['register']);
});

test('levels and tests are asked for, and what comes is pushed', async () => {
  const { handlers, engine, commands, pushed } = await start();
  await handlers['audio.levels']('main', true);
  await engine({ type: 'levels', microphone: 0.4, speaker: 0 });
  await handlers['audio.test']('main', 'ring');
  expect(commands().slice(-2)).toEqual([
    { type: 'levels', on: true },
    { type: 'audio-test', what: 'ring' },
  ]);
  expect(pushed('levels').map((one) => one.args[1])).toEqual([{ microphone: 0.4, speaker: 0 }]);
});
