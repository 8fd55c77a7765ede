// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../test/relay/memory-store.ts';
import { createDevices, type DeviceRegistry } from './devices.ts';
import { createLeaveHandler, createPairHandler } from './pair-route.ts';

let store: MemoryStore;
let devices: DeviceRegistry;
const online = new Set<string>();

beforeEach(() => {
  store = createMemoryStore();
  online.clear();
  devices = createDevices({ store, online: async () => online, now: () => 7_000 });
});

async function paired(tenant = 'acme', extension = '101') {
  const { code } = await devices.code(tenant, extension, 'agent', 'Ana');
  return devices.pair(code, '192.0.2.1', 'laptop');
}

describe('a token', () => {
  it('is worth one extension of one tenant, at any node', async () => {
    const { token, device } = await paired();
    expect(token).toMatch(/^mdt_[A-Za-z0-9_-]{43}$/);
    const another = createDevices({ store, online: async () => online });
    expect(await another.byToken(token)).toEqual({ tenant: 'acme', extension: '101', role: 'agent', device });
  });

  it('stands nowhere in the store', async () => {
    const { token } = await paired();
    const kept = await store.kv.list('devices', '', null, 100);
    expect(kept.length).toBeGreaterThan(0);
    expect(JSON.stringify(kept)).not.toContain(token.slice(4));
  });

  it.each(['', 'mdt_', `mdt_${'A'.repeat(43)}`, 'x'.repeat(10_000), '../_token/x', '*'])(
    'that is none: %.20s',
    async (token) => {
      expect(await devices.byToken(token)).toBeNull();
    },
  );
});

describe('the admin’s list', () => {
  it('has the tenant’s own devices, and what is known of them', async () => {
    const mine = await paired();
    await paired('other', '201');
    online.add(mine.device);
    await devices.seen('acme', mine.device, { seenAt: 9_000, acked: 12 });
    expect(await devices.list('acme')).toEqual([
      {
        id: mine.device,
        extension: '101',
        role: 'agent',
        name: 'Ana, laptop',
        createdAt: 7_000,
        seenAt: 9_000,
        acked: 12,
        online: true,
      },
    ]);
  });
});

describe('revoking', () => {
  it('ends the token, and every node hears of it', async () => {
    const { token, device } = await paired();
    const another = createDevices({ store, online: async () => online });
    const heard = vi.fn();
    another.onRevoked(heard);
    await devices.revoke('acme', device);
    expect(await another.byToken(token)).toBeNull();
    expect(await devices.isKnown('acme', device)).toBe(false);
    expect(heard.mock.calls).toEqual([[device]]);
    expect(await devices.list('acme')).toEqual([]);
  });

  it('of another tenant’s device does nothing', async () => {
    const { token, device } = await paired();
    await devices.revoke('other', device);
    expect(await devices.byToken(token)).not.toBeNull();
  });
});

describe('POST /pair', () => {
  it('gives a token for a code, and says what is wrong with others', async () => {
    const handle = createPairHandler(devices);
    const { code } = await devices.code('acme', '101', 'admin', '');
    const body = JSON.stringify({ code, name: 'laptop' });
    const good = await handle(Buffer.from(body), '192.0.2.1');
    expect(good).toMatchObject({ status: 200, body: { tenant: 'acme', extension: '101', role: 'admin' } });
    expect(await handle(body, '192.0.2.1')).toEqual({ status: 404, body: { code: 'pair.unknown' } });
    for (let i = 0; i < 4; i++) await handle(body, '192.0.2.1');
    expect(await handle(body, '192.0.2.1')).toEqual({ status: 429, body: { code: 'pair.locked' } });
    expect(await handle('{"code":7}', '192.0.2.2')).toMatchObject({ status: 400 });
    expect(await handle('garbage', '192.0.2.2')).toMatchObject({ status: 400 });
    store.failing = 'relay.unavailable';
    expect(await handle(body, '192.0.2.2')).toMatchObject({ status: 503 });
  });
});

describe('DELETE /pair', () => {
  it('takes the desktop off that has the token, and no other', async () => {
    const handle = createLeaveHandler(devices);
    const [mine, other] = [await paired(), await paired()];
    expect(await handle(mine.token)).toBe(204);
    expect(await devices.byToken(mine.token)).toBeNull();
    expect((await devices.list('acme')).map(({ id }) => id)).toEqual([other.device]);
    expect([await handle(mine.token), await handle(null), await handle('x')]).toEqual([401, 401, 401]);
  });
});
