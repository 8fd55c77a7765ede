// SPDX-License-Identifier: MIT
import type { Call } from '../../src-shared/calls/model.ts';
import type { RelayEvent } from '../../src-shared/relay/protocol.ts';
import type { Job } from '../../src-shared/rules/duty.ts';
import type { AnswerRecord } from '../../src-shared/rules/team.ts';
import type { Ask } from '../events/relay-client.ts';
import type { Log } from '../log.ts';
import type { Handlers, Shell } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import { offsetOf } from './account-zone.ts';
import { createBlacklist } from './blacklist.ts';
import type { CallService } from './calls.ts';
import type { ContactService } from './contacts.ts';
import type { Dialing } from './dialing.ts';
import { createDuties, type Duties, type DutiesOptions, type Leases, LOCAL_LEASES } from './duties.ts';
import type { Hub } from './hub.ts';
import type { Messages } from './messages.ts';
import { watchNetwork } from './network-watch.ts';
import { notifyReminders } from './reminder-notices.ts';
import { createReminders, type Reminders } from './reminders.ts';
import type { SettingsService } from './settings.ts';
import type { Team } from './team.ts';
import { askAdmin } from './team-admin.ts';
import { createTeamDirectory } from './team-directory.ts';
import { createTeamEvents } from './team-events.ts';
import { createTeamPresence } from './team-presence.ts';

/** What an agent has beside the calls, alone or in a team: reminders, blacklist, answers, duties, and the relay's side. */
export type TeamDesk = {
  handle(event: RelayEvent): Promise<void>;
  /** A call was written to the history. */
  written(rowId: number, call: Call): void;
  contactsChanged(): void;
  readonly duties: Duties;
  readonly handlers: Pick<Handlers, TeamRequest>;
  /** Goes on with what the last run left, and connects. */
  start(): Promise<void>;
  stop(): Promise<void>;
};
type TeamRequest =
  | Extract<keyof Handlers, `team.${string}` | `blacklist.${string}` | `reminder${string}.${string}`>
  | 'answers.of';

export type TeamDeskParts = {
  readonly messages: Pick<Messages, 'received'>;
  /** Work of other kinds of jobs. */
  readonly work: DutiesOptions['work'];
  readonly shell: Shell;
  readonly hub: Hub;
  readonly store: StoreApi;
  readonly settings: SettingsService;
  readonly team: Team;
  readonly calls: CallService;
  readonly contacts: ContactService;
  readonly dialing: Dialing;
  readonly canonical: (number: string) => string;
  readonly format: (number: string) => string;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

export function createTeamDesk(parts: TeamDeskParts): TeamDesk {
  const { shell, hub, store, settings, team, contacts, canonical, format, now, schedule, log } = parts;
  const { ask, isOn } = team;
  const blacklist = createBlacklist({ store: store.blacklist, team, contacts, canonical, format });
  const reminders: Reminders = createReminders({
    ...{ store, hub, settings, team, contacts, blacklist, format, now, schedule, log },
    plan: (...job) => duties.plan(...job),
    dial: (number) => parts.dialing.dial(number),
  });
  const relayLeases = leasesOf(ask);
  const duties: Duties = createDuties({
    ...{ store: store.jobs, now, schedule, log },
    leases: () => (team.isTeam() ? relayLeases : LOCAL_LEASES),
    work: { ...parts.work, reminder: reminders.work },
  });
  const directory = createTeamDirectory({ store, ask, isOn, schedule, log });
  const presence = createTeamPresence({ hub, ask, isOn, log });
  const handle = createTeamEvents({
    ...{ calls: parts.calls, store, log },
    offsetMs: (at) => {
      const { accountOffsetMinutes, ...rest } = settings.get();
      // The relay's word is here before it is kept.
      const known = { ...rest, accountOffsetMinutes: team.offsetMinutes() ?? accountOffsetMinutes };
      return offsetOf({ get: () => known }, now(), at);
    },
    messages: parts.messages,
    onReminder: reminders.told,
  });

  team.onWelcome((_welcome, isFirst) => {
    presence.welcome();
    directory.sync();
    duties.wake();
    if (isFirst) reminders.fetch().catch((error: unknown) => log.warn('reminders were not fetched', { error }));
  });
  notifyReminders(shell, hub, reminders.act);
  settings.onChange((next, before) => {
    if (next.extension !== before.extension) void reminders.refresh();
  });
  shell.on('resume', () => {
    team.refresh();
    void reminders.refresh();
  });
  shell.on('absent', ({ on }) => presence.absent(on));
  const unwatch = watchNetwork(() => team.refresh());

  /** What is not here is at the relay: another desktop may have been told of the call. */
  const answersOf = async (rowId: number): Promise<readonly AnswerRecord[]> => {
    const pbxCallId = (await store.calls.get(rowId))?.call.pbxCallId ?? null;
    if (pbxCallId === null) return [];
    const known = await store.answers.of(pbxCallId);
    if (known.length > 0 || !isOn()) return known;
    const told = await ask('answers.of', { pbxCallId });
    for (const answer of told) await store.answers.add(answer);
    return told;
  };

  return {
    handle,
    duties,
    written: reminders.written,
    contactsChanged() {
      directory.sync();
      void reminders.refresh();
    },
    handlers: {
      'team.pair': (_from, request) => team.pair(request),
      'team.password': (_from, login) => team.password(login),
      'team.leave': () => team.leave(),
      'team.retry': () => team.retry(),
      'team.admin': (_from, { method, params }) => askAdmin(ask, method, params),
      'blacklist.set': (_from, number, on) => blacklist.set(number, on),
      'blacklist.has': (_from, number) => blacklist.isListed(number),
      'blacklist.list': (_from, after) => blacklist.list(after),
      'reminder.act': (_from, id, action, minutes) => reminders.act(id, action, minutes),
      'reminders.page': (_from, { before, limit }) => reminders.page(before, limit),
      'answers.of': (_from, rowId) => answersOf(rowId),
    },
    async start() {
      await reminders.refresh();
      await duties.resume();
      await team.load();
    },
    async stop() {
      unwatch();
      await Promise.allSettled([team.stop(), duties.stop(), directory.stop()]);
    },
  };
}

/** Leases of a company are its relay's. */
function leasesOf(ask: Ask): Leases {
  return {
    take: async (job: Job, ms: number) => (await ask('lease.take', { job, ms })).state,
    done: async (job, result) => void (await ask('lease.done', { job, result })),
    release: async (job) => void (await ask('lease.release', { job })),
  };
}
