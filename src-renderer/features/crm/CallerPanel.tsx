// SPDX-License-Identifier: MIT
import { AlarmClock } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { AppState, CallView, HistoryRow } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { comeIntoView, useAction } from '../../ui/hooks.ts';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { NoteEditor } from '../history/NoteEditor.tsx';
import { reminderLine } from '../reminders/reminder-text.ts';
import { useApp } from '../state/store.ts';
import { CallerCalls } from './CallerCalls.tsx';
import { CallerRecords } from './CallerRecords.tsx';
import { CreateForm } from './CreateForm.tsx';
import { useCaller } from './crm-state.ts';
import { Outcome } from './Outcome.tsx';
import { rowOf, useNumberCalls } from './use-number-calls.ts';
import '../../i18n/screens.ts';
import './crm.css';

/**
 * Below a live call: who that is in the CRMs, an open reminder, this call's note and outcome, and the calls before it.
 *
 * @param onCreate opens the form of a new record elsewhere; absent: it opens here
 * @param onOpen opens a call of the history
 */
export default function CallerPanel({
  call,
  onCreate,
  onOpen,
}: {
  readonly call: CallView;
  readonly onCreate?: () => void;
  readonly onOpen?: (id: number) => void;
}) {
  const t = useT();
  const caller = useCaller(call.number);
  const rows = useNumberCalls(call.number);
  const row = rowOf(rows, call);
  const [creating, setCreating] = useState(false);
  const name = call.networkName ?? '';
  const place = useRef<HTMLElement>(null);
  const leave = useKeptFocus(place, '.record-link, .records-none .button');
  useEffect(() => comeIntoView(place.current), []);
  const before = rows?.filter((one) => one !== row && one.call.phase === 'ended').slice(0, 5) ?? null;
  if (creating) {
    const close = () => {
      leave(0);
      setCreating(false);
    };
    return (
      <section ref={place} className="caller" aria-label={t('crm.createTitle')} data-testid="caller-panel">
        <CreateForm number={call.number} name={name} onDone={close} onCancel={close} />
      </section>
    );
  }
  return (
    <section ref={place} className="caller" tabIndex={-1} aria-label={t('crm.caller')} data-testid="caller-panel">
      {caller === null ? null : (
        <CallerRecords number={call.number} caller={caller} onCreate={onCreate ?? (() => setCreating(true))} />
      )}
      <OpenReminder number={call.number} />
      {row === null ? null : <ThisCall key={row.id} row={row} />}
      {before === null ? null : (
        <Part title={t('crm.lastCalls')}>
          <CallerCalls rows={before} {...(onOpen === undefined ? {} : { onOpen })} />
        </Part>
      )}
    </section>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="detail-part">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** What is said about the call while it lasts, and after. The popup is told of no change, so it keeps its own word. */
function ThisCall({ row }: { readonly row: HistoryRow }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const shown = outcome === null ? row : { ...row, outcome };
  return (
    <>
      <NoteEditor row={row} />
      <Outcome row={shown} onSaved={setOutcome} />
    </>
  );
}

const selectReminders = (app: AppState) => app.reminders;

/** This caller was missed before, and somebody should have called back: now they are here. */
function OpenReminder({ number }: { readonly number: string }) {
  const t = useT();
  const language = useLanguage();
  const { run, busy, error } = useAction();
  const reminder = useApp(selectReminders).find((one) => one.number === number);
  if (reminder === undefined) return null;
  return (
    <div className="caller-reminder" data-testid="caller-reminder">
      <AlarmClock className="icon" aria-hidden="true" />
      <p>
        {t('crm.toCallBack')} <span className="quiet">{reminderLine(reminder, t, language, Date.now())}</span>
        {error ? <span className="field-error"> {errorText(t, error)}</span> : null}
      </p>
      <Button
        size="small"
        disabled={busy}
        data-testid="caller-reminder-done"
        onClick={() => void run(() => request('reminder.act', reminder.id, 'done', null))}
      >
        {t('reminders.markDone')}
      </Button>
    </div>
  );
}
