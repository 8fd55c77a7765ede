// SPDX-License-Identifier: MIT
import type { Entry, EventLog, LoggedEntry } from './api.ts';
import type { Followers } from './followers.ts';
import { toEntry, toMessage } from './jetstream-entry.ts';
import type { Link } from './jetstream-link.ts';
import type { Names } from './jetstream-names.ts';
import { scan } from './jetstream-scan.ts';

/** Entries the leader is asked for where a replica had none. */
const FROM_LEADER = 50;

/** The log of events as one stream; sequences are the stream's, and the server drops what is old. */
export function jetStreamLog(link: Link, names: Names, followers: Followers): EventLog {
  const { stream } = names;

  /** One after the other, so that a repetition after a lost answer does not overtake what follows. */
  async function publishInOrder(messages: readonly ReturnType<typeof toMessage>[]): Promise<void> {
    for (const { subject, body, headers } of messages) {
      await link.ask((timeout) => link.js.publish(subject, body, { headers, timeout }));
    }
  }

  type Query = { readonly last_by_subj: string } | { readonly seq: number; readonly next_by_subj: string };
  /** A single message; null for none. Asks the leader, who knows all there is. */
  async function oneOf(query: Query): Promise<LoggedEntry | null> {
    const message = await link.ask(() => link.jsm.streams.getMessage(stream, query));
    if (message === null) return null;
    const stored = { subject: message.subject, headers: message.header, string: () => message.string() };
    return toEntry(stored, message.seq);
  }
  const lastOf = (subject: string) => oneOf({ last_by_subj: subject });

  /** One by one, from the server that knows all there is. */
  async function readFromLeader(subject: string, after: number, limit: number): Promise<LoggedEntry[]> {
    const found: LoggedEntry[] = [];
    while (found.length < limit) {
      const query = { seq: (found.at(-1)?.seq ?? after) + 1, next_by_subj: subject };
      const entry = await oneOf(query);
      if (entry === null) break;
      found.push(entry);
    }
    return found;
  }

  return {
    async append(entries) {
      const bySubject = new Map<string, ReturnType<typeof toMessage>[]>();
      for (const message of entries.map((entry: Entry) => toMessage(names, entry))) {
        const same = bySubject.get(message.subject);
        if (same === undefined) bySubject.set(message.subject, [message]);
        else same.push(message);
      }
      // All have come to their end when the caller hears of a failure: a repetition does not race with them.
      const outcomes = await Promise.allSettled([...bySubject.values()].map(publishInOrder));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },

    async read(tenant, audience, after, limit) {
      const subject = names.event(tenant, audience);
      // A desktop that has missed nothing, which is most of them, costs one question, and one more for where it was.
      const last = limit <= 0 ? null : await lastOf(subject);
      if (last === null || last.seq <= after) return [];
      if (last.seq === after + 1) return [last];
      const found = await link.ask(async (timeoutMs) => {
        const page: LoggedEntry[] = [];
        const take = (message: Parameters<typeof toEntry>[0], seq: number) => page.push(toEntry(message, seq));
        await scan(link, { stream, filter: subject, from: after + 1, limit, timeoutMs }, take);
        return page;
      });
      // An empty page says that nothing is left: a replica that lags behind may not say so.
      return found.length > 0 ? found : readFromLeader(subject, after, Math.min(limit, FROM_LEADER));
    },

    async bounds(tenant) {
      const subject = names.tenant(tenant);
      const newest = (await lastOf(subject))?.seq ?? 0;
      if (newest === 0) return { oldest: 0, newest: 0 };
      const first = await oneOf({ seq: 1, next_by_subj: subject });
      return { oldest: first?.seq ?? newest, newest };
    },

    follow: (listener) => followers.add(listener),
    prune: async () => {},
  };
}
