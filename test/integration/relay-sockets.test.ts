// SPDX-License-Identifier: MIT
import { readFileSync, writeFileSync } from 'node:fs';
import { get as getTls } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../lab/kamailio.ts';
import { until } from '../lab/process.ts';
import { ACME, notify, startOfCall } from '../relay/relay-process.ts';
import { metric, relayStand } from '../relay/relay-stand.ts';

/** Thousands of connections that never say anything. */

const { closing, folderWith, start, startWith } = relayStand();

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

describe('silent connections', () => {
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

  it('do not hold up TLS with handshakes that never end', async () => {
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

function ask(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    getTls(url, { ca, agent: false }, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
  });
}
