// SPDX-License-Identifier: MIT
import { WebSocket } from 'ws';

/**
 * Desktops in a program of their own: each connects with its token, goes on from now, and acknowledges what comes. Says
 * `connected`, and on `report` how long events took from the moment they were due to the desktop, milliseconds.
 */
type Message =
  | { readonly type: 'connect'; readonly url: string; readonly tokens: readonly string[] }
  | { readonly type: 'report' };

const AT_ONCE = 100;
let latencies: number[] = [];
let received = 0;

function connectOne(url: string, token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/desktop`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    ws.on('open', () => ws.send('{"type":"resume","after":null}'));
    ws.on('error', reject);
    ws.on('unexpected-response', (_request, response) => reject(new Error(`refused: ${response.statusCode}`)));
    ws.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('{"type":"welcome"')) return resolve();
      if (!text.includes('"type":"event"')) return;
      const seq = /"seq":(\d+)/.exec(text)?.[1];
      const sent = /"sent":"(\d+)"/.exec(text)?.[1];
      received += 1;
      // What was logged before the call rang here comes with it: its time is not this event's.
      if (sent !== undefined && !text.includes('NOTIFY_START')) {
        latencies.push(Number(process.hrtime.bigint() - BigInt(sent)) / 1e6);
      }
      ws.send(`{"type":"ack","seq":${seq}}`);
    });
  });
}

process.on('message', async (message: Message) => {
  if (message.type === 'report') {
    process.send?.({ type: 'report', received, latencies });
    latencies = [];
    received = 0;
    return;
  }
  for (let at = 0; at < message.tokens.length; at += AT_ONCE) {
    await Promise.all(message.tokens.slice(at, at + AT_ONCE).map((token) => connectOne(message.url, token)));
  }
  process.send?.({ type: 'connected' });
});
process.on('disconnect', () => process.exit(0));
