// SPDX-License-Identifier: MIT
import { afterEach } from 'vitest';
import { connectDesktop, type TestDesktop } from './desktop.ts';
import { pairDesktop, type RelayProcess, relayFolder, startRelayProcess } from './relay-process.ts';

export type Stand = {
  /** Ends whatever a test leaves behind, the newest first. */
  readonly closing: (() => unknown)[];
  folderWith(settings?: Record<string, unknown>): { folder: string; configFile: string };
  start(configFile: string, env?: Record<string, string>): Promise<RelayProcess>;
  startWith(settings?: Record<string, unknown>): Promise<RelayProcess & { folder: string }>;
  /** A desktop of extension 101, newly paired unless it has a token; from the first event that is kept. */
  desktop(relay: RelayProcess, token?: string): Promise<TestDesktop>;
};

/** Relays, folders and desktops for the tests of one file; all of them end with the test that asked for them. */
export function relayStand(): Stand {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const stand: Stand = {
    closing,
    folderWith(settings = {}) {
      const made = relayFolder(settings);
      closing.push(made.remove);
      return made;
    },
    async start(configFile, env = {}) {
      const relay = await startRelayProcess(configFile, env);
      closing.push(() => relay.stop());
      return relay;
    },
    async startWith(settings = {}) {
      const { folder, configFile } = stand.folderWith(settings);
      return { ...(await stand.start(configFile)), folder };
    },
    async desktop(relay, token) {
      const one = await connectDesktop(relay.url, token ?? (await pairDesktop(relay)), { after: 0 });
      closing.push(() => one.kill());
      return one;
    },
  };
  return stand;
}

/** The value of a line of the metrics page. */
export async function metric(relay: RelayProcess, line: string): Promise<number> {
  const page = await (await fetch(`${relay.opsUrl}/metrics`)).text();
  return Number(
    page
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length + 1),
  );
}
