// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from 'playwright-core';
import type { AppHandle } from './app.ts';
import type { Stand } from './stand.ts';

/** Waits until calls can reach the agent. */
export async function expectRegistered(app: AppHandle): Promise<void> {
  const main = await app.window('main');
  await expect(main.getByTestId('registration-status')).toHaveAttribute('data-state', 'registered', {
    timeout: 30_000,
  });
}

/** Waits until the app takes webhooks, as the PBX itself would find out. */
export async function expectListening({ sandbox, webhookUrl }: Stand): Promise<void> {
  await expect.poll(() => sandbox.webhooks.echoCheck(webhookUrl)).toBe(true);
}

/** No call anywhere: the state each test of a shared stand begins and ends with. */
export async function expectQuiet(app: AppHandle): Promise<void> {
  const main = await app.window('main');
  await expect(main.getByTestId('call-card')).toHaveCount(0, { timeout: 20_000 });
  await expect.poll(() => app.isVisible('popup')).toBe(false);
  await expect.poll(() => app.notifications()).toEqual([]);
}

/** Opens the history and answers its rows. */
export async function openHistory(main: Page) {
  await main.getByTestId('nav-history').click();
  return main.getByTestId('history-row');
}

/** Files below `folder` that hold `text`, as UTF-8, UTF-16 or Base64: where nothing of it may be. */
export function filesWith(folder: string, text: string): string[] {
  const forms = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text).toString('base64'))];
  return filesIn(folder).filter((file) => {
    const content = readFileSync(join(folder, file));
    return forms.some((form) => content.includes(form));
  });
}

/** Names of all files below `folder`. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
