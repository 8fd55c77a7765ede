// SPDX-License-Identifier: MIT
import { History, PhoneOff, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { useDebounced } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { useApp } from '../state/store.ts';
import { useUi } from '../state/ui.ts';
import { Detail } from './Detail.tsx';
import { HistoryList } from './HistoryList.tsx';
import type { Filter } from './pages.ts';
import { useHistory, useRow } from './use-history.ts';
import '../../i18n/screens.ts';
import './history.css';

const selectMissed = (app: AppState) => app.missed;

/** All calls in one line of time on the left, one of them on the right. */
export default function HistoryScreen() {
  const t = useT();
  const missed = useApp(selectMissed);
  const openRow = useUi((ui) => ui.openRow);
  const [filter, setFilter] = useState<Filter>('all');
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<number | null>(openRow);
  const asked = useDebounced(search, 150);
  const history = useHistory(filter, asked);
  const row = useRow(selected, history.rows.find((known) => known.id === selected) ?? null);

  // Looking at the history is what makes a missed call a seen one.
  useEffect(() => {
    if (missed > 0) request('history.seen').catch(() => undefined);
  }, [missed]);

  useEffect(() => {
    if (openRow === null) return;
    setSelected(openRow);
    useUi.setState({ openRow: null });
  }, [openRow]);

  const filtered = filter !== 'all' || asked.trim() !== '';
  return (
    <div className={selected === null ? 'split screen' : 'split screen split-open'}>
      <section className="split-list" aria-label={t('history.title')}>
        <div className="list-tools">
          <label className="search">
            <Search className="icon" aria-hidden="true" />
            <input
              type="search"
              className="input"
              aria-label={t('history.search')}
              placeholder={t('history.search')}
              maxLength={100}
              value={search}
              data-testid="history-search"
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
          <Segments
            label={t('history.filters')}
            testId="history-filter"
            value={filter}
            options={[
              { value: 'all', label: t('history.filterAll') },
              { value: 'missed', label: t('history.filterMissed') },
              { value: 'in', label: t('history.filterIn') },
              { value: 'out', label: t('history.filterOut') },
            ]}
            onChange={setFilter}
          />
        </div>
        {history.state === 'failed' && history.error ? (
          <div className="empty" role="alert">
            <p className="error-box">{errorText(t, history.error)}</p>
            <Button onClick={history.reload}>{t('app.retry')}</Button>
          </div>
        ) : history.rows.length === 0 ? (
          history.state === 'loading' ? (
            <div className="empty" aria-busy="true" />
          ) : filtered ? (
            <Empty icon={PhoneOff} title={t('history.nothingFound')} text={t('history.nothingFoundText')}>
              <Button
                onClick={() => {
                  setSearch('');
                  setFilter('all');
                }}
              >
                {t('history.clearSearch')}
              </Button>
            </Empty>
          ) : (
            <Empty icon={History} title={t('history.empty')} text={t('history.emptyText')} />
          )
        ) : (
          <HistoryList
            key={`${filter} ${asked}`}
            rows={history.rows}
            atEnd={history.next === null}
            selected={selected}
            onSelect={setSelected}
            onMore={history.more}
          />
        )}
      </section>
      {row === null ? (
        <div className="split-detail split-none">
          <Empty icon={History} title={t('history.selectOne')} />
        </div>
      ) : (
        <Detail key={row.id} row={row} onClose={() => setSelected(null)} />
      )}
    </div>
  );
}
