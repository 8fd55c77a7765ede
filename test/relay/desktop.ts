// SPDX-License-Identifier: MIT
import { WebSocket } from 'ws';
import type { FromDesktop, FromRelay, RelayMethod } from '../../src-shared/relay/protocol.ts';
import { readRelayMessage } from '../../src-shared/relay/protocol-schemas.ts';

type Welcome = Extract<FromRelay, { type: 'welcome' }>;
type Reply = Extract<FromRelay, { type: 'reply' }>;
type Event = Extract<FromRelay, { type: 'event' }>;

/** A desktop as the relay sees one; it checks every message as the real one does. */
export type TestDesktop = {
  readonly welcome: Welcome;
  /** In the order they came. */
  readonly events: readonly Event[];
  readonly team: readonly Extract<FromRelay, { type: 'team' }>[];
  ask(method: RelayMethod, params: unknown): Promise<Reply>;
  say(message: FromDesktop): void;
  /** Bytes as they are. */
  raw(data: string | Buffer): void;
  /** Stops and starts reading from the socket. */
  pause(): void;
  unpause(): void;
  /** As when the computer loses its power: no word to the relay's WebSocket. */
  kill(): void;
  close(): void;
  /** Close code; 1006 when the connection broke. */
  readonly closed: Promise<number>;
};

export type DesktopOptions = {
  /** Where to go on; undefined says nothing. */
  readonly after?: number | null;
  /** Of the event it has last. */
  readonly mark?: string;
  readonly onEvent?: (event: Event, desktop: { say(message: FromDesktop): void }) => void;
  /** False for one that never answers a ping. */
  readonly autoPong?: boolean;
};

/**
 * Connects a desktop and waits for its welcome.
 *
 * @param url of the node, `http://…`
 * @throws Error with the HTTP status when the relay refuses it
 */
export function connectDesktop(url: string, token: string, options: DesktopOptions = {}): Promise<TestDesktop> {
  const { after, mark = null, onEvent, autoPong = true } = options;
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/desktop`, {
    headers: { authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    autoPong,
  });
  const events: Event[] = [];
  const team: Extract<FromRelay, { type: 'team' }>[] = [];
  const replies = new Map<number, (reply: Reply) => void>();
  const say = (message: FromDesktop): void => ws.send(JSON.stringify(message));
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  let asked = 0;

  return new Promise((resolve, reject) => {
    const opened = (welcome: Welcome): void =>
      resolve({
        ...{ welcome, events, team, say, closed },
        ask(method, params) {
          const id = ++asked;
          say({ type: 'ask', id, method, params });
          return new Promise((answered) => replies.set(id, answered));
        },
        raw: (data) => ws.send(data),
        pause: () => ws.pause(),
        unpause: () => ws.resume(),
        kill: () => ws.terminate(),
        close: () => ws.close(),
      });
    ws.on('message', (data) => {
      const message = readRelayMessage(data.toString());
      if (message?.type === 'welcome') opened(message);
      if (message?.type === 'team') team.push(message);
      if (message?.type === 'reply') replies.get(message.id)?.(message);
      if (message?.type !== 'event') return;
      events.push(message);
      onEvent?.(message, { say });
    });
    ws.on('open', () => after !== undefined && say({ type: 'resume', after, mark }));
    ws.on('unexpected-response', (_request, response) => {
      reject(new Error(`refused: ${response.statusCode}`));
      response.destroy();
    });
    ws.on('error', reject);
    // A node that dies after the upgrade says nothing more.
    void closed.then((code) => reject(new Error(`closed: ${code}`)));
  });
}
