// SPDX-License-Identifier: MIT
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { BUCKETS, LONGEST_LIFE } from './api.ts';
import type { Names } from './jetstream-names.ts';

export type StreamSettings = {
  readonly retentionMs: number;
  readonly replicas: number;
  /** How long a repeated event is recognised, ms; the server remembers an id of about 150 bytes for each meanwhile. */
  readonly duplicatesMs: number;
  /** What the log of events may take on the disk, bytes; -1 for what the server allows. */
  readonly maxBytes: number;
};

/** Writes to a bucket are repeated within seconds or not at all. */
const KV_DUPLICATES_MS = 30_000;

/**
 * Makes the streams that are missing and brings the settings of the others up to date. Several nodes may do that at the
 * same time. Everything used is known to nats-server 2.9.
 */
export async function ensureStreams(jsm: JetStreamManager, names: Names, settings: StreamSettings): Promise<void> {
  const { retentionMs, replicas, duplicatesMs, maxBytes } = settings;
  const common = {
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    // What does not fit is refused: dropping the oldest would lose what a desktop has not had yet.
    discard: DiscardPolicy.New,
    num_replicas: replicas,
  };
  await ensure(jsm, {
    ...common,
    name: names.stream,
    subjects: [names.events],
    max_age: nanos(retentionMs),
    max_bytes: maxBytes,
    duplicate_window: nanos(Math.min(duplicatesMs, retentionMs)),
  });
  for (const bucket of BUCKETS) {
    await ensure(jsm, {
      ...common,
      name: names.bucketStream(bucket),
      subjects: [`${names.bucketSubject(bucket)}.>`],
      max_msgs_per_subject: 1,
      max_age: nanos(LONGEST_LIFE[bucket] ?? 0),
      duplicate_window: nanos(KV_DUPLICATES_MS),
      // As NATS' own tools expect of a bucket.
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
    });
  }
}

type Wanted = Partial<StreamConfig> & { readonly name: string };

async function ensure(jsm: JetStreamManager, wanted: Wanted): Promise<void> {
  const found = await configOf(jsm, wanted.name);
  if (found === null) {
    await jsm.streams.add(wanted).catch(async (error: unknown) => {
      // Another node was quicker: the server finds the name in use, or the subjects.
      if ((await configOf(jsm, wanted.name)) === null) throw error;
    });
  } else if (differs(found, wanted)) {
    await jsm.streams.update(wanted.name, wanted);
  }
}

async function configOf(jsm: JetStreamManager, name: string): Promise<StreamConfig | null> {
  try {
    return (await jsm.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
    throw error;
  }
}

function differs(found: StreamConfig, wanted: Wanted): boolean {
  const keys = ['max_age', 'max_bytes', 'duplicate_window', 'num_replicas'] as const;
  return keys.some((key) => wanted[key] !== undefined && wanted[key] !== found[key]);
}
