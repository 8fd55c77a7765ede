// SPDX-License-Identifier: MIT
import { Phone, PhoneMissed } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { listen, request } from '../../bridge.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { clock, dayName, dayOf, daysAgo, duration } from '../../ui/format.ts';
import { dialNumber, goTo, openHistoryRow } from '../state/ui.ts';
import { CallIcon } from './CallIcon.tsx';
import { callTitle, resultText } from './call-text.ts';

const ALL = { direction: null, missed: false, disposition: null, search: '' } as const;

/** The last calls and how many were missed today, kept fresh by `history.changed`. Null until first loaded. */
function useRecent() {
  const [recent, setRecent] = useState<{ rows: readonly HistoryRow[]; missed: readonly HistoryRow[] } | null>(null);
  const load = useCallback(() => {
    Promise.all([
      request('history.page', { before: null, limit: 12, filter: ALL }),
      request('history.page', { before: null, limit: 100, filter: { ...ALL, missed: true } }),
    ]).then(
      ([all, missed]) => {
        const today = dayOf(Date.now());
        setRecent({ rows: all.rows, missed: missed.rows.filter((row) => row.call.startedAt >= today) });
      },
      // The history screen explains a store that fails; this list simply stays as it is.
      () => setRecent((old) => old ?? { rows: [], missed: [] }),
    );
  }, []);
  useEffect(() => {
    load();
    let wait: ReturnType<typeof setTimeout> | undefined;
    const stop = listen('history.changed', () => {
      clearTimeout(wait);
      wait = setTimeout(load, 150);
    });
    return () => {
      clearTimeout(wait);
      stop();
    };
  }, [load]);
  return recent;
}

export function RecentCalls() {
  const t = useT();
  const recent = useRecent();
  if (recent === null) return <section className="recent" aria-busy="true" />;
  const lastMissed = recent.missed.find((row) => row.call.number !== '');
  return (
    <section className="recent">
      <div className="recent-head">
        <h2>{t('calls.recent')}</h2>
        <Button size="small" tone="ghost" onClick={() => goTo('history')}>
          {t('calls.all')}
        </Button>
      </div>
      <div className={recent.missed.length > 0 ? 'today today-missed' : 'today'}>
        <PhoneMissed className="icon" aria-hidden="true" />
        <p>
          {recent.missed.length > 0
            ? t('calls.missedToday', { count: recent.missed.length })
            : t('calls.noMissedToday')}
        </p>
        {lastMissed ? (
          <Button
            size="small"
            icon={Phone}
            aria-label={t('calls.callBackName', { name: callTitle(lastMissed.call, t) })}
            data-testid="call-back"
            onClick={() => dialNumber(lastMissed.call.number)}
          >
            {t('calls.callBack')}
          </Button>
        ) : null}
      </div>
      {recent.rows.length === 0 ? (
        <p className="recent-none quiet">{t('calls.nothingYetText')}</p>
      ) : (
        <ul className="recent-list">
          {recent.rows.map((row) => (
            <RecentRow key={row.id} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}

function RecentRow({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const language = useLanguage();
  const now = Date.now();
  const { call } = row;
  const talked = call.phase === 'ended' && call.answeredAt !== null ? duration(call.duration) : '';
  const result = [resultText(call, t), talked].filter(Boolean).join(' · ');
  const days = daysAgo(call.startedAt, now);
  const when =
    days === 0
      ? clock(call.startedAt, language)
      : days === 1
        ? t('history.yesterday')
        : dayName(dayOf(call.startedAt), language, now);
  return (
    <li className="recent-row">
      <button type="button" className="recent-open" onClick={() => openHistoryRow(row.id)}>
        <CallIcon call={call} />
        <span className="recent-who cut">
          <Foreign className={isMissed(call) ? 'missed-name' : undefined}>{callTitle(call, t)}</Foreign>
          <span className="quiet recent-result cut">{result}</span>
        </span>
        <span className="quiet recent-when">{when}</span>
      </button>
      <IconButton
        icon={Phone}
        tone="ghost"
        label={t('calls.callBackName', { name: callTitle(call, t) })}
        disabled={call.number === ''}
        onClick={() => dialNumber(call.number)}
      />
    </li>
  );
}
