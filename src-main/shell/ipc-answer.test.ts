// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { requestAccess } from '../../src-shared/ipc/access.ts';
import type { RequestName, WindowKind } from '../../src-shared/ipc/map.ts';
import type { Handlers } from './api.ts';
import { answer, type Sender, senderProblem } from './ipc-answer.ts';
import { recordingLog } from './test-log.ts';

const KINDS: readonly WindowKind[] = ['main', 'popup', 'engine'];
const REFUSED = { ok: false, error: { code: 'ipc.refused', params: {} } };

const { log, lines } = recordingLog();
const calls: unknown[][] = [];
let handler: (...args: unknown[]) => unknown = () => undefined;
const handlers = new Proxy({} as Handlers, {
  get:
    (_target, name) =>
    (...args: unknown[]) => {
      calls.push([name, ...args]);
      return handler(...args);
    },
});

function page(kind: WindowKind): Sender {
  return { kind, frame: { origin: 'app://megadial', url: `app://megadial/${kind}/index.html`, isMain: true } };
}

beforeEach(() => {
  lines.length = 0;
  calls.length = 0;
  handler = () => undefined;
});

test('a good message reaches its handler with the window and the arguments', async () => {
  handler = () => 'done';
  const reply = await answer(handlers, log, page('popup'), 'call.mute', ['pbx:1', true]);
  expect(reply).toEqual({ ok: true, value: 'done' });
  expect(calls).toEqual([['call.mute', 'popup', 'pbx:1', true]]);
});

test('each window may ask exactly what the access table says', () => {
  for (const name of Object.keys(requestAccess) as RequestName[]) {
    for (const kind of KINDS) {
      expect(senderProblem(page(kind), name) === null).toBe(requestAccess[name].includes(kind));
    }
  }
});

test.each<[string, Sender]>([
  ['a window that is not ours', { ...page('main'), kind: null }],
  ['a frame that is gone', { kind: 'main', frame: null }],
  ['a frame inside the page', { kind: 'main', frame: { ...page('main').frame, isMain: false } as Sender['frame'] }],
  ['a web page', { kind: 'main', frame: { origin: 'https://x.example', url: 'https://x.example/', isMain: true } }],
  [
    'a look-alike',
    { kind: 'main', frame: { origin: 'app://megadial.x', url: 'app://megadial.x/main/', isMain: true } },
  ],
  ['the page of another window', { ...page('popup'), kind: 'main' }],
])('refuses %s', async (_what, sender) => {
  expect(await answer(handlers, log, sender, 'state.get', [])).toEqual(REFUSED);
  expect(calls).toEqual([]);
  expect(lines.map((line) => line.level)).toEqual(['warn']);
});

test('arguments that do not fit are refused, and not written to the log', async () => {
  const secret = 'very-secret-value';
  const reply = await answer(handlers, log, page('main'), 'setup.check-keys', [{ key: '', secret, apiBaseUrl: null }]);
  expect(reply).toEqual(REFUSED);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(lines[0]?.fields.reason).toContain('0.key');
});

test('whatever a page sends, the answer is a reply and bad arguments reach no handler', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.anything(), { maxLength: 4 }), async (args) => {
      calls.length = 0;
      const reply = await answer(handlers, log, page('main'), 'call.mute', args);
      const good = args.length === 2 && typeof args[0] === 'string' && typeof args[1] === 'boolean';
      expect(reply.ok).toBe(good);
      expect(calls.length).toBe(good ? 1 : 0);
    }),
  );
});

test('our errors keep their code; others become internal and are logged', async () => {
  handler = () => {
    throw new AppError('dial.too-long', { limit: 20 });
  };
  expect(await answer(handlers, log, page('main'), 'call.dial', ['1'])).toEqual({
    ok: false,
    error: { code: 'dial.too-long', params: { limit: 20 } },
  });
  expect(lines).toEqual([]);
  handler = () => Promise.reject(new Error('a path and a number'));
  expect(await answer(handlers, log, page('main'), 'call.dial', ['1'])).toEqual({
    ok: false,
    error: { code: 'internal', params: {} },
  });
  expect(lines[0]).toMatchObject({ level: 'error', fields: { request: 'call.dial' } });
});
