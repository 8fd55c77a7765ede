// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Keytar } from './keytar.ts';
import { openSecrets } from './secrets.ts';

const ignore = () => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A keychain in memory whose answers can be changed while it runs. */
function fakeKeytar() {
  const items = new Map<string, string>();
  const fake = { items, answer: async () => {}, calls: 0, loads: 0, kept: (value: string) => value };
  const call = async () => {
    fake.calls += 1;
    await fake.answer();
  };
  const api: Keytar = {
    async getPassword(service, account) {
      await call();
      return items.get(`${service} ${account}`) ?? null;
    },
    async setPassword(service, account, password) {
      await call();
      items.set(`${service} ${account}`, fake.kept(password));
    },
    async deletePassword(service, account) {
      await call();
      return items.delete(`${service} ${account}`);
    },
  };
  const load = async () => {
    fake.loads += 1;
    return api;
  };
  return { fake, load };
}

function open() {
  const { fake, load } = fakeKeytar();
  return { fake, secrets: openSecrets({ service: 'Test', log, keytar: load, timeout: 30 }) };
}

describe('secrets', () => {
  it('are set, read, removed, and the probe leaves nothing behind', async () => {
    const { fake, secrets } = open();
    await secrets.set('api-key', 'k');
    expect(await secrets.get('api-key')).toBe('k');
    expect(await secrets.get('api-secret')).toBeNull();
    await secrets.remove('api-key');
    await secrets.remove('api-key');
    await secrets.retry();
    expect([secrets.state(), fake.items.size, fake.loads]).toEqual(['ok', 0, 1]);
  });

  it('that are not kept as given are refused', async () => {
    const { fake, secrets } = open();
    fake.kept = (value) => value.slice(1);
    await expect(secrets.set('api-key', 'key')).rejects.toMatchObject({ code: 'keychain.unavailable' });
  });

  it('say unavailable when the native part does not load, and load it again on retry', async () => {
    const { load } = fakeKeytar();
    let isThere = false;
    const keytar = () => (isThere ? load() : Promise.reject(new Error('libsecret-1.so.0: cannot open')));
    const secrets = openSecrets({ service: 'Test', log, keytar });
    await expect(secrets.get('api-key')).rejects.toMatchObject({ code: 'keychain.unavailable' });
    expect(secrets.state()).toBe('unavailable');
    isThere = true;
    await secrets.retry();
    expect(secrets.state()).toBe('ok');
  });

  it.each([
    ['Cannot create an item in a locked collection', 'locked'],
    ['Prompt was dismissed', 'locked'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'unavailable'],
    ['Could not connect: No such file or directory', 'unavailable'],
  ])('%j is %s', async (text, state) => {
    const { fake, secrets } = open();
    fake.answer = () => Promise.reject(new Error(text));
    await secrets.retry();
    expect(secrets.state()).toBe(state);
    await expect(secrets.get('api-key')).rejects.toMatchObject({ code: `keychain.${state}` });
  });

  it('do not wait for a question nobody answers, nor ask it again and again', async () => {
    const { fake, secrets } = open();
    let release = () => {};
    fake.answer = () => new Promise((resolve) => (release = resolve));
    await expect(secrets.get('api-key')).rejects.toMatchObject({ code: 'keychain.locked' });
    await expect(secrets.set('api-key', 'k')).rejects.toMatchObject({ code: 'keychain.locked' });
    expect([secrets.state(), fake.calls]).toEqual(['locked', 1]);
    fake.answer = async () => {};
    release();
    await secrets.set('api-key', 'k');
    expect([secrets.state(), await secrets.get('api-key')]).toEqual(['ok', 'k']);
  });

  it('for this session only stay in memory', async () => {
    const { fake, secrets } = open();
    secrets.useSessionOnly();
    await secrets.set('api-key', 'k');
    await secrets.retry();
    expect([secrets.state(), await secrets.get('api-key')]).toEqual(['session-only', 'k']);
    await secrets.remove('api-key');
    expect([await secrets.get('api-key'), fake.calls, fake.loads]).toEqual([null, 0, 0]);
  });
});
