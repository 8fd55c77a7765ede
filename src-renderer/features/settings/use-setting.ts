// SPDX-License-Identifier: MIT
import type { SettingsPatch } from '../../../src-shared/ipc/schemas.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';

/** A setting's value, a way to save it at once, and the sentence when that failed. */
export function useSetting<K extends keyof Settings & keyof SettingsPatch>(name: K) {
  const t = useT();
  const value = useApp((app) => app.settings[name]);
  const { run, error, clear } = useAction();
  return {
    value,
    error: error === null ? null : errorText(t, error),
    clear,
    save: (next: Settings[K]) =>
      run(async () => {
        await request('settings.set', { [name]: next } as SettingsPatch);
        return true;
      }),
  };
}
