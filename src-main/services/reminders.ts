// SPDX-License-Identifier: MIT
import { type Call, isMissed } from '../../src-shared/calls/model.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Results } from '../../src-shared/ipc/map.ts';
import { dutyDelay } from '../../src-shared/rules/duty.ts';
import { isQuiet } from '../../src-shared/rules/quiet-hours.ts';
import {
  closedBy,
  done,
  groupReminders,
  type ReminderGroup,
  reachedAt,
  reminderFor,
  snoozed,
} from '../../src-shared/rules/reminders.ts';
import type { Reminder } from '../../src-shared/rules/team.ts';
import type { ReminderView } from '../../src-shared/state.ts';
import type { Ask } from '../events/relay-client.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { Blacklist } from './blacklist.ts';
import type { ContactService } from './contacts.ts';
import type { Duties, Work } from './duties.ts';
import type { Hub } from './hub.ts';
import type { SettingsService } from './settings.ts';

/** Missed callers that somebody should call back: made once for each call, shown until somebody has reached them. */
export type Reminders = {
  /** A call was written to the history. */
  written(rowId: number, call: Call): void;
  /** The relay tells of one: its word is kept. */
  told(reminder: Reminder): Promise<void>;
  /** All of mine, when events may have been missed. */
  fetch(): Promise<void>;
  act(id: string, action: 'snooze' | 'done' | 'call', minutes: number | null): Promise<Results['reminder.act']>;
  page(before: number | null, limit: number): Promise<Results['reminders.page']>;
  /** Shows what is due now: after a start or sleep, for another extension, or when contacts have changed. */
  refresh(): Promise<void>;
  /** For `duties`: decides about one missed call, and makes its reminder. */
  readonly work: Work;
};

