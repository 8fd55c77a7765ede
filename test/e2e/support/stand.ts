// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../../src-shared/settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { type AppHandle, launchApp } from './app.ts';

/** A sandbox PBX and the app on it, with an account already set up (unless told not to). */
export type Stand = {
  readonly sandbox: Sandbox;
  readonly app: AppHandle;
  readonly userDataDir: string;
  readonly webhookUrl: string;
  /** Quits the app and starts it again on the same data; `meanwhile` runs while it is down. */
  restart(meanwhile?: () => void): Promise<AppHandle>;
  stop(): Promise<void>;
};

export type StandOptions = {
  readonly sandbox?: SandboxOptions;
  readonly settings?: Partial<Settings>;
  /** False: first run, nothing is known. */
  readonly account?: boolean;
  readonly headed?: boolean;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Secrets for this run only: for machines without a keychain. */
  readonly sessionOnly?: boolean;
  readonly userDataDir?: string;
};

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const sandbox = await startSandbox(options.sandbox);
  const userDataDir = options.userDataDir ?? mkdtempSync(join(tmpdir(), 'megadial-stand-'));
  const relayPort = await freePort();
  const file = join(userDataDir, 'provision.json');
  writeFileSync(file, JSON.stringify(provisionFile(sandbox, relayPort, options)), { mode: 0o600 });
  const webhookUrl = `http://127.0.0.1:${relayPort}/megacall`;
  sandbox.setWebhookUrl(webhookUrl);

  const launch = (provision: boolean): Promise<AppHandle> =>
    launchApp({
      userDataDir,
      args: [...(provision ? [`--provision=${file}`] : []), ...(options.args ?? [])],
      ...(options.env ? { env: options.env } : {}),
      ...(options.headed === undefined ? {} : { headed: options.headed }),
    });
  let app: AppHandle;
  try {
    app = await launch(true);
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  return {
    sandbox,
    userDataDir,
    webhookUrl,
    get app() {
      return app;
    },
    async restart(meanwhile) {
      await app.quit();
      meanwhile?.();
      app = await launch(options.sessionOnly === true);
      return app;
    },
    async stop() {
      await app.quit().catch(() => app.kill());
      await sandbox.stop();
      if (options.userDataDir === undefined) rmSync(userDataDir, { recursive: true, force: true });
    },
  };
}

function provisionFile(sandbox: Sandbox, relayPort: number, options: StandOptions): unknown {
  const { key, secret, pbxId, extensions } = sandbox.account;
  const [extension] = extensions;
  if (extension === undefined) throw new Error('the sandbox has no extension');
  return {
    settings: {
      apiBaseUrl: sandbox.url,
      ...(sandbox.sip === null ? {} : { sipWssUrls: [sandbox.sip.wssUrl], sipDomain: sandbox.sip.domain }),
      stunUrls: [],
      relayPort,
      relaySources: ['127.0.0.1/32'],
      language: 'en',
      ...options.settings,
    },
    ...(options.account === false
      ? {}
      : {
          account: { key, secret, pbxId: String(pbxId), extension: extension.number, sipPassword: extension.password },
        }),
    ...(options.sessionOnly === true ? { sessionOnly: true } : {}),
  };
}
