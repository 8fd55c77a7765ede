// SPDX-License-Identifier: MIT
import { Check, PhoneMissed } from 'lucide-react';
import { useState } from 'react';
import type { AppState, ReminderView } from '../../../src-shared/state.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { openCall } from './open-call.ts';
import { ReminderActions } from './ReminderActions.tsx';
import { fateText, reminderLine, reminderTitle } from './reminder-text.ts';

const selectMembers = (app: AppState) => app.team.members;
const selectOwn = (app: AppState) => app.settings.extension;

type Props = { readonly reminder: ReminderView; readonly now: number; readonly onActed: () => void };

/** One missed caller: who, how often, when, on which line; and what to do about it. */
export function ReminderRow({ reminder, now, onActed }: Props) {
  const t = useT();
  const language = useLanguage();
  const members = useApp(selectMembers);
  const own = useApp(selectOwn);
  const { run, error, busy } = useAction();
  const [missing, setMissing] = useState(false);
  const name = reminderTitle(reminder, t);
  const nameOf = (extension: string) => members.find((one) => one.extension === extension)?.name || extension;
  const whose = reminder.extension === own ? '' : t('reminders.of', { extension: nameOf(reminder.extension) });
  const fate = [whose, fateText(reminder, nameOf, t, language, now)].filter(Boolean).join(' · ');
  const number = reminder.contact === null ? '' : reminder.numberText;
  const below = [number, reminderLine(reminder, t, language, now)].filter(Boolean).join(' · ');
  const isDone = reminder.state === 'done';
  const Icon = isDone ? Check : PhoneMissed;
  return (
    <li className="reminder" data-state={reminder.state} data-testid="reminder">
      <button
        type="button"
        className="reminder-open"
        aria-label={`${t('reminders.openCall', { name })}. ${[below, fate].filter(Boolean).join('. ')}`}
        data-testid="reminder-open"
        onClick={() => void run(async () => setMissing(!(await openCall(reminder))))}
      >
        <span className={isDone ? 'reminder-icon' : 'reminder-icon reminder-icon-missed'}>
          <Icon className="icon" aria-hidden="true" />
        </span>
        <span className="reminder-who">
          <span className="cut">
            <Foreign className="row-name">{name}</Foreign>
            {reminder.contact?.company ? <Foreign className="quiet"> · {reminder.contact.company}</Foreign> : null}
          </span>
          <Foreign className="cut quiet row-small">{below}</Foreign>
          {fate === '' ? null : <Foreign className="cut quiet row-small">{fate}</Foreign>}
        </span>
      </button>
      <ReminderActions reminder={reminder} name={name} now={now} busy={busy} run={run} onActed={onActed} />
      {error !== null || missing ? (
        <p className="error-box reminder-error" role="alert">
          {error === null ? t('reminders.notInHistory') : errorText(t, error)}
        </p>
      ) : null}
    </li>
  );
}
