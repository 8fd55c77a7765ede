// SPDX-License-Identifier: MIT
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notify, runMain, startOfCall } from '../relay/relay-process.ts';
import { relayStand } from '../relay/relay-stand.ts';

/** What the relay's operator types. */

const { folderWith, start, startWith, desktop } = relayStand();

describe('commands', () => {
  it('say what is wrong with a configuration, and check a good one', async () => {
    const { configFile, folder } = folderWith({ listen: { port: 'x' }, limits: { maxConections: 1 } });
    const bad = await runMain(['--config', configFile]);
    expect([bad.code, bad.err.trim().split('\n')]).toEqual([
      78,
      [expect.stringMatching(/^listen\.port: /), 'limits: no such key: maxConections'],
    ]);
    expect((await runMain(['check', '--config', join(folder, 'none.json')])).code).toBe(78);
    expect((await runMain(['check'], { MEGADIAL_RELAY_LISTEN_PROT: '1' })).err).toContain('MEGADIAL_RELAY_LISTEN_PROT');
    expect((await runMain(['check', '--config', folderWith().configFile])).code).toBe(0);
    expect((await runMain(['sing', '--config', folderWith().configFile])).code).toBe(64);
    expect((await runMain(['--loud'])).code).toBe(64);
  });

  it('ask a running relay whether it is well', async () => {
    const token = 'ops-token-0123456789';
    const { configFile } = folderWith({ ops: { port: 0, token } });
    const relay = await start(configFile);
    const port = new URL(relay.opsUrl).port;
    const ask = (env: Record<string, string>) =>
      runMain(['health', '--config', configFile], { MEGADIAL_RELAY_OPS_PORT: port, ...env });
    expect(await ask({})).toMatchObject({ code: 0, out: 'ok\n' });
    expect((await ask({ MEGADIAL_RELAY_OPS_TOKEN: 'another-token-0123' })).code).toBe(1);
    await relay.stop();
    expect(await ask({})).toMatchObject({ code: 1, out: 'not reachable\n' });
  });

  it('add, list and revoke companies, while the relay runs and while it does not', async () => {
    const { configFile, folder } = folderWith({ publicUrl: 'https://relay.example.com/' });
    const tenants = (...args: string[]) => runMain(['tenants', ...args, '--config', configFile]);
    writeFileSync(join(folder, 'secret'), 'secret of beta\n', { mode: 0o600 });
    const added = await tenants('add', 'beta', '--api-secret-file', join(folder, 'secret'));
    const path = /https:\/\/relay\.example\.com(\/hook\/\S+)/.exec(added.out)?.[1] ?? '';
    expect([added.code, path]).toEqual([0, expect.stringMatching(/^\/hook\/[\w-]{32}$/)]);

    const relay = await start(configFile);
    expect(statSync(join(folder, 'relay.db.sock')).mode & 0o777).toBe(0o600);
    expect((await tenants('list')).out.split('\n').filter((line) => /^(acme|beta) {2}https/.test(line))).toHaveLength(
      2,
    );
    const { headers, body } = startOfCall(1, 'secret of beta');
    const post = () => fetch(relay.url + path, { method: 'POST', body: new URLSearchParams(body), headers });
    expect((await post()).status).toBe(200);

    for (const [args, problem] of [
      [['add', 'beta'], 'there is a tenant beta already'],
      [['add', 'Be ta'], 'id: must be'],
      [['pair', 'nobody', '101'], 'there is no tenant nobody'],
      [['pair', 'beta', 'abc'], 'extension: must be'],
      [['revoke', 'nobody'], 'there is no tenant nobody'],
      [['sing'], 'command'],
    ] as const) {
      const refused = await tenants(...args);
      expect([args, refused.code, refused.err]).toEqual([args, 1, expect.stringContaining(problem)]);
    }

    const one = await desktop(relay);
    expect((await tenants('revoke', 'acme')).code).toBe(0);
    expect([await one.closed, (await notify(relay.url, startOfCall(2))).status]).toEqual([4401, 404]);
    expect((await tenants('revoke', 'beta', '--erase')).code).toBe(0);
    expect((await post()).status).toBe(404);
    await relay.stop();
    expect((await tenants('list')).out).toBe('no tenants\n');
  });

  it('do not let two relays have one database', async () => {
    const relay = await startWith();
    const second = await runMain(['--config', relay.configFile]);
    expect(second.code).toBe(1);
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    expect((await runMain(['tenants', 'list', '--config', relay.configFile])).code).toBe(0);
  });
});
