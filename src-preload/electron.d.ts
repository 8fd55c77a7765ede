// SPDX-License-Identifier: MIT
/**
 * The two things the preload uses of Electron. Electron's own types bring Node's globals with them, which no page has;
 * tsconfig.web.json maps the name `electron` here, and preload.test.ts checks this against the real types.
 */
export declare const contextBridge: {
  exposeInMainWorld(name: string, api: unknown): void;
};

export declare const ipcRenderer: {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
  removeListener(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
};
