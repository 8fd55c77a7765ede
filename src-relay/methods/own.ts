// SPDX-License-Identifier: MIT
import type { Reminder } from '../../src-shared/rules/team.ts';
import type { Calls } from '../calls.ts';
import { answersIn } from '../intake.ts';
import type { Leases } from '../leases.ts';
import {
  type Caller,
  type Devices,
  type Presence,
  type Reminders,
  type SomeHandlers,
  type Team,
  WireFailure,
} from '../parts.ts';

export type OwnParts = {
  readonly presence: Presence;
  readonly leases: Leases;
  readonly reminders: Reminders;
  readonly devices: Devices;
  readonly calls: Pick<Calls, 'get'>;
  readonly team: Pick<Team, 'view'>;
  /** UTC ms. */
  readonly now?: () => number;
};

/**
 * What the relay answers from its own store. The company is the token's, whatever the parameters say; an agent gets
 * what is of its own extension, supervisors and admins what is of the company.
 */
export function ownMethods(parts: OwnParts) {
  const { presence, leases, reminders, devices, calls, team, now = Date.now } = parts;
  return {
    'presence.set': async (caller, { state }) => {
      await presence.set(caller.tenant, caller.extension, state);
      return null;
    },
    'presence.list': async ({ tenant }) => {
      const [known, { members }] = await Promise.all([presence.list(tenant), team.view(tenant)]);
      const listed = new Set(known.map(({ extension }) => extension));
      const others = members.filter(({ extension }) => !listed.has(extension));
      return [...known, ...others.map(({ extension }) => ({ extension, state: 'offline' as const }))];
    },
    'lease.take': async (caller, { job, ms }) => ({ state: await leases.take(caller, job, ms) }),
    'lease.done': async (caller, { job, result }) => {
      await leases.done(caller, job, result);
      return null;
    },
    'lease.release': async (caller, { job }) => {
      await leases.release(caller, job);
      return null;
    },
    'reminder.put': async (caller, { reminder }) => {
      // Made by whoever has the job; put off and closed by its owner.
      const known = reminder.state === 'open' ? null : await reminders.get(caller.tenant, reminder.id);
      if (known !== null && !seesAll(caller) && known.extension !== caller.extension) {
        throw new WireFailure('team.not-allowed', 'a reminder of another extension');
      }
      await reminders.put(caller.tenant, byOurClock(caller, reminder, now()));
      return null;
    },
    'reminder.list': (caller, { state }) =>
      reminders.list(caller.tenant, seesAll(caller) ? null : caller.extension, state),
    'answers.of': async (caller, { pbxCallId }) => {
      const { met, events } = await calls.get(caller.tenant, pbxCallId);
      return seesAll(caller) || met.includes(caller.extension) ? answersIn(events) : [];
    },
    'admin.pairing-code': ({ tenant }, { extension, role, name }) => devices.code(tenant, extension, role, name),
    'admin.devices': ({ tenant }) => devices.list(tenant),
    'admin.revoke': async ({ tenant }, { device }) => {
      await devices.revoke(tenant, device);
      return null;
    },
  } satisfies SomeHandlers;
}

function seesAll({ role }: Caller): boolean {
  return role !== 'agent';
}

/** A desktop's clock may be hours off: nothing has happened later than now, and who closed it is who says so. */
function byOurClock(caller: Caller, reminder: Reminder, now: number): Reminder {
  const { state, closed } = reminder;
  const at = Math.min(closed?.at ?? now, now);
  const by = closed?.why === 'reached' ? closed.by : caller.extension;
  return {
    ...reminder,
    missedAt: Math.min(reminder.missedAt, now),
    closed: state === 'done' ? { at, by, why: closed?.why ?? 'done' } : null,
  };
}
