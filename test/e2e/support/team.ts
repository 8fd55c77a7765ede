// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../../src-relay/config.ts';
import { createRelayLog } from '../../../src-relay/log.ts';
import { type Relay, startRelay } from '../../../src-relay/relay.ts';
import type { Settings } from '../../../src-shared/settings.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/index.ts';
import { type AppHandle, launchApp } from './app.ts';

/** A company: a sandbox PBX, a relay that holds the keys, and an app for each of its first agents. */
export type TeamApps = {
  readonly sandbox: Sandbox;
  readonly relay: Relay;
  /** In the order of the extensions; the first one's agent is the administrator. */
  readonly apps: readonly AppHandle[];
  stop(): Promise<void>;
};

export type TeamAppsOptions = {
  readonly agents: number;
  readonly headed?: boolean;
  readonly sandbox?: SandboxOptions;
  readonly settings?: Partial<Settings>;
};

const TENANT = 'demo';
const URL_SECRET = 'url-secret-of-the-demo';

/** Each app joins with a code, as a person would, and gets its SIP password from the relay. */
export async function startTeamApps(options: TeamAppsOptions): Promise<TeamApps> {
  const folder = mkdtempSync(join(tmpdir(), 'megadial-team-'));
  const sandbox = await startSandbox(options.sandbox);
  const { account, url: apiBaseUrl } = sandbox;
  const config = parseConfig({
    listen: { port: 0 },
    ops: { port: 0, socket: '' },
    store: { sqlite: join(folder, 'relay.db') },
    sources: ['127.0.0.0/8'],
    limits: { minFreeDiskMb: 0 },
    tenants: [
      {
        ...{ id: TENANT, urlSecret: URL_SECRET, apiBaseUrl, offsetMinutes: 60 },
        ...{ apiKey: account.key, apiSecret: account.secret },
      },
    ],
  });
  const relay = await startRelay(config, { log: createRelayLog('error') });
  sandbox.setWebhookUrl(`${relay.url}/hook/${URL_SECRET}`);
  const apps: AppHandle[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(apps.map((app) => app.quit().catch(() => app.kill())));
    await relay.close();
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const [at, { number, name }] of account.extensions.slice(0, options.agents).entries()) {
      const { code } = await relay.parts.devices.code(TENANT, number, at === 0 ? 'admin' : 'agent', name);
      const userDataDir = join(folder, number);
      mkdirSync(userDataDir);
      const file = join(userDataDir, 'provision.json');
      const sip = sandbox.sip === null ? {} : { sipWssUrls: [sandbox.sip.wssUrl], sipDomain: sandbox.sip.domain };
      const settings = { apiBaseUrl, stunUrls: [], language: 'en', ...sip, ...options.settings };
      writeFileSync(file, JSON.stringify({ settings, team: { url: relay.url, code, name }, sessionOnly: true }), {
        mode: 0o600,
      });
      // Several apps share one keychain here: each keeps what it is told for this run only.
      apps.push(await launchApp({ userDataDir, headed: options.headed, args: [`--provision=${file}`] }));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { sandbox, relay, apps, stop };
}
