// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import type { DeviceView, Role } from '../src-shared/relay/protocol.ts';
import { sha256 } from './keys.ts';
import { listAll } from './list-all.ts';
import { createPairing } from './pairing.ts';
import type { Caller, Devices } from './parts.ts';
import { CONTROL, type RelayStore } from './store/api.ts';

/** What delivery tells of a device for the admin's list. */
export type Seen = { readonly seenAt: number; readonly acked: number | null };

export type DeviceRegistry = Devices & {
  /** Not waited for by anybody: for the admin's list only. */
  seen(tenant: string, device: string, seen: Seen): Promise<void>;
  /** Whether a device was not revoked since its token was looked up. */
  isKnown(tenant: string, device: string): Promise<boolean>;
  close(): void;
};

export type DevicesOptions = {
  readonly store: Pick<RelayStore, 'kv' | 'log'>;
  /** Devices of a tenant connected to any node. */
  readonly online: (tenant: string) => Promise<ReadonlySet<string>>;
  /** UTC ms. */
  readonly now?: () => number;
};

type Stored = {
  readonly tokenHash: string;
  readonly extension: string;
  readonly role: Role;
  readonly name: string;
  readonly createdAt: number;
};

const TOKEN = /^mdt_[A-Za-z0-9_-]{43}$/;
const LONGEST_NAME = 100;

/**
 * Desktops and their tokens. A token is 32 random bytes and is never stored: its SHA-256 is the key it is found under,
 * so that the time of a look-up tells nothing about any token. Revocations go to all nodes through the log.
 */
export function createDevices({ store, online, now = Date.now }: DevicesOptions): DeviceRegistry {
  const { kv, log } = store;
  const pairing = createPairing(kv, { now });
  const listeners = new Set<(device: string) => void>();
  const unfollow = log.follow(({ audience, body }) => {
    if (audience !== CONTROL) return;
    const { revoked } = JSON.parse(body) as { revoked?: string };
    if (revoked !== undefined) for (const listener of listeners) listener(revoked);
  });

  async function read(tenant: string, device: string): Promise<Stored | null> {
    const found = await kv.get('devices', deviceKey(tenant, device));
    return found === null ? null : (JSON.parse(found.value) as Stored);
  }

  return {
    async pair(code, from, name) {
      const worth = await pairing.redeem(code, from);
      const token = `mdt_${randomBytes(32).toString('base64url')}`;
      const device = randomBytes(12).toString('base64url');
      const { tenant, extension, role } = worth;
      const both = [worth.name, name].filter((part) => part.trim() !== '').join(', ');
      const stored: Stored = {
        ...{ tokenHash: sha256(token), extension, role },
        ...{ name: both.slice(0, LONGEST_NAME), createdAt: now() },
      };
      await kv.put('devices', deviceKey(tenant, device), JSON.stringify(stored), 0);
      await kv.put('devices', tokenKey(stored.tokenHash), JSON.stringify({ tenant, device }), 0);
      return { token, tenant, extension, role, device };
    },

    async byToken(token) {
      if (!TOKEN.test(token)) return null;
      const tokenHash = sha256(token);
      const found = await kv.get('devices', tokenKey(tokenHash));
      if (found === null) return null;
      const { tenant, device } = JSON.parse(found.value) as Pick<Caller, 'tenant' | 'device'>;
      const stored = await read(tenant, device);
      if (stored?.tokenHash !== tokenHash) return null;
      return { tenant, device, extension: stored.extension, role: stored.role };
    },

    code: (tenant, extension, role, name) => pairing.issue({ tenant, extension, role, name }),

    async list(tenant) {
      const [devices, seen, connected] = await Promise.all([
        listAll(kv, 'devices', deviceKey(tenant, '')),
        listAll(kv, 'devices', seenKey(tenant, '')),
        online(tenant),
      ]);
      const lastSeen = new Map(seen.map(({ key, value }) => [key, JSON.parse(value) as Seen]));
      return devices.map(({ key, value }): DeviceView => {
        const id = key.slice(deviceKey(tenant, '').length);
        const { extension, role, name, createdAt } = JSON.parse(value) as Stored;
        const { seenAt, acked } = lastSeen.get(seenKey(tenant, id)) ?? { seenAt: null, acked: null };
        return { id, extension, role, name, createdAt, seenAt, acked, online: connected.has(id) };
      });
    },

    async revoke(tenant, device) {
      const stored = await read(tenant, device);
      if (stored === null) return;
      await kv.remove('devices', tokenKey(stored.tokenHash));
      await kv.remove('devices', deviceKey(tenant, device));
      await kv.remove('devices', seenKey(tenant, device));
      const body = JSON.stringify({ revoked: device });
      await log.append([{ tenant, audience: CONTROL, hash: sha256(body), receivedAt: now(), body }]);
    },

    onRevoked(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async seen(tenant, device, seen) {
      await kv.put('devices', seenKey(tenant, device), JSON.stringify(seen), null);
    },
    isKnown: async (tenant, device) => (await read(tenant, device)) !== null,
    close: unfollow,
  };
}

// No tenant's id starts with an underscore.
const tokenKey = (hash: string): string => `_token/${hash}`;
const deviceKey = (tenant: string, device: string): string => `${tenant}/device/${device}`;
const seenKey = (tenant: string, device: string): string => `${tenant}/seen/${device}`;
