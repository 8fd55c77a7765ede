// SPDX-License-Identifier: MIT
import type { Browser } from 'playwright-core';
import { buildSite, type EnginePage, openEngine, type Site } from './browser.ts';
import type { Kamailio, KamailioUser } from './kamailio.ts';
import type { PartyPage } from './party/main.ts';
import { until } from './process.ts';

export const buildParty = (): Promise<Site> => buildSite('test/lab/party', 'index.html');

type Stats = { readonly sent: number; readonly received: number };

/** Another WebRTC phone in a page of its own, with a tone by which it is known. */
export type Party = {
  readonly hertz: number;
  do<K extends 'dial' | 'auto' | 'answer' | 'refuse' | 'hold' | 'resume' | 'hangUp'>(
    what: K,
    ...args: Parameters<PartyPage[K]>
  ): Promise<void>;
  ask<K extends 'ringing' | 'calls' | 'established' | 'isHeld' | 'ended'>(what: K): Promise<ReturnType<PartyPage[K]>>;
  offers(): Promise<readonly string[]>;
  rtpStats(): Promise<Stats>;
  /** Waits until exactly these tones are in what it hears, and none of the others. */
  hears(tones: readonly number[], others?: readonly number[]): Promise<void>;
  sent: EnginePage['sent'];
  close(): Promise<void>;
};

const LOUD = -60;

export async function openParty(
  browser: Browser,
  site: Site,
  kamailio: Kamailio,
  options: KamailioUser & { readonly hertz: number; readonly auto?: boolean },
): Promise<Party> {
  const page = await openEngine(browser, site);
  const start = { url: kamailio.wsUrl, domain: kamailio.domain, auto: true, ...options };
  await page.page.evaluate(`party.start(${JSON.stringify(start)})`);
  const call = (what: string, args: readonly unknown[]) =>
    page.page.evaluate(`party.${what}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
  return {
    hertz: options.hertz,
    do: async (what, ...args) => {
      await page.page.evaluate(`void party.${what}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
    },
    ask: (what) => call(what, []) as Promise<never>,
    offers: () => page.page.evaluate('party.offers') as Promise<readonly string[]>,
    rtpStats: () => call('rtpStats', []) as Promise<Stats>,
    async hears(tones, others = []) {
      const levels = async () => (await call('hears', [[...tones, ...others]])) as readonly number[];
      let last: readonly number[] = [];
      await until('the right tones', async () => {
        last = await levels();
        return last.every((level, index) => level > LOUD === index < tones.length);
      }).catch(() => {
        throw new Error(`heard ${JSON.stringify(last)} dB at ${JSON.stringify([...tones, ...others])} Hz`);
      });
    },
    sent: page.sent,
    close: page.close,
  };
}
