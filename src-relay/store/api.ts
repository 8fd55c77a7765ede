// SPDX-License-Identifier: MIT
/**
 * What a relay keeps: a log of events and a table of keys. Two of each behind one interface: SQLite for one machine,
 * NATS JetStream for several. Everything else in the relay is written once, on these.
 */
export type RelayStore = {
  readonly log: EventLog;
  readonly kv: Kv;
  /**
   * `log.append`, then `kv.put`, in one sync of the disk where that can be had: the key is never written without the
   * entries. Answers as `put`; when another was quicker the entries are kept all the same.
   *
   * @throws RelayError: of the entries some may be kept; of the key nothing, unless all of them are
   */
  appendAndPut(entries: readonly Entry[], put: Put): Promise<number>;
  /** Everything appended is durable, connections are closed. */
  close(): Promise<void>;
};

/**
 * Who may see an event: one extension, or `*` for those who see all. An event is appended once for each audience; the
 * same event for the same audience is kept once (see `Entry.hash`).
 */
export type Audience = string;
export const EVERYTHING: Audience = '*';
/** What nodes tell each other, e.g. that a device was revoked; no desktop reads it. */
export const CONTROL: Audience = 'control';

export type Entry = {
  readonly tenant: string;
  readonly audience: Audience;
  /** Hash of the content (`notificationHash`): the id under which a repetition is recognised. */
  readonly hash: string;
  /** UTC ms. */
  readonly receivedAt: number;
  /** What desktops get, JSON of `RelayEvent` without its sequence. */
  readonly body: string;
};

/** An entry in its place. Sequences grow within a tenant and audience; they need not be dense. */
export type LoggedEntry = Omit<Entry, 'tenant'> & { readonly tenant: string; readonly seq: number };

export type EventLog = {
  /**
   * Durable when it resolves: on disk, synced (SQLite: group commit; JetStream: acknowledged by the server). Entries of
   * one call come out in the order given. One that is there already is passed over.
   *
   * @throws RelayError `relay.full` (disk), `relay.unavailable` (log not reachable): nothing of it counts as kept
   */
  append(entries: readonly Entry[]): Promise<void>;
  /** Entries of this audience with a sequence above `after`, oldest first. */
  read(tenant: string, audience: Audience, after: number, limit: number): Promise<readonly LoggedEntry[]>;
  /** Sequence of the newest entry of the tenant and the oldest still kept; 0 for an empty log. */
  bounds(tenant: string): Promise<{ readonly oldest: number; readonly newest: number }>;
  /**
   * Hears of every entry appended from now on, by any node, once durable, in order of sequence, and of none twice; it
   * may hear of a few that were appended just before. A listener must not block. Returns the unsubscribe function.
   */
  follow(listener: (entry: LoggedEntry) => void): () => void;
  /** Drops what is older, UTC ms. JetStream does that by itself and ignores this. */
  prune(before: number): Promise<void>;
};

/** Small JSON values under a bucket and a key, with compare-and-set; all nodes see the same. */
export type Kv = {
  get(bucket: Bucket, key: string): Promise<KvValue | null>;
  /**
   * Writes when the stored revision is still `revision` (0: not there; null: whatever is there). Answers the new
   * revision (above 0), so that a writer may go on without reading again, or 0 when another was quicker. Durable when it
   * resolves. An entry with `ttlMs` is gone after that time (checked on reading at the latest).
   */
  put(bucket: Bucket, key: string, value: string, revision: number | null, ttlMs?: number): Promise<number>;
  /** Many at once, last one wins: for filling a directory with a million entries. */
  putMany(bucket: Bucket, entries: readonly { readonly key: string; readonly value: string }[]): Promise<void>;
  remove(bucket: Bucket, key: string): Promise<void>;
  /** Every key that starts with `folder`, which ends with `/`: a million as well, e.g. when a tenant goes. */
  removeAll(bucket: Bucket, folder: `${string}/`): Promise<void>;
  /** Keys that start with `prefix`, in order, after `after` (null: from the start). */
  list(
    bucket: Bucket,
    prefix: string,
    after: string | null,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly value: string }[]>;
};

/** What `Kv.put` takes. */
export type Put = {
  readonly bucket: Bucket;
  readonly key: string;
  readonly value: string;
  readonly revision: number | null;
  readonly ttlMs?: number;
};

export type KvValue = { readonly value: string; readonly revision: number };

/**
 * - `calls`: `<tenant>/<pbx_call_id>`: which extensions a call has met and its events so far, for late comers
 * - `directory`: `<tenant>/<digits of E.164>`: `DirectoryEntry` without `blacklisted`
 * - `blacklist`: `<tenant>/<digits>`: who put it there and when; apart from the names, so that no newer name takes it off
 * - `grants`: `<tenant>/<what>/<device>`: what a device gets once, e.g. its SIP password
 * - `settings`: `<tenant>`: `TeamSettings`, and `<tenant>/secrets` where the keys are kept at the relay
 * - `devices`: `<tenant>/device/<id>`: a desktop's token (hash only), extension, role; `<tenant>/seen/<id>`: when it was
 *   there last; `_token/<hash>`: whose a token is
 * - `pairing`: hash of a pairing code: what it is worth; with a TTL
 * - `leases`: `<tenant>/<job>`: who does a job, or that it is done
 * - `presence`: `<tenant>/<extension>`: with a TTL
 * - `reminders`: `<tenant>/call/<pbx_call_id>`: `Reminder`; `<tenant>/number/<digits>`: which of them wait for somebody to
 *   speak with the number, and when somebody did
 * - `tenants`: URL secret or `zdUserId` to tenant
 */
export const BUCKETS = [
  'calls',
  'directory',
  'blacklist',
  'grants',
  'settings',
  'devices',
  'pairing',
  'leases',
  'presence',
  'reminders',
  'tenants',
] as const;
export type Bucket = (typeof BUCKETS)[number];

/**
 * Keys of these buckets are gone after this long at the latest, ms, with or without a shorter `ttlMs`: what nobody
 * removes must not stay for ever. A lease that says "done" outlives the longest retention.
 */
export const LONGEST_LIFE: Readonly<Partial<Record<Bucket, number>>> = {
  calls: 3 * 24 * 3600_000,
  pairing: 24 * 3600_000,
  presence: 24 * 3600_000,
  reminders: 90 * 24 * 3600_000,
  leases: 400 * 24 * 3600_000,
};

/** A relay's own failure; the ingress answers 503 to both, so that the PBX may send again. */
export class RelayError extends Error {
  readonly code: 'relay.full' | 'relay.unavailable';

  constructor(code: 'relay.full' | 'relay.unavailable', options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'RelayError';
    this.code = code;
  }
}
