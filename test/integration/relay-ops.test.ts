// SPDX-License-Identifier: MIT
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get as getTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { FromRelay, PairingReply } from '../../src-shared/relay/protocol.ts';
import { mountSmallDisk } from '../e2e/support/machine.ts';
import { makeCertificate } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';
import {
  ACME,
  notify,
  type RelayProcess,
  relayFolder,
  runMain,
  startOfCall,
  startRelayProcess,
} from '../relay/relay-process.ts';

/** The relay as it runs in production: a process, its files, its signals. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function folderWith(settings: Record<string, unknown> = {}) {
  const made = relayFolder(settings);
  closing.push(made.remove);
  return made;
}

async function start(configFile: string, env: Record<string, string> = {}): Promise<RelayProcess> {
  const relay = await startRelayProcess(configFile, env);
  closing.push(() => relay.stop());
  return relay;
}

async function startWith(settings: Record<string, unknown> = {}): Promise<RelayProcess & { folder: string }> {
  const { folder, configFile } = folderWith(settings);
  return { ...(await start(configFile)), folder };
}

type Desktop = { readonly socket: WebSocket; readonly heard: FromRelay[]; closedWith: number | null };

/** Pairs a desktop of extension 101 by the operator's command. */
async function pair(relay: RelayProcess): Promise<string> {
  const { out } = await runMain(['tenants', 'pair', 'acme', '101', 'admin', 'Desk', '--config', relay.configFile]);
  const code = /pairing code (\S+),/.exec(out)?.[1];
  const reply = await fetch(`${relay.url}/pair`, { method: 'POST', body: JSON.stringify({ code, name: 'test' }) });
  return ((await reply.json()) as PairingReply).token;
}

