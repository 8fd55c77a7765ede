// SPDX-License-Identifier: MIT

/** The part of keytar that is used; errors are plain ones with the text of the system's keychain. */
export type Keytar = {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
};

/** Loads the native module on first use: without libsecret the load fails, and must not fail the program. */
export async function loadKeytar(): Promise<Keytar> {
  const module: { default?: Keytar } = await import('keytar');
  if (module.default === undefined) throw new Error('keytar has no default export');
  return module.default;
}
