// SPDX-License-Identifier: MIT
import { Check, CircleAlert, Clock, Inbox, type LucideIcon, RotateCw, Send, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutboxView } from '../../../../src-shared/crm/view.ts';
import type { WireError } from '../../../../src-shared/errors.ts';
import type { AppState } from '../../../../src-shared/state.ts';
import { asError, request } from '../../../bridge.ts';
import { errorText, useLanguage, useT } from '../../../i18n/index.ts';
import { Confirm } from '../../../ui/Confirm.tsx';
import { Button, Empty, Foreign, IconButton } from '../../../ui/controls.tsx';
import { whenText } from '../../../ui/format.ts';
import { useAction } from '../../../ui/hooks.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { useKeptFocus } from '../../../ui/use-kept-focus.ts';
import { useApp } from '../../state/store.ts';
import { connectorName, selectConnectors } from '../crm-state.ts';
import { failureText } from './failure-text.ts';

const FILTERS = ['failed', 'waiting', 'done'] as const;
type Filter = (typeof FILTERS)[number];
const PAGE = 50;
const ICONS: Readonly<Record<OutboxView['state'], LucideIcon>> = {
  waiting: Clock,
  sending: Send,
  done: Check,
  failed: CircleAlert,
};

const selectCounts = (app: AppState) => app.crm.outbox;

type Loaded = {
  readonly rows: readonly OutboxView[] | null;
  readonly next: number | null;
  readonly error: WireError | null;
};

/** Entries in one state, newest first, read again whenever the numbers of them change. */
function useOutbox(state: Filter) {
  const counts = useApp(selectCounts);
  const [loaded, setLoaded] = useState<Loaded>({ rows: null, next: null, error: null });
  const question = useRef(0);
  const load = useCallback(
    (before: number | null) => {
      question.current += 1;
      const mine = question.current;
      request('outbox.page', { before, limit: PAGE, state }).then(
        ({ rows, next }) =>
          mine === question.current &&
          setLoaded((old) => ({ rows: before === null ? rows : [...(old.rows ?? []), ...rows], next, error: null })),
        (thrown) => mine === question.current && setLoaded({ rows: null, next: null, error: asError(thrown) }),
      );
    },
    [state],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another count means other rows
  useEffect(() => load(null), [load, counts]);
  return { ...loaded, load };
}

/** What waits to get into a CRM or was refused, why, and what to do about it. */
export function OutboxTab() {
  const t = useT();
  const counts = useApp(selectCounts);
  const [filter, setFilter] = useState<Filter>(counts.failed > 0 || counts.waiting === 0 ? 'failed' : 'waiting');
  const { rows, next, error, load } = useOutbox(filter);
  const { run, busy, error: actError } = useAction();
  const [dropping, setDropping] = useState<OutboxView | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const leave = useKeptFocus(place, '.outbox-retry');
  const problem = error ?? actError;
  const act = async (work: () => Promise<unknown>) => {
    await run(work);
    load(null);
  };
  return (
    <div ref={place} className="crm-page" tabIndex={-1}>
      <section className="outbox" aria-label={t('crmSet.outbox')}>
        <div className="outbox-tools">
          <Segments<Filter>
            label={t('crmSet.outboxShow')}
            value={filter}
            options={FILTERS.map((value) => ({
              value,
              label: value === 'done' ? t('crmSet.show-done') : t(`crmSet.show-${value}`, { count: counts[value] }),
            }))}
            testId="outbox-filter"
            onChange={setFilter}
          />
          <Button
            icon={RotateCw}
            disabled={busy || counts.failed === 0}
            data-testid="outbox-retry-all"
            onClick={() => void act(() => request('outbox.retry', null))}
          >
            {t('crmSet.retryAll')}
          </Button>
        </div>
        {problem ? (
          <p className="error-box" role="alert">
            {errorText(t, problem)}
          </p>
        ) : null}
        {rows?.length === 0 ? (
          <Empty icon={Inbox} title={t(`crmSet.outboxNone-${filter}`)} text={t('crmSet.outboxText')} />
        ) : null}
        <ul className="outbox-rows" aria-busy={rows === null && error === null}>
          {rows?.map((row, index) => (
            <Row
              key={row.id}
              row={row}
              busy={busy}
              onRetry={() => {
                leave(index);
                void act(() => request('outbox.retry', row.id));
              }}
              onDrop={() => setDropping(row)}
            />
          ))}
        </ul>
        {next === null ? null : (
          <Button size="small" onClick={() => load(next)}>
            {t('messages.older')}
          </Button>
        )}
      </section>
      <Confirm
        open={dropping !== null}
        title={t('crmSet.dropTitle')}
        text={t('crmSet.dropText')}
        action={t('crmSet.drop')}
        testId="outbox-drop-confirm"
        onAnswer={(yes) => {
          const row = dropping;
          setDropping(null);
          if (!yes || row === null) return;
          leave(rows?.indexOf(row) ?? 0);
          void act(() => request('outbox.drop', row.id));
        }}
      />
    </div>
  );
}

function Row({
  row,
  busy,
  onRetry,
  onDrop,
}: {
  readonly row: OutboxView;
  readonly busy: boolean;
  readonly onRetry: () => void;
  readonly onDrop: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const connectors = useApp(selectConnectors);
  const Icon = ICONS[row.state];
  const now = Date.now();
  const again =
    row.state === 'waiting' && row.nextAt > now
      ? t('crmSet.nextTry', { when: whenText(row.nextAt, language, now) })
      : '';
  const title = row.title || t(`crmSet.entry-${row.kind}`);
  return (
    <li className="outbox-row" data-state={row.state} data-testid="outbox-row">
      <span className="outbox-icon" title={t(`crmSet.outboxState-${row.state}`)}>
        <Icon className="icon" aria-hidden="true" />
        <span className="screen-reader">{t(`crmSet.outboxState-${row.state}`)}</span>
      </span>
      <div className="outbox-what">
        <Foreign className="cut row-name" title={title}>
          {title}
        </Foreign>
        <span className="quiet row-small">
          {[
            t(`crmSet.entry-${row.kind}`),
            connectorName(connectors, row.connector, t),
            whenText(row.createdAt, language, now),
            row.attempts > 1 ? t('crmSet.tries', { count: row.attempts }) : '',
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        {row.failure === null || row.state === 'done' ? null : (
          <p className="outbox-why selectable" data-testid="outbox-why">
            {failureText(row, t)}
            {again === '' ? null : <span className="quiet"> {again}</span>}
          </p>
        )}
      </div>
      {row.state === 'done' || row.state === 'sending' ? null : (
        <span className="outbox-actions">
          <Button
            size="small"
            icon={RotateCw}
            className="outbox-retry"
            disabled={busy}
            aria-label={t('crmSet.retryName', { name: title })}
            data-testid="outbox-retry"
            onClick={onRetry}
          >
            {t('app.retry')}
          </Button>
          <IconButton
            icon={Trash2}
            size="small"
            tone="ghost"
            label={t('crmSet.dropName', { name: title })}
            disabled={busy}
            data-testid="outbox-drop"
            onClick={onDrop}
          />
        </span>
      )}
    </li>
  );
}