async function desktop(relay: RelayProcess, token: string): Promise<Desktop> {
  const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/desktop`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const one: Desktop = { socket, heard: [], closedWith: null };
  closing.push(() => socket.terminate());
  socket.on('message', (data) => one.heard.push(JSON.parse(data.toString())));
  socket.on('close', (code) => {
    one.closedWith = code;
  });
  await until('the welcome', () => one.heard.some(({ type }) => type === 'welcome'));
  socket.send(JSON.stringify({ type: 'resume', after: 0 }));
  return one;
}

/** Ids of the calls a desktop was told of. */
function callsOf({ heard }: Desktop): string[] {
  return heard.flatMap((message) =>
    message.type === 'event' && message.event.kind === 'notification' ? [message.event.fields.pbx_call_id ?? ''] : [],
  );
}

async function metric(relay: RelayProcess, line: string): Promise<number> {
  const page = await (await fetch(`${relay.opsUrl}/metrics`)).text();
  return Number(
    page
      .split('\n')
      .find((one) => one.startsWith(`${line} `))
      ?.slice(line.length + 1),
  );
}

describe('a relay', () => {
  it('takes events, brings them to a desktop once, and tells how it is', async () => {
    const relay = await startWith();
    const one = await desktop(relay, await pair(relay));
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    expect((await notify(relay.url, startOfCall(2, 'another secret'))).status).toBe(403);
    expect((await notify(relay.url, startOfCall(3))).status).toBe(200);
    await until('both calls', () => callsOf(one).length >= 2);
    expect(callsOf(one)).toEqual([startOfCall(1), startOfCall(3)].map(({ fields }) => fields.pbx_call_id));

    const health = await fetch(`${relay.opsUrl}/health`);
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
    expect(await metric(relay, 'megadial_relay_notifications_total{outcome="accepted"}')).toBe(3);
    expect(await metric(relay, 'megadial_relay_notifications_total{outcome="forged"}')).toBe(1);
    expect(await metric(relay, 'megadial_relay_desktops')).toBe(1);
    expect(await metric(relay, 'megadial_relay_event_lag_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(await metric(relay, 'megadial_relay_store_append_seconds_count')).toBeGreaterThanOrEqual(2);
    const said = relay.output() + (await (await fetch(`${relay.opsUrl}/metrics`)).text());
    expect(said).not.toMatch(/600111222|912345678|hook-secret|secret of acme|mdt_/);
    expect((await fetch(`${relay.url}/health`)).status).toBe(404);
  });

  it('takes the address of the PBX from listed proxies only', async () => {
    const relay = await startWith({ sources: ['185.45.152.40/30'], trustedProxies: ['127.0.0.1'] });
    const from = (addresses: string) => notify(relay.url, startOfCall(1), { 'X-Forwarded-For': addresses });
    const asked = [
      await from('185.45.152.42'),
      await from('8.8.8.8, 185.45.152.42'),
      await from('185.45.152.42, 8.8.8.8'),
    ];
    expect(asked.map(({ status }) => status)).toEqual([200, 200, 403]);
    expect((await notify(relay.url, startOfCall(1))).status).toBe(403);
  });

  it('does not mind that its clock is hours off', async () => {
    const { configFile } = folderWith();
    const shift = 'const now = Date.now; Date.now = () => now() + 5 * 3600_000;';
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
    const relay = await start(configFile, env);
    expect(Number(relay.lines()[0]?.time)).toBeGreaterThan(Date.now() + 4 * 3600_000);
    const one = await desktop(relay, await pair(relay));
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    await until('the call', () => callsOf(one).length === 1);
  });

  it('answers 503 while the disk is full, and loses nothing it has acknowledged', async () => {
    const disk = mountSmallDisk(8);
    closing.push(() => disk.remove());
    const relay = await startWith({ store: { sqlite: join(disk.folder, 'relay.db') }, limits: { minFreeDiskMb: 1 } });
    const token = await pair(relay);
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    disk.fill();
    let refused: Response | null = null;
    const kept = [1];
    for (let call = 2; refused === null && call < 5_000; call++) {
      const reply = await notify(relay.url, startOfCall(call));
      if (reply.status === 200) kept.push(call);
      else refused = reply;
    }
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([503, '5']);
    const health = await fetch(`${relay.opsUrl}/health`);
    expect([health.status, await health.text()]).toEqual([503, 'disk: almost full\n']);
    disk.makeRoom();
    await until(
      'the relay to take events again',
      async () => (await notify(relay.url, startOfCall(9_999))).status === 200,
    );
    const one = await desktop(relay, token);
    await until('the last call', () => callsOf(one).includes(startOfCall(9_999).fields.pbx_call_id));
    expect(callsOf(one)).toEqual(expect.arrayContaining(kept.map((call) => startOfCall(call).fields.pbx_call_id)));
    expect(new Set(callsOf(one)).size).toBe(callsOf(one).length);
  });
});

describe('SIGTERM', () => {
  it('ends it well: the request under way is answered, desktops are told, the next start has everything', async () => {
    const relay = await startWith();
    const token = await pair(relay);
    const one = await desktop(relay, token);
    const { port, hostname } = new URL(relay.url);
    const { headers, body } = startOfCall(1);
    const slow = connect(Number(port), hostname);
    closing.push(() => slow.destroy());
    let answer = '';
    slow.on('data', (data) => {
      answer += data.toString();
    });
    slow.write(
      `POST /hook/${ACME.urlSecret} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
        `Signature: ${headers.Signature}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 40)}`,
    );
    await until('the slow request to arrive', async () => (await metric(relay, 'megadial_relay_connections')) >= 2);
    relay.signal('SIGTERM');
    await until('the end to begin', () => relay.lines().some(({ msg }) => msg === 'ending'));
    await until('the desktop to be told', () => one.closedWith !== null);
    slow.write(body.slice(40));
    expect(await relay.ended()).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(one.closedWith).toBe(1001);
    await expect(fetch(relay.url)).rejects.toThrow();
    expect(existsSync(join(relay.folder, 'relay.db.sock'))).toBe(false);

    const again = await start(relay.configFile);
    const two = await desktop(again, token);
    await until('the call', () => callsOf(two).length === 1);
    expect(callsOf(two)).toEqual([startOfCall(1).fields.pbx_call_id]);
  });

  it('waits for nobody who only holds a connection open', async () => {
    const relay = await startWith();
    const { port, hostname } = new URL(relay.url);
    const silent = [connect(Number(port), hostname), connect(Number(port), hostname)];
    closing.push(() => silent.map((socket) => socket.destroy()));
    silent[1]?.write('POST /hook/x HTTP/1.1\r\nHost: x\r\nX-A: ');
    await until('the connections', async () => (await metric(relay, 'megadial_relay_connections')) >= 2);
    relay.signal('SIGTERM');
    expect(await relay.ended()).toBe(0);
  });

  it('twice ends it at once', async () => {
    const relay = await startWith();
    const { port, hostname } = new URL(relay.url);
    const silent = connect(Number(port), hostname);
    closing.push(() => silent.destroy());
    silent.write('POST /hook/x HTTP/1.1\r\nHost: x\r\nX-A: ');
    await until('the connection', async () => (await metric(relay, 'megadial_relay_connections')) >= 1);
    relay.signal('SIGTERM');
    await until('the end to begin', () => relay.lines().some(({ msg }) => msg === 'ending'));
    relay.signal('SIGTERM');
    expect(await relay.ended()).toBe(1);
  });
});

