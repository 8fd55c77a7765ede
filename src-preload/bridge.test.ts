// SPDX-License-Identifier: MIT
import type * as electron from 'electron';
import { expect, test } from 'vitest';
import { pushAccess, requestAccess } from '../src-shared/ipc/access.ts';
import type { PushName, RequestName, WindowKind } from '../src-shared/ipc/map.ts';
import { type Channel, createBridge, windowKind } from './bridge.ts';
import type * as ours from './electron.d.ts';

type Listener = Parameters<Channel['on']>[1];

function fakeChannel() {
  const sent: unknown[][] = [];
  const listeners = new Map<string, Listener>();
  const channel: Channel = {
    invoke: async (...message) => {
      sent.push(message);
      return { ok: true, value: 7 };
    },
    on: (name, listener) => listeners.set(name, listener),
    removeListener: (name, listener) => listeners.get(name) === listener && listeners.delete(name),
  };
  return { channel, sent, listeners };
}

const KINDS: readonly WindowKind[] = ['main', 'popup', 'engine'];

test("Electron's own types fit the small ones of the preload", () => {
  const real = null as unknown as Pick<typeof electron, 'contextBridge' | 'ipcRenderer'> | null;
  const small: Pick<typeof ours, 'contextBridge' | 'ipcRenderer'> | null = real;
  expect(small).toBe(null);
});

test('the kind of window comes from the command line, and nowhere else', () => {
  expect(windowKind(['electron', '--type=renderer', '--megadial-window=popup'])).toBe('popup');
  expect(() => windowKind(['--megadial-window=other'])).toThrow();
  expect(() => windowKind([])).toThrow();
});

test('a window sends what it may ask, and the rest is refused before it is sent', async () => {
  for (const kind of KINDS) {
    for (const name of Object.keys(requestAccess) as RequestName[]) {
      const { channel, sent } = fakeChannel();
      const invoke = createBridge(kind, channel).invoke as (name: string, ...args: unknown[]) => Promise<unknown>;
      const reply = await invoke(name, 'argument');
      if (requestAccess[name].includes(kind)) {
        expect([reply, sent]).toEqual([{ ok: true, value: 7 }, [[`megadial:${name}`, 'argument']]]);
      } else {
        expect([reply, sent]).toEqual([{ ok: false, error: { code: 'ipc.refused', params: {} } }, []]);
      }
    }
  }
});

test('names that are not on the list open no channel', async () => {
  const { channel, sent, listeners } = fakeChannel();
  const bridge = createBridge('main', channel);
  for (const name of ['__proto__', 'toString', 'push:state', '']) {
    expect(await bridge.invoke(name as 'state.get')).toMatchObject({ ok: false });
    bridge.on(name as 'state', () => {});
  }
  expect([sent, [...listeners.keys()]]).toEqual([[], []]);
});

test('a message that cannot be sent is an error, not a rejection', async () => {
  const { channel } = fakeChannel();
  channel.invoke = () => Promise.reject(new Error('An object could not be cloned.'));
  expect(await createBridge('main', channel).invoke('state.get')).toEqual({
    ok: false,
    error: { code: 'internal', params: {} },
  });
});

test('a listener hears the payload without the event, until it unsubscribes', () => {
  for (const kind of KINDS) {
    for (const name of Object.keys(pushAccess) as PushName[]) {
      const { channel, listeners } = fakeChannel();
      const heard: unknown[][] = [];
      const stop = createBridge(kind, channel).on(name, (...args) => heard.push(args));
      listeners.get(`megadial:push:${name}`)?.({ sender: 'secret' }, 'payload');
      expect(heard).toEqual(pushAccess[name].includes(kind) ? [['payload']] : []);
      stop();
      expect(listeners.size).toBe(0);
    }
  }
});
