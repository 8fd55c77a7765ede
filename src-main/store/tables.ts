// SPDX-License-Identifier: MIT
import type { Database } from 'better-sqlite3';
import type { Call } from '../../src-shared/calls/model.ts';
import { answersTable } from './answers.ts';
import type { CallFacts, RawEvent, StoreApi } from './api.ts';
import { blacklistTable } from './blacklist.ts';
import { callFactsTable, FACTS_RETENTION } from './call-facts.ts';
import { callsTable } from './calls.ts';
import { contactsTable } from './contacts.ts';
import { crmTables } from './crm.ts';
import { cursorsTable } from './cursors.ts';
import { history } from './history.ts';
import { jobsTable } from './jobs.ts';
import { legsTable } from './legs.ts';
import { messagesTable } from './messages.ts';
import { outboxTable } from './outbox.ts';
import { RAW_RETENTION, rawEventsTable } from './raw-events.ts';
import { recordingsTable } from './recordings.ts';
import { DONE_RETENTION, remindersTable } from './reminders.ts';
import { settingsTable } from './settings.ts';
import { suggestions } from './suggestions.ts';

/** The same operations as `StoreApi`, without the promises: what runs inside the worker. */
export type Tables = {
  readonly [Area in keyof Omit<StoreApi, 'close'>]: {
    readonly [Name in keyof StoreApi[Area]]: StoreApi[Area][Name] extends (...args: infer Args) => Promise<infer Value>
      ? (...args: Args) => Value
      : never;
  };
};

export function openTables(db: Database): Tables & { prune(now: number): void } {
  const settings = settingsTable(db);
  const raw = rawEventsTable(db);
  const facts = callFactsTable(db);
  const legs = legsTable(db);
  const recordings = recordingsTable(db);
  const contacts = contactsTable(db);
  const calls = callsTable(db, (from, to) => recordings.move(from, to));
  const answers = answersTable(db);
  const jobs = jobsTable(db);
  const { dropDoneBefore, ...reminders } = remindersTable(db);
  const read = history(db, { legs, recordings, contactOf: contacts.byNumber });

  return {
    settings,
    calls: {
      write: db.transaction(
        (list: readonly Call[], event: RawEvent | null, known: readonly CallFacts[], seen: readonly string[] = []) => {
          if (event !== null) raw.add(event);
          facts.put(known);
          return list.map((call) => {
            const id = calls.write(call, seen.includes(call.key));
            legs.replace(id, call.legs);
            return id;
          });
        },
      ),
      drop: db.transaction((keys: readonly string[], known: readonly CallFacts[]) => {
        facts.put(known);
        return keys.map(calls.drop).filter((id) => id !== null);
      }),
      factsSince: facts.since,
      factsOf: (key: string) => [...facts.of(key), ...raw.factsOf(key)],
      factsAround: (keys: readonly string[], from: number, to: number) => [
        ...facts.around(keys, from, to),
        ...keys.flatMap(raw.factsOf),
      ],
      page: read.page,
      get: read.get,
      note: read.note,
      outcome: read.outcome,
      quality: read.quality,
      markSeen: read.markSeen,
      missedCount: read.missedCount,
      ofNumber: read.ofNumber,
    },
    raw: { add: raw.add, factsSince: raw.factsSince, count: raw.count },
    contacts: { ...contacts, suggest: suggestions(db) },
    recordings: { upsert: recordings.upsert, ofCall: recordings.ofCall, waiting: recordings.waiting },
    crm: crmTables(db),
    outbox: outboxTable(db),
    messages: messagesTable(db),
    reminders,
    answers: { add: answers.add, of: answers.of },
    blacklist: blacklistTable(db),
    cursors: cursorsTable(db),
    jobs: { plan: jobs.plan, open: jobs.open, worked: jobs.worked, done: jobs.done },
    prune(now: number): void {
      raw.dropBefore(now - RAW_RETENTION);
      facts.dropBefore(now - FACTS_RETENTION);
      answers.dropBefore(now - FACTS_RETENTION);
      jobs.dropBefore(now - FACTS_RETENTION);
      dropDoneBefore(now - DONE_RETENTION);
    },
  };
}
