// SPDX-License-Identifier: MIT
import { toWireError } from '../../src-shared/errors.ts';
import type { AppState, ReminderView } from '../../src-shared/state.ts';
import type { Shell } from '../shell/api.ts';
import type { Hub } from './hub.ts';
import type { Reminders } from './reminders.ts';
import { texts } from './texts.ts';

const PREFIX = 'reminder:';

/** A reminder that was put off and is due again says so on the desktop; it can be called back or put off from there. */
export function notifyReminders(shell: Shell, hub: Hub, act: Reminders['act']): void {
  const shown = new Set<string>();

  const show = (reminder: ReminderView, { language }: AppState): void => {
    const t = texts[language];
    shell.notify({
      id: PREFIX + reminder.id,
      title: reminder.contact?.name ?? reminder.numberText,
      body: t.remind(reminder.count),
      urgent: false,
      actions: [t.callBack, t.later],
    });
  };

  hub.subscribe((state) => {
    const due = state.reminders.filter((one) => one.state === 'snoozed');
    const present = new Set(due.map((one) => one.id));
    for (const id of shown) {
      if (present.has(id)) continue;
      shown.delete(id);
      shell.closeNotification(PREFIX + id);
    }
    const { dnd, notificationsEnabled } = state.settings;
    if (dnd || !notificationsEnabled) return;
    for (const one of due) {
      if (shown.has(one.id)) continue;
      shown.add(one.id);
      show(one, state);
    }
  });

  shell.on('notification-action', ({ id, index }) => {
    if (!id.startsWith(PREFIX)) return;
    act(id.slice(PREFIX.length), index === 0 ? 'call' : 'snooze', null).catch((error: unknown) =>
      hub.notice(toWireError(error)),
    );
  });
}
