// SPDX-License-Identifier: MIT
import { JetStreamApiError, type StoredMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs, nuid } from '@nats-io/transport-node';
import { type Bucket, type Kv, LONGEST_LIFE } from './api.ts';
import type { Link } from './jetstream-link.ts';
import { checkedSubject, decodeKey, encodeKey, encodeName, type Names } from './jetstream-names.ts';
import { scan } from './jetstream-scan.ts';

/** UTC ms; the server of 2.9 knows an age for a whole bucket only. */
const EXPIRES_AT = 'Megadial-Expires-At';
/** Set on what NATS' tools call a deleted key. */
const OPERATION = 'KV-Operation';
const WRONG_LAST_SEQUENCE = [10071, 10164];
/** Of `putMany`, at the same time. */
const UNDER_WAY = 500;

/** Keys as NATS key-value buckets: the last message of a subject is the value, its sequence the revision. */
export function jetStreamKv(link: Link, names: Names, now: () => number): Kv {
  const subjectOf = (bucket: Bucket, key: string) => checkedSubject(`${names.bucketSubject(bucket)}.${encodeKey(key)}`);

  /** Subjects of the folder that `prefix` is in. */
  function filterOf(bucket: Bucket, prefix: string): string {
    const folders = prefix.split('/').slice(0, -1).map(encodeName);
    return checkedSubject([names.bucketSubject(bucket), ...folders, '>'].join('.'));
  }

  function isThere(head: MsgHdrs | undefined): boolean {
    if (head === undefined) return true;
    const expiresAt = head.get(EXPIRES_AT);
    return head.get(OPERATION) === '' && (expiresAt === '' || Number(expiresAt) > now());
  }

  /** Asks the leader: a replica might not have seen yet what another node has just written. */
  function stored(bucket: Bucket, key: string): Promise<StoredMsg | null> {
    const query = { last_by_subj: subjectOf(bucket, key) };
    return link.ask(() => link.jsm.streams.getMessage(names.bucketStream(bucket), query));
  }

  function headOf(bucket: Bucket, ttlMs?: number): MsgHdrs {
    const life = Math.min(ttlMs ?? Number.POSITIVE_INFINITY, LONGEST_LIFE[bucket] ?? Number.POSITIVE_INFINITY);
    const head = headers();
    if (life !== Number.POSITIVE_INFINITY) head.set(EXPIRES_AT, String(Math.trunc(now() + life)));
    return head;
  }

  /** The new revision, or 0 when the last one is not `expected`. Asked twice it answers the same: the id sees to that. */
  async function publish(subject: string, value: string, head: MsgHdrs, expected: number | null): Promise<number> {
    const options = {
      headers: head,
      msgID: nuid.next(),
      ...(expected !== null && { expect: { lastSubjectSequence: expected } }),
    };
    try {
      return (await link.ask((timeout) => link.js.publish(subject, value, { ...options, timeout }))).seq;
    } catch (error) {
      if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(error.code)) return 0;
      throw error;
    }
  }

  return {
    async get(bucket, key) {
      const found = await stored(bucket, key);
      return found !== null && isThere(found.header) ? { value: found.string(), revision: found.seq } : null;
    },

    async put(bucket, key, value, revision, ttlMs) {
      const subject = subjectOf(bucket, key);
      const given = await publish(subject, value, headOf(bucket, ttlMs), revision);
      if (given > 0 || revision !== 0) return given;
      // Not there for us may be expired or deleted for the server: then that is what must not have changed.
      const found = await stored(bucket, key);
      if (found !== null && isThere(found.header)) return 0;
      return publish(subject, value, headOf(bucket, ttlMs), found?.seq ?? 0);
    },

    async putMany(bucket, entries) {
      const last = new Map(entries.map(({ key, value }) => [subjectOf(bucket, key), value]));
      const head = headOf(bucket);
      const left = last.entries();
      const worker = async () => {
        for (const [subject, value] of left) {
          await link.ask((timeout) => link.js.publish(subject, value, { headers: head, timeout }));
        }
      };
      await Promise.all(Array.from({ length: UNDER_WAY }, worker));
    },

    async remove(bucket, key) {
      const found = await stored(bucket, key);
      if (found === null || found.header?.get(OPERATION) === 'DEL') return;
      const head = headers();
      head.set(OPERATION, 'DEL');
      await publish(subjectOf(bucket, key), '', head, null);
    },

    async removeAll(bucket, folder) {
      const filter = filterOf(bucket, folder);
      await link.ask(() => link.jsm.streams.purge(names.bucketStream(bucket), { filter }));
    },

    async list(bucket, prefix, after, limit) {
      const start = names.bucketSubject(bucket);
      const filter = filterOf(bucket, prefix);
      const all = await link.ask(async (timeoutMs) => {
        const found = new Map<string, string>();
        const query = {
          stream: names.bucketStream(bucket),
          filter,
          from: 1,
          limit: Number.MAX_SAFE_INTEGER,
          timeoutMs,
        };
        await scan(link, query, (message) => {
          const key = decodeKey(message.subject.slice(start.length + 1));
          if (isThere(message.headers)) found.set(key, message.string());
          else found.delete(key);
        });
        return found;
      });
      // By the bytes of UTF-8, as SQLite does.
      const from = after === null ? null : Buffer.from(after);
      return [...all]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => ({ key, value, bytes: Buffer.from(key) }))
        .filter(({ bytes }) => from === null || Buffer.compare(bytes, from) > 0)
        .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
        .slice(0, limit)
        .map(({ key, value }) => ({ key, value }));
    },
  };
}