export type RemindersOptions = {
  readonly store: Pick<StoreApi, 'reminders' | 'calls'>;
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly team: { isTeam(): boolean; readonly ask: Ask };
  readonly plan: Duties['plan'];
  readonly contacts: Pick<ContactService, 'find'>;
  readonly blacklist: Pick<Blacklist, 'has'>;
  /** Calls this number; the call's key. */
  readonly dial: (number: string) => Promise<string>;
  readonly format: (number: string) => string;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

/** What a job is kept with. */
type Planned = { readonly rowId: number; readonly call: Call };

const MINUTE_MS = 60_000;
/** A call missed longer ago is no news: the history has it. */
const REMIND_WITHIN_MS = 7 * 24 * 60 * MINUTE_MS;
/** What my phone alone knows may be half of the story: the PBX has so long to tell the rest. */
const SETTLE_MS = 3_000;
const SETTLE_UNKNOWN_MS = 15_000;
/** Timers do not run while the computer sleeps, and not longer than 24 days. */
const LONGEST_WAIT_MS = 60 * MINUTE_MS;
const LATER_CALLS = 50;

export function createReminders(options: RemindersOptions): Reminders {
  const { store, hub, settings, team, contacts, now, log } = options;
  let nextLook = Number.POSITIVE_INFINITY;
  let drawing: Promise<void> = Promise.resolve();

  const mine = (): string => settings.get().extension;

  /** One word about a reminder, to the company and to the store. */
  const say = async (reminder: Reminder): Promise<void> => {
    if (team.isTeam()) await team.ask('reminder.put', { reminder });
    await keep(reminder);
  };
  const keep = async (reminder: Reminder): Promise<void> => {
    await store.reminders.put(reminder);
    await refresh();
  };

  const plan = async (rowId: number, call: Call): Promise<void> => {
    if (now() - (call.endedAt ?? call.startedAt) > REMIND_WITHIN_MS) return;
    if (!team.isTeam()) {
      const settle = call.pbxCallId === null ? SETTLE_UNKNOWN_MS : SETTLE_MS;
      return options.plan(`reminder:row-${rowId}`, settle, { rowId, call } satisfies Planned);
    }
    // A company knows a call by the PBX's name for it only.
    if (call.pbxCallId === null) return;
    const delay = dutyDelay(call, mine(), hub.get().team.defaultResponsible);
    if (delay !== null)
      await options.plan(`reminder:${call.pbxCallId}`, delay + SETTLE_MS, { rowId, call } satisfies Planned);
  };

  /** Somebody spoke with the caller: those of calls before that are closed, here at once and at the relay by itself. */
  const reached = async (call: Call): Promise<void> => {
    const closed = (await store.reminders.openOf(call.number)).map((one) => closedBy(one, call));
    for (const reminder of closed.filter((one) => one !== null)) {
      if (team.isTeam() && reminder.extension === mine()) {
        team.ask('reminder.put', { reminder }).catch(() => undefined);
      }
      await store.reminders.put(reminder);
    }
    if (closed.length > 0) await refresh();
  };

  /** Responsible and blacklist as the company has them, or as this computer has them. */
  const facts = async (call: Call, missedAt: number) => {
    const state = hub.get();
    const rules = (team.isTeam() ? state.team.rules : null) ?? settings.get().rules;
    const quiet = isQuiet(rules.quietHours, missedAt, settings.get().accountOffsetMinutes);
    const base = { remindMissed: rules.remindMissed, quiet };
    if (!team.isTeam()) {
      const blacklisted = await options.blacklist.has(call.number);
      return { ...base, responsible: null, defaultResponsible: mine() || null, blacklisted };
    }
    const entry = call.number === '' ? null : await team.ask('directory.get', { number: call.number });
    const known = (await contacts.find(call.number))?.responsible ?? '';
    const { defaultResponsible } = state.team;
    const responsible = entry?.responsible ?? (known === '' ? null : known);
    return { ...base, responsible, defaultResponsible, blacklisted: entry?.blacklisted ?? false };
  };

  const work: Work = async (_subject, data) => {
    const planned = data as Planned;
    // A row that became part of another is gone; what was known then must do.
    const call = (await store.calls.get(planned.rowId))?.call ?? planned.call;
    if (!isMissed(call)) return 'not missed';
    const id = call.pbxCallId ?? (team.isTeam() ? null : call.key);
    if (id === null) return 'none';
    if ((await store.reminders.get(id)) !== null) return 'known';
    const missedAt = call.endedAt ?? call.startedAt;
    const later = call.number === '' ? [] : await store.calls.ofNumber(call.number, LATER_CALLS);
    if (later.some((one) => (reachedAt(one.call) ?? 0) > missedAt)) return 'reached';
    const reminder = reminderFor(call, id, await facts(call, missedAt));
    if (reminder === null) return 'none';
    if (team.isTeam()) await team.ask('reminder.put', { reminder });
    // Others' come from the relay, to those who may see them.
    if (reminder.extension === mine()) await keep(reminder);
    return 'made';
  };

  const toView = async ({ newest, all }: ReminderGroup): Promise<ReminderView> => ({
    ...newest,
    numberText: options.format(newest.number),
    didText: newest.did === null ? null : options.format(newest.did),
    contact: await contacts.find(newest.number),
    count: all.length,
  });

  const draw = async (): Promise<void> => {
    const at = now();
    const groups = mine() === '' ? [] : groupReminders(await store.reminders.due(mine(), at));
    const reminders = await Promise.all(groups.map(toView));
    if (JSON.stringify(reminders) !== JSON.stringify(hub.get().reminders)) hub.patch({ reminders });
    const next = (await store.reminders.nextDue(mine(), at)) ?? Number.POSITIVE_INFINITY;
    if (next >= nextLook || next === Number.POSITIVE_INFINITY) return;
    nextLook = next;
    options.schedule(
      () => {
        nextLook = Number.POSITIVE_INFINITY;
        void refresh();
      },
      Math.min(next - at, LONGEST_WAIT_MS),
    );
  };
  /** One after the other, so that an older look never replaces a newer one. */
  const refresh = (): Promise<void> => {
    drawing = drawing.then(draw).catch((error: unknown) => log.warn('reminders were not read', { error }));
    return drawing;
  };

  /** All that the one on screen stands for. */
  const groupOf = async (id: string): Promise<readonly Reminder[]> => {
    const reminder = await store.reminders.get(id);
    if (reminder === null) throw new AppError('ipc.refused');
    const open = await store.reminders.openOf(reminder.number);
    const all = open.filter((one) => one.extension === reminder.extension);
    return all.some((one) => one.id === id) ? all : [reminder];
  };

  return {
    written(rowId, call) {
      const next = isMissed(call) ? plan(rowId, call) : reachedAt(call) === null ? null : reached(call);
      next?.catch((error: unknown) => log.warn('a missed call was not looked at', { error }));
    },

    told: keep,

    async fetch() {
      for (const reminder of await team.ask('reminder.list', { state: null })) {
        await store.reminders.put(reminder);
      }
      await refresh();
    },

    async act(id, action, minutes) {
      const group = await groupOf(id);
      if (action === 'call') return { key: await options.dial(group[0]?.number ?? '') };
      const at = now();
      const until = at + (minutes ?? settings.get().reminderSnoozeMinutes) * MINUTE_MS;
      for (const one of group) await say(action === 'done' ? done(one, at, mine()) : snoozed(one, until));
      return { key: null };
    },

    async page(before, limit) {
      const { rows, next } = await store.reminders.page(before, limit);
      return { rows: await Promise.all(rows.map((one) => toView({ newest: one, all: [one] }))), next };
    },

    refresh,
    work,
  };
}
