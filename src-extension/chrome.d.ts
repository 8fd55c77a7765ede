// SPDX-License-Identifier: MIT
/** The few calls of the browser's extension API that are used (developer.chrome.com/docs/extensions/reference/api). */
declare const chrome: {
  readonly storage: {
    readonly local: {
      get(name: string): Promise<Record<string, unknown>>;
      set(values: Record<string, unknown>): Promise<void>;
    };
    readonly onChanged: { addListener(listener: (changes: Record<string, unknown>) => void): void };
  };
  readonly i18n: { getMessage(name: string, value?: string): string; getUILanguage(): string };
  readonly tabs: {
    query(what: { active: boolean; currentWindow: boolean }): Promise<readonly { readonly url?: string }[]>;
  };
};
