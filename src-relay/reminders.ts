// SPDX-License-Identifier: MIT
import { canonical } from '../src-shared/numbers/canonical.ts';
import { merged } from '../src-shared/rules/reminders.ts';
import type { Reminder } from '../src-shared/rules/team.ts';
import { keyPart } from './keys.ts';
import { listAll } from './list-all.ts';
import { createLookup } from './lookup.ts';
import { type Reminders, type Team, WireFailure } from './parts.ts';
import { contentHash, type Publish } from './publish.ts';
import type { Kv } from './store/api.ts';

export type RemindersOptions = {
  readonly kv: Kv;
  readonly publish: Publish;
  readonly team: Pick<Team, 'settings'>;
  /** UTC ms. */
  readonly now?: () => number;
};

/**
 * What is known of a number: when somebody last spoke with it, and reminders that wait for that. One entry for both, so
 * that a reminder made just while somebody speaks is closed by one of the two.
 */
type OfNumber = { readonly at: number; readonly by: string | null; readonly waiting: readonly string[] };
const NOTHING: OfNumber = { at: 0, by: null, waiting: [] };

const DAY_MS = 24 * 3600_000;
/** As `LONGEST_LIFE` has it, by which JetStream drops what is over. */
const KEPT_MS = 90 * DAY_MS;
/** A desktop may tell of a missed call this long after somebody spoke with the caller. */
const SPOKEN_MS = 2 * DAY_MS;
/** Of one number; and in one answer, the newest. */
const MOST_WAITING = 100;
const MOST_LISTED = 1_000;
const TRIES = 30;

/** Missed callers of companies: one reminder for a call, closed by itself when somebody speaks with the caller later. */
export function createReminders({ kv, publish, team, now = Date.now }: RemindersOptions): Reminders {
  const lists = createLookup(
    async (tenant: string) => {
      const rows = await listAll(kv, 'reminders', `${tenant}/call/`);
      return rows.map(({ value }) => JSON.parse(value) as Reminder);
    },
    () => performance.now(),
  );

  /** `change` answers the same value to leave it as it is. Gives what stands after it. */
  async function update<T>(key: string, none: T, change: (before: T) => T, keptMs: (after: T) => number): Promise<T> {
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await kv.get('reminders', key);
      const before = found === null ? none : (JSON.parse(found.value) as T);
      const after = change(before);
      if (after === before) return before;
      const value = JSON.stringify(after);
      if ((await kv.put('reminders', key, value, found?.revision ?? 0, keptMs(after))) > 0) return after;
    }
    throw new WireFailure('reminder.busy');
  }

  /** Kept, then told; a repetition tells again what is kept, which the log passes over if it has it. */
  async function save(tenant: string, id: string, change: (before: Reminder | null) => Reminder | null) {
    const after = await update<Reminder | null>(keyOf(tenant, id), null, change, () => KEPT_MS);
    lists.clear();
    if (after === null) return null;
    const hash = contentHash('reminder', after);
    await publish(tenant, [after.extension], { kind: 'reminder', hash, receivedAt: now(), reminder: after });
    return after;
  }

  const close = (tenant: string, id: string, at: number, by: string | null) =>
    save(tenant, id, (before) =>
      before === null || before.state === 'done' || before.missedAt >= at
        ? before
        : { ...before, state: 'done', closed: { at, by, why: 'reached' } },
    );

  const ofNumber = (key: string, change: (before: OfNumber) => OfNumber) =>
    update(key, NOTHING, change, ({ waiting }) => (waiting.length > 0 ? KEPT_MS : SPOKEN_MS));

  async function numberKey(tenant: string, number: string): Promise<string | null> {
    const digits = canonical(number, (await team.settings(tenant)).country).replace(/\D/g, '');
    return digits === '' ? null : `${tenant}/number/${digits}`;
  }

  return {
    async put(tenant, told) {
      const kept = await save(tenant, told.id, (before) => {
        if (before === null) return told;
        const { state, dueAt, closed } = merged(before, told);
        const isSame = state === before.state && dueAt === before.dueAt && closed?.at === before.closed?.at;
        return isSame ? before : { ...before, state, dueAt, closed };
      });
      const key = kept === null || kept.state === 'done' ? null : await numberKey(tenant, kept.number);
      if (kept === null || key === null) return;
      const { at, by } = await ofNumber(key, (before) =>
        before.waiting.includes(kept.id)
          ? before
          : { ...before, waiting: [...before.waiting, kept.id].slice(-MOST_WAITING) },
      );
      if (at > kept.missedAt) await close(tenant, kept.id, at, by);
    },

    async get(tenant, id) {
      const found = await kv.get('reminders', keyOf(tenant, id));
      return found === null ? null : (JSON.parse(found.value) as Reminder);
    },

    async list(tenant, extension, state) {
      const all = await lists.get(tenant);
      return all
        .filter((one) => (extension === null || one.extension === extension) && (state === null || one.state === state))
        .toSorted((a, b) => a.missedAt - b.missedAt)
        .slice(-MOST_LISTED);
    },

    async reached(tenant, number, by, at) {
      const key = await numberKey(tenant, number);
      if (key === null) return;
      const { waiting } = await ofNumber(key, (before) => (at > before.at ? { ...before, at, by } : before));
      if (waiting.length === 0) return;
      const after = await Promise.all(waiting.map((id) => close(tenant, id, at, by)));
      const closed = new Set(waiting.filter((_id, index) => after[index] == null || after[index]?.state === 'done'));
      await ofNumber(key, (before) => ({ ...before, waiting: before.waiting.filter((id) => !closed.has(id)) }));
    },
  };
}

function keyOf(tenant: string, id: string): string {
  return `${tenant}/call/${keyPart(id)}`;
}
