// SPDX-License-Identifier: MIT
import { type Call, isMissed } from '../calls/model.ts';
import { digitsOf, sameNumber } from '../calls/same-number.ts';
import type { Reminder } from './team.ts';

/** Section 9 of the Megacall guide: a caller nobody answered is somebody's to call back. Pure; app and relay use it. */

/** What decides about a reminder besides the call. */
export type ReminderFacts = {
  /** Extension responsible for the caller, or null. */
  readonly responsible: string | null;
  readonly defaultResponsible: string | null;
  readonly remindMissed: boolean;
  /** The call fell into quiet hours. */
  readonly quiet: boolean;
  readonly blacklisted: boolean;
};

/**
 * The reminder of a call, or null: it was answered, it goes on, the caller hides the number (nobody to call back) or is
 * blacklisted, nobody is responsible, or the rules say no.
 *
 * @param id `pbx_call_id`, or what names the call where the PBX told none
 */
export function reminderFor(call: Call, id: string, facts: ReminderFacts): Reminder | null {
  const extension = facts.responsible ?? facts.defaultResponsible;
  if (!isMissed(call) || digitsOf(call.number) === '' || extension === null) return null;
  if (!facts.remindMissed || facts.quiet || facts.blacklisted) return null;
  const missedAt = call.endedAt ?? call.startedAt;
  return {
    ...{ id, number: call.number, did: call.did, missedAt, extension },
    ...{ state: 'open', dueAt: missedAt, closed: null },
  };
}

/** When the two sides began to talk, UTC ms; null when they did not, or when that is not certain yet. */
export function reachedAt(call: Call): number | null {
  if (call.disposition !== null && call.disposition !== 'answered') return null;
  // Of a call that I make, the PBX's callback above all, only the end tells that it was the other side who answered.
  if (call.direction === 'out' && (call.phase !== 'ended' || call.duration <= 0)) return null;
  if (call.answeredAt !== null) return call.answeredAt;
  return call.disposition === 'answered' ? call.startedAt : null;
}

/** The reminder closed because of this later call with the same number; null when the call changes nothing. */
export function closedBy(reminder: Reminder, call: Call): Reminder | null {
  const at = reachedAt(call);
  if (reminder.state === 'done' || at === null || at <= reminder.missedAt) return null;
  if (digitsOf(reminder.number) === '' || !sameNumber(reminder.number, call.number)) return null;
  return { ...reminder, state: 'done', closed: { at, by: call.answeredBy, why: 'reached' } };
}

/** Put off until then, UTC ms. One that is done stays done. */
export function snoozed(reminder: Reminder, until: number): Reminder {
  return reminder.state === 'done' ? reminder : { ...reminder, state: 'snoozed', dueAt: until };
}

/** Taken off the list by a person. */
export function done(reminder: Reminder, at: number, by: string): Reminder {
  return reminder.state === 'done' ? reminder : { ...reminder, state: 'done', closed: { at, by, why: 'done' } };
}

/**
 * What counts when the same reminder is told twice: the later word, but what is done stays so. One that was made anew,
 * by a desktop that did not know of the first, says nothing new.
 */
export function merged(known: Reminder | null, told: Reminder): Reminder {
  if (known === null) return told;
  return known.state === 'done' || told.state === 'open' ? known : told;
}

/** Reminders of one number as one: `newest` first of its calls. */
export type ReminderGroup = { readonly newest: Reminder; readonly all: readonly Reminder[] };

/** Groups of one number and extension, in order of their oldest call. */
export function groupReminders(reminders: readonly Reminder[]): readonly ReminderGroup[] {
  const groups: Reminder[][] = [];
  for (const reminder of reminders.toSorted((a, b) => a.missedAt - b.missedAt)) {
    const group = groups.find(
      ([first]) => first?.extension === reminder.extension && sameNumber(first.number, reminder.number),
    );
    if (group === undefined) groups.push([reminder]);
    else group.push(reminder);
  }
  return groups.flatMap((all) => {
    const newest = all.at(-1);
    return newest === undefined ? [] : [{ newest, all }];
  });
}
