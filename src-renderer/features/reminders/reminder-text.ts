// SPDX-License-Identifier: MIT
import type { ReminderView } from '../../../src-shared/state.ts';
import type { Language, T } from '../../i18n/index.ts';
import { whenText } from '../../ui/format.ts';

/** The contact's name, else the number. */
export function reminderTitle({ contact, number, numberText }: ReminderView, t: T): string {
  return contact?.name || numberText || number || t('call.withheld');
}

/** How often and when, and on which line: `3 missed calls · last 14:05 · to 912 34 56 78`. */
export function reminderLine(reminder: ReminderView, t: T, language: Language, now: number): string {
  const { count, missedAt, didText, did } = reminder;
  const when = whenText(missedAt, language, now);
  const line = didText ?? did;
  return [
    t('reminders.missed', { count }),
    count > 1 ? t('reminders.last', { when }) : when,
    line ? t('call.to', { did: line }) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * What became of one that is closed or put off; '' for one that is open or due again.
 *
 * @param nameOf a colleague's name by extension
 */
export function fateText(
  { state, dueAt, closed }: ReminderView,
  nameOf: (extension: string) => string,
  t: T,
  language: Language,
  now: number,
): string {
  if (state === 'snoozed') return dueAt <= now ? '' : t('reminders.due', { when: whenText(dueAt, language, now) });
  if (state !== 'done' || closed === null) return '';
  const when = whenText(closed.at, language, now);
  if (closed.by === null || closed.by === '') {
    return t(closed.why === 'reached' ? 'reminders.closedReachedNobody' : 'reminders.closedDoneNobody', { when });
  }
  const by = nameOf(closed.by);
  return t(closed.why === 'reached' ? 'reminders.closedReached' : 'reminders.closedDone', { by, when });
}
