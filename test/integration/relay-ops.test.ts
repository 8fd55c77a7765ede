// SPDX-License-Identifier: MIT
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get as getTls } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../e2e/support/machine.ts';
import { makeCertificate } from '../lab/kamailio.ts';
import { startNats } from '../lab/nats.ts';
import { until } from '../lab/process.ts';
import { ACME, callsOf, notify, pairDesktop, runMain, startOfCall } from '../relay/relay-process.ts';
import { metric, relayStand } from '../relay/relay-stand.ts';

/** The relay as it runs in production: a process, its files, its signals. */

const { closing, folderWith, start, startWith, desktop } = relayStand();

describe('a relay', () => {
  it('takes events, brings them to a desktop once, and tells how it is', async () => {
    const relay = await startWith();
    const one = await desktop(relay);
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
    const one = await desktop(relay);
    expect((await notify(relay.url, startOfCall(1))).status).toBe(200);
    await until('the call', () => callsOf(one).length === 1);
  });

  it('answers 503 while the disk is full, and loses nothing it has acknowledged', async () => {
    const disk = mountSmallDisk(8);
    closing.push(() => disk.remove());
    const relay = await startWith({ store: { sqlite: join(disk.folder, 'relay.db') }, limits: { minFreeDiskMb: 1 } });
    const token = await pairDesktop(relay);
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
    expect(health.status).toBe(503);
    // What the store tries for this is small: it may find room where an event does not.
    expect(await health.text()).toMatch(/^(store: full\n)?disk: almost full\n$/);
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

describe('two relays on one NATS server', () => {
  it('are one relay: what one takes the other delivers, and both say so while the server is away', async () => {
    const nats = await startNats({ token: 'nats-token' });
    closing.push(() => nats.remove());
    const store = { natsServers: [nats.url], natsToken: 'nats-token' };
    const [here, there] = [await startWith({ store }), await startWith({ store })];
    const one = await desktop(there);
    for (const [call, node] of [here, there, here].entries()) {
      expect((await notify(node.url, startOfCall(call))).status).toBe(200);
    }
    await until('all calls', () => callsOf(one).length === 3);

    await nats.stop();
    const refused = await notify(here.url, startOfCall(4));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    for (const node of [here, there]) {
      const health = await fetch(`${node.opsUrl}/health`);
      expect([health.status, await health.text()]).toEqual([503, expect.stringMatching(/^store: /)]);
    }
    await nats.start();
    await until('events again', async () => (await notify(here.url, startOfCall(4))).status === 200);
    await until('the call', () => callsOf(one).length === 4);
    expect(new Set(callsOf(one)).size).toBe(4);
    const { out } = await runMain(['tenants', 'list', '--config', here.configFile]);
    expect(out).toMatch(/^acme {2}/);
    here.signal('SIGTERM');
    expect(await here.ended()).toBe(0);
    expect((await notify(there.url, startOfCall(5))).status).toBe(200);
  });
});

describe('SIGTERM', () => {
  it('ends it well: the request under way is answered, desktops are told, the next start has everything', async () => {
    const relay = await startWith();
    const token = await pairDesktop(relay);
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
    expect(await one.closed).toBe(1001);
    slow.write(body.slice(40));
    expect(await relay.ended()).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
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
});
