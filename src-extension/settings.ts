// SPDX-License-Identifier: MIT
/** What the person has set in the extension's popup, and the last number dialled; kept by the browser. */
export type ExtensionSettings = {
  readonly on: boolean;
  /** Hosts where numbers are not looked for. */
  readonly offSites: readonly string[];
  /** ISO 3166 country of numbers without `+`. */
  readonly country: string;
  /** Digits without any separator count, too. */
  readonly plain: boolean;
};

export const DEFAULTS: ExtensionSettings = { on: true, offSites: [], country: 'ES', plain: true };

export async function loadSettings(): Promise<ExtensionSettings> {
  const { settings } = await chrome.storage.local.get('settings');
  return { ...DEFAULTS, ...(settings as Partial<ExtensionSettings> | undefined) };
}

export async function saveSettings(patch: Partial<ExtensionSettings>): Promise<void> {
  await chrome.storage.local.set({ settings: { ...(await loadSettings()), ...patch } });
}

export async function lastNumber(): Promise<string | null> {
  const { last } = await chrome.storage.local.get('last');
  return typeof last === 'string' ? last : null;
}

export function keepLast(number: string): Promise<void> {
  return chrome.storage.local.set({ last: number });
}