describe('TLS', () => {
  /** The certificate a new connection is shown. */
  function shown(url: string): Promise<string> {
    const { port, hostname } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connectTls({ port: Number(port), host: hostname, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.toString() ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
  }
  const ask = (url: string, ca: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      getTls(url, { ca, agent: false }, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });

  it('is spoken with a certificate of one’s own, and a renewed one is taken over without a restart', async () => {
    const { folder, configFile } = folderWith();
    const [live, next] = [join(folder, 'live'), join(folder, 'next')];
    for (const place of [live, next]) {
      mkdirSync(place);
      makeCertificate(place, '127.0.0.1');
    }
    const tls = { certFile: join(live, 'cert.pem'), keyFile: join(live, 'key.pem') };
    writeFileSync(configFile, JSON.stringify({ ...JSON.parse(readFileSync(configFile, 'utf8')), tls }));
    const relay = await start(configFile);
    expect(relay.url).toMatch(/^https:/);
    const before = readFileSync(tls.certFile, 'utf8');
    const echo = `${relay.url}/hook/${ACME.urlSecret}?zd_echo=1`;
    expect(await ask(echo, before)).toBe(200);

    copyFileSync(join(next, 'cert.pem'), tls.certFile);
    relay.signal('SIGHUP'); // the key is still the former one's
    await until('the warning', () => relay.lines().some(({ msg }) => msg.startsWith('the new certificate cannot')));
    expect(await shown(relay.url)).toBe(before);
    copyFileSync(join(next, 'key.pem'), tls.keyFile);
    relay.signal('SIGHUP');
    await until('the new certificate', () => relay.lines().some(({ msg }) => msg === 'certificate read again'));
    const after = readFileSync(tls.certFile, 'utf8');
    expect(after).not.toBe(before);
    expect(await shown(relay.url)).toBe(after);
    expect(await ask(echo, after)).toBe(200);
  });

  it('is not held up by handshakes that never end', async () => {
    const { folder, configFile } = folderWith();
    makeCertificate(folder, '127.0.0.1');
    const tls = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
    const limits = { maxConnections: 50, unfinishedPerAddress: 20 };
    writeFileSync(configFile, JSON.stringify({ ...JSON.parse(readFileSync(configFile, 'utf8')), tls, limits }));
    const relay = await start(configFile);
    await holdOpen(relay.url, 200, 10);
    const echo = `${relay.url}/hook/${ACME.urlSecret}?zd_echo=1`;
    for (let i = 0; i < 5; i++) expect(await ask(echo, readFileSync(tls.certFile, 'utf8'))).toBe(200);
  });
});

/** Opens connections from some of loopback's addresses, of which half send a piece of a request, and leaves them so. */
async function holdOpen(url: string, count: number, addresses: number): Promise<readonly Socket[]> {
  const { port } = new URL(url);
  const sockets: Socket[] = [];
  closing.push(() => sockets.map((socket) => socket.destroy()));
  for (let i = 0; i < count; i++) {
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: `127.0.1.${(i % addresses) + 1}` });
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('connect', () => i % 2 === 0 && socket.write('POST /hook/x HTTP/1.1\r\nHost: x\r\nX-A: '));
    if (i % 200 === 199) await until('connections', () => sockets.every((one) => !one.connecting));
  }
  await until('connections', () => sockets.every((one) => !one.connecting));
  return sockets;
}

describe('connections that never say anything', () => {
  it.each<[string, { maxConnections?: number; unfinishedPerAddress: number }]>([
    ['more than there is room for', { maxConnections: 500, unfinishedPerAddress: 50 }],
    ['more than an address may have', { unfinishedPerAddress: 10 }],
    ['as many as there is room for', { unfinishedPerAddress: 1_000 }],
  ])('do not keep the PBX out: %s', async (_what, limits) => {
    const relay = await startWith({ limits });
    await holdOpen(relay.url, 4_000, 100);
    for (let call = 1; call <= 20; call++) {
      expect((await notify(relay.url, startOfCall(call))).status).toBe(200);
    }
    const open = await metric(relay, 'megadial_relay_connections');
    expect(open).toBeLessThanOrEqual((limits.maxConnections ?? 4_000) + 10);
    // None of them stays for longer than a request may take.
    await until('them to be closed', async () => (await metric(relay, 'megadial_relay_connections')) < 20, 30_000);
    expect((await notify(relay.url, startOfCall(21))).status).toBe(200);
  });
});

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

    const one = await desktop(relay, await pair(relay));
    expect((await tenants('revoke', 'acme')).code).toBe(0);
    await until('the desktop to be cut off', () => one.closedWith !== null);
    expect([one.closedWith, (await notify(relay.url, startOfCall(2))).status]).toEqual([4401, 404]);
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
