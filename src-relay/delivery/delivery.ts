// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { CLOSE, PROTOCOL_VERSION } from '../../src-shared/relay/protocol.ts';
import type { DeviceRegistry } from '../devices.ts';
import type { Gap } from '../downtime.ts';
import type { RelayLog } from '../log.ts';
import { createLru } from '../lru.ts';
import type { Caller, Delivery, DeliveryMeters, Team, Tenants } from '../parts.ts';
import type { PresenceOfDesktops } from '../presence.ts';
import type { Rpc } from '../rpc.ts';
import { type Audience, EVERYTHING, type EventLog, RelayError } from '../store/api.ts';
import { createBackground } from './background.ts';
import { createFanOut } from './fan-out.ts';
import { createPump, frameOf, PAGE } from './pump.ts';
import { createRate } from './rate.ts';
import { createSession, type Session } from './session.ts';
import { createTurns } from './turns.ts';
import { createUpgrade, isForDesktops, refuse, tokenOf } from './upgrade.ts';
import { createWheel } from './wheel.ts';
import { wireOf } from './wire.ts';

export type DeliveryOptions = {
  readonly log: EventLog;
  readonly devices: Pick<DeviceRegistry, 'byToken' | 'isKnown' | 'onRevoked' | 'seen'>;
  readonly presence: Pick<PresenceOfDesktops, 'join' | 'renew' | 'leave'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly team: Pick<Team, 'view' | 'onChange'>;
  readonly rpc: Rpc;
  readonly meters: DeliveryMeters;
  readonly report: Pick<RelayLog, 'error'>;
  /** Desktops this node takes; more are answered 503. */
  readonly maxDesktops?: number;
  /** Times in which the relay could take nothing. */
  readonly gaps?: () => readonly Gap[];
  /** A desktop is asked once in this time whether it is there, and closed after twice as long without a word. */
  readonly probeMs?: number;
};

