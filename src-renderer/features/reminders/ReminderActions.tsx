// SPDX-License-Identifier: MIT
import { AlarmClock, Check, Phone, UserPlus, UserRound } from 'lucide-react';
import type { AppState, ReminderView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Button, IconButton } from '../../ui/controls.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { contactFor } from '../contacts/find-contact.ts';
import { useApp } from '../state/store.ts';
import { editContact } from '../state/ui.ts';
import { snoozeChoices } from './snooze.ts';

const selectUsual = (app: AppState) => app.settings.reminderSnoozeMinutes;

type Props = {
  readonly reminder: ReminderView;
  readonly name: string;
  readonly now: number;
  readonly busy: boolean;
  readonly run: (work: () => Promise<unknown>) => Promise<unknown>;
  /** The reminder is about to leave the list. */
  readonly onActed: () => void;
};

/** Contact, later, done, call back: each at one place, whatever the row says. */
export function ReminderActions({ reminder, name, now, busy, run, onActed }: Props) {
  const t = useT();
  const language = useLanguage();
  const usual = useApp(selectUsual);
  const choices = snoozeChoices(usual, now, t, language);
  const isDone = reminder.state === 'done';
  const { contact, number } = reminder;
  const act = (action: 'snooze' | 'done', minutes: number | null) =>
    run(async () => {
      onActed();
      await request('reminder.act', reminder.id, action, minutes);
    });
  return (
    <div className="reminder-actions">
      <IconButton
        icon={contact === null ? UserPlus : UserRound}
        tone="ghost"
        label={t(contact === null ? 'reminders.addContact' : 'reminders.contact', { name })}
        disabled={number === ''}
        data-testid="reminder-contact"
        onClick={() => void run(async () => editContact(await contactFor(contact, number, '')))}
      />
      {isDone ? null : (
        <>
          <Menu
            text={t('reminders.snooze')}
            label={t('reminders.snoozeName', { name })}
            icon={AlarmClock}
            disabled={busy}
            choices={choices}
            testId="reminder-snooze"
            onChoose={(id) => void act('snooze', choices.find((one) => one.id === id)?.minutes ?? null)}
          />
          <Button
            icon={Check}
            disabled={busy}
            aria-label={t('reminders.doneName', { name })}
            data-testid="reminder-done"
            onClick={() => void act('done', null)}
          >
            {t('reminders.markDone')}
          </Button>
        </>
      )}
      <Button
        tone={isDone ? 'plain' : 'answer'}
        icon={Phone}
        disabled={number === '' || busy}
        aria-label={t('reminders.callBackName', { name })}
        data-testid="reminder-call"
        onClick={() => void run(() => request('reminder.act', reminder.id, 'call', null))}
      >
        {t('reminders.callBack')}
      </Button>
    </div>
  );
}
