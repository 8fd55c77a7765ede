// SPDX-License-Identifier: MIT
import { listAll } from './list-all.ts';
import { createLookup } from './lookup.ts';
import type { OnCalls } from './on-calls.ts';
import type { Caller, Presence } from './parts.ts';
import type { Kv } from './store/api.ts';

/** Presence, and the desktops it comes from: delivery tells of them. */
export type PresenceOfDesktops = Presence & {
  /** A desktop has connected; an earlier connection of the same device counts no more, at any node. */
  join(caller: Caller, connection: string): Promise<void>;
  /** To be said again within `LEASE_MS`. False when the device has connected elsewhere since. */
  renew(caller: Caller, connection: string): Promise<boolean>;
  leave(caller: Caller, connection: string): Promise<void>;
  /** Devices of a tenant connected to any node. */
  devices(tenant: string): Promise<ReadonlySet<string>>;
};

type Word = 'free' | 'busy' | 'away';
type Stored = {
  readonly word: Word;
  /** Connected desktops of the extension, by device. */
  readonly desktops: Readonly<Record<string, { readonly connection: string; readonly until: number }>>;
};

/** A node that dies takes its desktops off line after this long. */
const LEASE_MS = 100_000;
/** A word is remembered this long without a desktop: it outlives a restart of the app. */
const KEPT_MS = 10 * 60_000;
const TRIES = 30;

/** @param now UTC ms */
export function createPresence(kv: Kv, onCalls: OnCalls, now: () => number = Date.now): PresenceOfDesktops {
  const lists = createLookup(
    async (tenant: string) => {
      const rows = await listAll(kv, 'presence', `${tenant}/`);
      return rows.map(({ key, value }) => ({ extension: key.slice(tenant.length + 1), ...read(value) }));
    },
    () => performance.now(),
  );

  async function change<R>(
    tenant: string,
    extension: string,
    decide: (before: Stored) => { readonly next: Stored | null; readonly answer: R },
  ): Promise<R> {
    const key = `${tenant}/${extension}`;
    for (let tries = 0; ; tries++) {
      const found = await kv.get('presence', key);
      const { next, answer } = decide(read(found?.value));
      if (next === null || tries >= TRIES) return answer;
      if ((await kv.put('presence', key, JSON.stringify(next), found?.revision ?? 0, KEPT_MS)) > 0) return answer;
    }
  }

  const isOnline = ({ desktops }: Stored): boolean => Object.values(desktops).some(({ until }) => until > now());
  const stateOf = (stored: Stored, isBusy: boolean) =>
    isBusy ? 'busy' : isOnline(stored) ? stored.word : ('offline' as const);

  return {
    async set(tenant, extension, state) {
      await change(tenant, extension, (before) => ({ next: { ...before, word: state }, answer: null }));
      lists.clear();
    },

    async of(tenant, extension) {
      const [found, isBusy] = await Promise.all([
        kv.get('presence', `${tenant}/${extension}`),
        onCalls.isBusy(tenant, extension),
      ]);
      return stateOf(read(found?.value), isBusy);
    },

    async list(tenant) {
      const [rows, busy] = await Promise.all([lists.get(tenant), onCalls.busy(tenant)]);
      const listed = new Set(rows.map(({ extension }) => extension));
      return [
        ...rows.map((row) => ({ extension: row.extension, state: stateOf(row, busy.has(row.extension)) })),
        ...[...busy]
          .filter((extension) => !listed.has(extension))
          .map((extension) => ({ extension, state: 'busy' as const })),
      ];
    },

    async devices(tenant) {
      const rows = await lists.get(tenant);
      const connected = rows.flatMap(({ desktops }) =>
        Object.entries(desktops).flatMap(([device, { until }]) => (until > now() ? [device] : [])),
      );
      return new Set(connected);
    },

    join: ({ tenant, extension, device }, connection) =>
      change(tenant, extension, (before) => ({
        next: withDesktop(before, device, { connection, until: now() + LEASE_MS }),
        answer: undefined,
      })),

    renew: ({ tenant, extension, device }, connection) =>
      change(tenant, extension, (before) => {
        const current = before.desktops[device];
        if (current !== undefined && current.connection !== connection) return { next: null, answer: false };
        return { next: withDesktop(before, device, { connection, until: now() + LEASE_MS }), answer: true };
      }),

    leave: ({ tenant, extension, device }, connection) =>
      change(tenant, extension, (before) => ({
        next: before.desktops[device]?.connection === connection ? withDesktop(before, device, null) : null,
        answer: undefined,
      })),
  };

  /** Also drops those of nodes that died. */
  function withDesktop(before: Stored, device: string, mine: Stored['desktops'][string] | null): Stored {
    const others = Object.entries(before.desktops).filter(([id, { until }]) => id !== device && until > now());
    return { ...before, desktops: Object.fromEntries(mine === null ? others : [...others, [device, mine]]) };
  }
}

function read(value: string | undefined): Stored {
  return value === undefined ? { word: 'free', desktops: {} } : (JSON.parse(value) as Stored);
}
