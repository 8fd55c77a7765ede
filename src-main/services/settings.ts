// SPDX-License-Identifier: MIT
import { DEFAULT_SETTINGS, type Settings } from '../../src-shared/settings.ts';
import type { StoreApi } from '../store/api.ts';
import type { Hub } from './hub.ts';

/** A change of some settings; `undefined` leaves one as it is. */
export type SettingsChange = { readonly [K in keyof Settings]?: Settings[K] | undefined };

export type SettingsService = {
  get(): Settings;
  /** Saves first, then tells everyone: what is shown is what is kept. */
  set(patch: SettingsChange): Promise<void>;
  /** Called with the new and the former settings after each change. */
  onChange(listener: (now: Settings, before: Settings) => void): void;
};

/** Settings from the store over the defaults. `stored` was loaded by the caller. */
export function createSettings(store: StoreApi['settings'], stored: Partial<Settings>, hub: Hub): SettingsService {
  const listeners: ((now: Settings, before: Settings) => void)[] = [];
  let settings: Settings = { ...DEFAULT_SETTINGS, ...stored };
  hub.patch({ settings });
  return {
    get: () => settings,
    async set(change) {
      const patch = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      ) as Partial<Settings>;
      await store.save(patch);
      const before = settings;
      settings = { ...settings, ...patch };
      hub.patch({ settings });
      for (const listener of listeners) listener(settings, before);
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}
