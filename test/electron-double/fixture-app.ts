// SPDX-License-Identifier: MIT
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type AppHandle, type LaunchOptions, launchApp } from '../e2e/support/app.ts';

/** What the fixture's preload puts on its pages. */
export type FixtureBridge = {
  readonly kind: string | null;
  readonly nested: {
    readonly list: readonly [number, { readonly two: number }];
    readonly date: Date;
    readonly map: Map<string, number>;
  };
  readonly sandbox: Readonly<Record<string, unknown>>;
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  send(channel: string, ...args: unknown[]): void;
  on(channel: string, listener: (...args: unknown[]) => void): () => void;
  twice(callback: (value: number) => number, value: number): number;
  same<T>(callback: T): T;
  later(value: unknown): Promise<{ value: unknown }>;
  fail(): void;
  failLater(): Promise<void>;
};

declare global {
  interface Window {
    bridge: FixtureBridge;
    exposedAgain: string;
    seenAtStart: Record<string, string>;
  }
}

export async function launchFixture(options: LaunchOptions = {}): Promise<AppHandle> {
  const app = await launchApp({ ...options, entry: join(import.meta.dirname, 'fixture/main.js') });
  while (!app.output().includes('fixture ready')) await wait(20);
  return app;
}

export function invoke(page: Page, channel: string, ...args: unknown[]): Promise<unknown> {
  return page.evaluate(({ channel, args }) => window.bridge.invoke(channel, ...args), { channel, args });
}

/** What the fixture wrote down, filtered by its first word. */
export async function logOf(page: Page, about: string): Promise<unknown[][]> {
  return ((await invoke(page, 'log')) as unknown[][]).filter(([first]) => first === about);
}
