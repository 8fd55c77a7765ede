// SPDX-License-Identifier: MIT
import { AlarmClock, AlarmClockOff, CircleCheck } from 'lucide-react';
import { type RefObject, useRef, useState } from 'react';
import type { AppState, ReminderView } from '../../../src-shared/state.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { useNow } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { useApp } from '../state/store.ts';
import { ReminderRow } from './ReminderRow.tsx';
import { useKept } from './use-kept.ts';
import '../../i18n/screens.ts';
import './reminders.css';

type View = 'open' | 'later' | 'done';

const selectReminders = (app: AppState) => app.reminders;

/** Missed callers: those to call back now, those put off, and those that are done. */
export default function RemindersScreen() {
  const t = useT();
  const open = useApp(selectReminders);
  const [view, setView] = useState<View>('open');
  const page = useRef<HTMLDivElement>(null);
  return (
    <section className="reminders screen" aria-label={t('reminders.title')} data-testid="reminders">
      <div className="reminders-tools">
        <Segments<View>
          label={t('reminders.views')}
          testId="reminders-view"
          value={view}
          options={[
            {
              value: 'open',
              label: open.length === 0 ? t('reminders.open') : `${t('reminders.open')} (${open.length})`,
            },
            { value: 'later', label: t('reminders.later') },
            { value: 'done', label: t('reminders.done') },
          ]}
          onChange={setView}
        />
      </div>
      <div ref={page} className="reminders-page" tabIndex={-1}>
        {view === 'open' ? <Open rows={open} page={page} /> : <KeptRows key={view} view={view} page={page} />}
      </div>
    </section>
  );
}

type Page = RefObject<HTMLElement | null>;

function Open({ rows, page }: { readonly rows: readonly ReminderView[]; readonly page: Page }) {
  const t = useT();
  const keepFocus = useKeptFocus(page, '.reminder-open');
  if (rows.length === 0) {
    return <Empty icon={CircleCheck} title={t('reminders.none')} text={t('reminders.noneText')} />;
  }
  return <Rows rows={rows} label={t('reminders.open')} onActed={keepFocus} />;
}

function KeptRows({ view, page }: { readonly view: 'later' | 'done'; readonly page: Page }) {
  const t = useT();
  const { rows, next, busy, error, more, reload } = useKept(view);
  const keepFocus = useKeptFocus(page, '.reminder-open');
  if (error !== null) {
    return (
      <div className="empty" role="alert">
        <p className="error-box">{errorText(t, error)}</p>
        <Button onClick={reload}>{t('app.retry')}</Button>
      </div>
    );
  }
  if (rows.length === 0 && next === null && !busy) {
    return view === 'later' ? (
      <Empty icon={AlarmClock} title={t('reminders.noneLater')} text={t('reminders.noneLaterText')} />
    ) : (
      <Empty icon={AlarmClockOff} title={t('reminders.noneDone')} text={t('reminders.noneDoneText')} />
    );
  }
  return (
    <>
      <Rows rows={rows} label={t(`reminders.${view}`)} onActed={keepFocus} />
      {next === null ? null : (
        <div className="reminders-more">
          <Button disabled={busy} data-testid="reminders-older" onClick={more}>
            {busy ? t('reminders.loading') : t('reminders.older')}
          </Button>
        </div>
      )}
    </>
  );
}

type RowsProps = {
  readonly rows: readonly ReminderView[];
  readonly label: string;
  /** With the place of the row. */
  readonly onActed: (index: number) => void;
};

function Rows({ rows, label, onActed }: RowsProps) {
  // Days and minutes, not seconds: drawing anew once a minute is enough.
  const now = Math.floor(useNow(true) / 60_000) * 60_000;
  return (
    <ul className="reminders-list" aria-label={label}>
      {rows.map((reminder, index) => (
        <ReminderRow key={reminder.id} reminder={reminder} now={now} onActed={() => onActed(index)} />
      ))}
    </ul>
  );
}
