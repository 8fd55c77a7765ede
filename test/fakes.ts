// SPDX-License-Identifier: MIT
/** Small stand-ins for tests of services: a hub on a fixed clock, settings and secrets in memory, a silent log, a desktop. */

import type { Log } from '../src-main/log.ts';
import type { Secrets } from '../src-main/secrets/secrets.ts';
import { createHub, type Hub } from '../src-main/services/hub.ts';
import { initialState } from '../src-main/services/initial-state.ts';
import { createSettings, type SettingsService } from '../src-main/services/settings.ts';
import type { Shell, ShellEvents } from '../src-main/shell/api.ts';
import type { Settings } from '../src-shared/settings.ts';
import type { AppState } from '../src-shared/state.ts';

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const firstState: AppState = initialState({ version: '0.0.0', platform: 'linux', locale: 'en' });

export function fakeHub(now: () => number = () => 0): Hub {
  return createHub(firstState, now);
}

export function fakeSettings(hub: Hub, stored: Partial<Settings> = {}): SettingsService {
  return createSettings({ load: async () => stored, save: async () => {} }, stored, hub);
}

export function fakeSecrets(values: Record<string, string> = {}): Secrets & { readonly values: Map<string, string> } {
  const kept = new Map(Object.entries(values));
  return {
    values: kept,
    state: () => 'ok',
    get: async (name) => kept.get(name) ?? null,
    set: async (name, value) => void kept.set(name, value),
    remove: async (name) => void kept.delete(name),
    useSessionOnly: () => {},
    retry: async () => {},
  };
}

/** A desktop that notes what it is told, by the name of the method; `emit` plays its events. */
export function fakeShell(own: Partial<Shell> = {}): {
  readonly shell: Shell;
  readonly told: { readonly name: string; readonly args: readonly unknown[] }[];
  emit<K extends keyof ShellEvents>(name: K, payload: ShellEvents[K]): void;
} {
  const told: { name: string; args: readonly unknown[] }[] = [];
  const listeners = new Map<string, ((payload: never) => void)[]>();
  const known: Partial<Shell> = {
    ...{ platform: 'linux', version: '0.0.0', locale: 'en-GB', switches: {}, setHotkeys: () => [] },
    ...own,
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => {};
    },
  };
  const shell = new Proxy(known, {
    get: (target, name: string) =>
      Reflect.get(target, name) ?? ((...args: readonly unknown[]) => void told.push({ name, args })),
  }) as Shell;
  return {
    shell,
    told,
    emit: (name, payload) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
  };
}
