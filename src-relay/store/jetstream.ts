// SPDX-License-Identifier: MIT
import { credsAuthenticator, type NodeConnectionOptions } from '@nats-io/transport-node';
import type { IngressLog } from '../ingress.ts';
import type { RelayStore } from './api.ts';
import { createFollowers } from './followers.ts';
import { toEntry } from './jetstream-entry.ts';
import { followStream } from './jetstream-follow.ts';
import { jetStreamKv } from './jetstream-kv.ts';
import { openLink } from './jetstream-link.ts';
import { jetStreamLog } from './jetstream-log.ts';
import { namesFor } from './jetstream-names.ts';
import { ensureStreams } from './jetstream-streams.ts';

export type JetStreamStoreOptions = {
  /** `nats://host:port` or `tls://host:port`, one or more of one cluster. */
  readonly servers: readonly string[];
  readonly token?: string;
  readonly user?: string;
  readonly password?: string;
  /** Text of a `.creds` file. */
  readonly credentials?: string;
  /** PEM. With `{}` TLS is required and the system's authorities count. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly log: Pick<IngressLog, 'warn' | 'error'>;
  /** In front of all names at the server, so that others may use it too; default `megadial`. */
  readonly prefix?: string;
  /** How long events are kept, ms. */
  readonly retentionMs: number;
  /** Copies of everything, 1 to 5; with more than one a power cut of one server loses nothing. Default 1. */
  readonly replicas?: number;
  /** How long a repeated event is recognised, ms; default one hour. Desktops recognise it later too. */
  readonly duplicatesMs?: number;
  /** How long a server that is gone is waited for, ms; default 2 s. */
  readonly bufferMs?: number;
  /** What the log of events may take on the disk, bytes; default: what the server allows. */
  readonly maxBytes?: number;
  /** UTC ms. */
  readonly now?: () => number;
};

const HOUR_MS = 3_600_000;
/** A cluster takes its time over new streams. */
const OPENING_MS = 15_000;

/**
 * The relay's log and keys at a NATS server (2.9 or later, JetStream enabled), the same for all nodes that use it. What
 * resolved has been acknowledged by the server, and by most replicas where there are several; a lone server hands it to
 * its disk within two minutes, so that a power cut, unlike a crash of the server, can take the last of it.
 *
 * @throws RelayError `relay.unavailable`: no server, or one without JetStream
 */
export async function openJetStreamStore(options: JetStreamStoreOptions): Promise<RelayStore> {
  const { log, now = Date.now } = options;
  const names = namesFor(options.prefix ?? 'megadial');
  const link = await openLink({ connection: connectionOf(options), bufferMs: options.bufferMs ?? 2_000, log });
  const settings = {
    retentionMs: options.retentionMs,
    replicas: options.replicas ?? 1,
    duplicatesMs: options.duplicatesMs ?? HOUR_MS,
    maxBytes: options.maxBytes ?? -1,
  };
  const followers = createFollowers(log);
  try {
    const ensure = () => link.ask(() => ensureStreams(link.jsm, names, settings), OPENING_MS);
    await ensure();
    // The server may come back without them, when it lost its disk.
    link.onReconnect(() => void ensure().catch((error: unknown) => log.error('streams not ready', { error })));
    const { state } = await link.ask(() => link.jsm.streams.info(names.stream));
    const following = await followStream({
      link,
      stream: names.stream,
      after: state.last_seq,
      take: (message, seq) => followers.tell(toEntry(message, seq)),
      log,
    });
    const events = jetStreamLog(link, names, followers);
    const kv = jetStreamKv(link, names, now);
    return {
      log: events,
      kv,
      async appendAndPut(entries, { bucket, key, value, revision, ttlMs }) {
        if (entries.length > 0) await events.append(entries);
        return kv.put(bucket, key, value, revision, ttlMs);
      },
      async close() {
        following.stop();
        await link.close();
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}

function connectionOf(options: JetStreamStoreOptions): NodeConnectionOptions {
  const { servers, token, user, password, credentials, tls } = options;
  return {
    servers: [...servers],
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(credentials !== undefined && { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) }),
    ...(tls !== undefined && { tls: { ...tls } }),
  };
}