export type DesktopServer = Delivery & {
  /** For the `upgrade` event of an HTTP or HTTPS server; anything but `/desktop` gets 404. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

type Bounds = Awaited<ReturnType<EventLog['bounds']>>;

const READS_AT_ONCE = 4;
/** Requests whose token is being looked up. */
const MOST_PENDING = 1_000;
/** A device's messages and asks: a second, and at once after a quiet time. */
const MESSAGES = [50, 300] as const;
const ASKS = [20, 60] as const;
/** To be connected again at once: what a WebSocket server says when it restarts, and when it could not take part. */
const COME_AGAIN = 1012;
/** A long connection is written down for the admin's list once in so many probes. */
const SEEN_PROBES = 10;

/** The WebSocket side of a relay: desktops connect, resume and get what is theirs while it happens. */
export function createDelivery(options: DeliveryOptions): DesktopServer {
  const { log, devices, presence, tenants, team, rpc, meters, report } = options;
  const { maxDesktops = 20_000, probeMs = 30_000 } = options;
  const node = randomBytes(6).toString('base64url');
  const upgrade = createUpgrade();
  const turns = createTurns(READS_AT_ONCE);
  const messages = createRate(...MESSAGES);
  const asks = createRate(...ASKS);
  const fanOut = createFanOut<Session>();
  const byDevice = new Map<string, Session>();
  const revoked = createLru<true>(1_000);
  const background = createBackground(report);
  let connections = 0;
  let probes = 0;
  let pending = 0;
  let isClosing = false;

  const wheel = createWheel<Session>(probeMs, (session) => {
    if (!session.probe()) return session.terminate();
    probes++;
    background.run(check(session, probes % SEEN_PROBES === 0));
  });

  /** What other nodes may have done to a desktop that is connected here. */
  async function check(session: Session, isDue: boolean): Promise<void> {
    const { caller, connection } = session;
    // Without a mark of its own in the store it finds an older connection's there, and nothing says that it was replaced.
    if (!(await presence.renew(caller, connection)))
      return session.close(session.isMarked ? CLOSE.replaced : COME_AGAIN);
    const isKnown =
      (await devices.isKnown(caller.tenant, caller.device)) && (await tenants.get(caller.tenant)) !== null;
    if (!isKnown) return session.close(CLOSE.revoked);
    if (isDue) await seen(session);
  }

  async function seen({ caller, acked }: Session): Promise<void> {
    if (revoked.get(caller.device)) return;
    await devices.seen(caller.tenant, caller.device, { seenAt: Date.now(), acked: acked() });
  }

  let heard = 0;
  const unfollow = log.follow((entry) => {
    // The log has lost its end (a NATS server without power) and gives its sequences out anew: whoever goes on from
    // where it was would take new events for old ones. A desktop that connects again is given what there is.
    if (entry.seq <= heard) for (const session of byDevice.values()) session.close(COME_AGAIN);
    heard = entry.seq;
    const sessions = fanOut.recipients(entry);
    if (sessions.size === 0) return;
    const frame = frameOf(entry);
    const lagMs = Math.max(0, Date.now() - entry.receivedAt);
    for (const { pump } of sessions) if (pump.push(entry, frame)) meters.sent(lagMs);
  });
  const unrevoke = devices.onRevoked((device) => {
    revoked.set(device, true, 1);
    byDevice.get(device)?.close(CLOSE.revoked);
  });
  const unwatch = team.onChange((tenant) => {
    const tell = async (): Promise<void> => {
      const view = await team.view(tenant);
      for (const session of fanOut.ofTenant(tenant)) session.send({ type: 'team', team: view });
    };
    background.run(tell());
  });

  async function admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const token = tokenOf(request);
    const caller = token === null ? null : await devices.byToken(token);
    if (caller === null) return refuse(socket, 401);
    const [tenant, view, bounds] = await Promise.all([
      tenants.get(caller.tenant),
      team.view(caller.tenant),
      log.bounds(caller.tenant),
    ]);
    if (tenant === null) return refuse(socket, 401);
    const connection = `${node}-${connections++}`;
    // Before the desktop hears anything: its next connection, at whichever node, then comes after this one there too.
    // A store that cannot be written does not keep it from reading; presence is renewed at the next probe.
    const isMarked = await presence.join(caller, connection).then(() => true, passOver);
    const status = revoked.get(caller.device) ? 401 : isClosing || byDevice.size >= maxDesktops ? 503 : null;
    let isOpen = false;
    if (status !== null) refuse(socket, status);
    else {
      const { offsetMinutes } = tenant;
      const about = { ...caller, offsetMinutes, team: view, ...bounds, gaps: options.gaps?.() ?? [] };
      upgrade(caller.role, request, socket, head, (ws) => {
        isOpen = true;
        const session = open(ws, socket, caller, connection, isMarked, bounds);
        session.send({ type: 'welcome', version: PROTOCOL_VERSION, ...about });
      });
    }
    if (!isOpen) background.run(presence.leave(caller, connection));
  }

  function open(
    ...[ws, socket, caller, connection, isMarked, bounds]: [WebSocket, Duplex, Caller, string, boolean, Bounds]
  ): Session {
    const audience: Audience = caller.role === 'agent' ? caller.extension : EVERYTHING;
    const pump = createPump({
      wire: wireOf(ws, socket),
      read: (after) => turns(() => log.read(caller.tenant, audience, after, PAGE)),
      readFirst: (from) => turns(async () => (await log.read(caller.tenant, audience, from - 1, 1))[0]),
      ...bounds,
      readNewest: async () => (await log.bounds(caller.tenant)).newest,
      soon: wheel.soon,
      onError: (error) => report.error('desktop not served', { error }),
    });
    const session = createSession({ ws, caller, connection, isMarked, pump, rpc, messages, asks });
    byDevice.get(caller.device)?.close(CLOSE.replaced);
    byDevice.set(caller.device, session);
    fanOut.add(caller.tenant, audience, session);
    wheel.add(session);
    // What breaks a socket closes it; nothing more is to be done about it.
    ws.on('error', ignore);
    ws.on('close', () => {
      pump.stop();
      wheel.remove(session);
      fanOut.remove(caller.tenant, audience, session);
      if (byDevice.get(caller.device) === session) byDevice.delete(caller.device);
      background.run(Promise.all([presence.leave(caller, connection), seen(session)]));
    });
    return session;
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', ignore);
      if (!isForDesktops(request)) return refuse(socket, 404);
      if (isClosing || pending >= MOST_PENDING) return refuse(socket, 503);
      pending++;
      admit(request, socket, head)
        .catch((error: unknown) => {
          if (!(error instanceof RelayError)) report.error('desktop not admitted', { error });
          refuse(socket, 503);
        })
        .finally(() => pending--);
    },
    counts() {
      const waiting = [...byDevice.values()].map(({ pump }) => pump.behind()).filter((missed) => missed !== null);
      return {
        desktops: byDevice.size,
        waiting: waiting.reduce((sum, missed) => sum + missed, 0),
        behind: waiting.length,
      };
    },
    async close() {
      isClosing = true;
      for (const end of [unfollow, unrevoke, unwatch, wheel.close]) end();
      for (const session of byDevice.values()) session.close(1001);
      await background.idle(() => byDevice.size === 0 && pending === 0);
    },
  };
}

function ignore(): void {}

function passOver(error: unknown): false {
  if (!(error instanceof RelayError)) throw error;
  return false;
}
