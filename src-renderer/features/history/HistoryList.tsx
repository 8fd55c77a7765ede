// SPDX-License-Identifier: MIT
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { dayName, daysAgo } from '../../ui/format.ts';
import { DAY_HEIGHT, type Item, itemsOf, offsetOf, ROW_HEIGHT } from './pages.ts';
import { RowView } from './RowView.tsx';

const AHEAD = 30;

type Props = {
  readonly rows: readonly HistoryRow[];
  readonly atEnd: boolean;
  readonly selected: number | null;
  readonly onSelect: (id: number) => void;
  readonly onMore: () => void;
};

/**
 * Only the visible rows exist. New calls come in above without moving the rows on screen whenever somebody reads,
 * points at or has the keyboard in the list; a button then says how many there are.
 */
export function HistoryList({ rows, atEnd, selected, onSelect, onMore }: Props) {
  const t = useT();
  const listId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => itemsOf(rows), [rows]);
  const [cursor, setCursor] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.type === 'day' ? DAY_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => keyOf(items[index], index),
    overscan: 8,
  });
  const fresh = useAnchor(items, scroller);
  const drawn = virtual.getVirtualItems();

  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= items.length - AHEAD) onMore();
  }, [last, items.length, onMore]);

  /** The row the keyboard is on: the open one until a key moves it. */
  const current = cursor ?? selected;

  function onKeyDown(event: KeyboardEvent) {
    const at = rows.findIndex((row) => row.id === current);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    };
    const wanted = steps[event.key];
    if (wanted !== undefined) {
      event.preventDefault();
      const row = rows[Math.min(rows.length - 1, Math.max(0, wanted))];
      if (row === undefined) return;
      setCursor(row.id);
      virtual.scrollToIndex(items.findIndex((item) => item.type === 'row' && item.row.id === row.id));
      // Where list and call stand side by side, the call follows the cursor.
      if (matchMedia('(min-width: 860px)').matches) onSelect(row.id);
    } else if ((event.key === 'Enter' || event.key === ' ') && current !== null) {
      event.preventDefault();
      onSelect(current);
    }
  }

  return (
    <div className="history-wrap">
      {fresh.count > 0 ? (
        <Button
          tone="primary"
          size="small"
          icon={ArrowUp}
          className="history-fresh"
          data-testid="history-new"
          onClick={() => virtual.scrollToOffset(0)}
        >
          {t('history.newCalls', { count: fresh.count })}
        </Button>
      ) : null}
      <div
        ref={scroller}
        className="history-scroll"
        role="listbox"
        tabIndex={0}
        aria-label={t('history.list')}
        aria-activedescendant={current === null ? undefined : `${listId}-${current}`}
        data-testid="history-list"
        onKeyDown={onKeyDown}
        onScroll={fresh.onScroll}
      >
        <div className="history-rows" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {drawn.map(({ index, key, start }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <div
                key={key}
                className="history-item"
                role="presentation"
                style={{ transform: `translateY(${start}px)` }}
              >
                {item.type === 'day' ? (
                  <DayHeading day={item.day} />
                ) : (
                  <RowView
                    id={`${listId}-${item.row.id}`}
                    row={item.row}
                    position={item.position + 1}
                    total={atEnd ? rows.length : -1}
                    selected={item.row.id === selected}
                    current={item.row.id === current}
                    onSelect={() => {
                      setCursor(item.row.id);
                      onSelect(item.row.id);
                    }}
                  />
                )}
              </div>
            );
          })}
        </div>
        <p className="history-end quiet">{atEnd ? t('history.end') : t('history.more')}</p>
      </div>
    </div>
  );
}

function keyOf(item: Item | undefined, index: number): string {
  if (item === undefined) return `none ${index}`;
  return item.type === 'day' ? `day ${item.day} ${index}` : `row ${item.row.id}`;
}

function DayHeading({ day }: { readonly day: number }) {
  const t = useT();
  const language = useLanguage();
  const days = daysAgo(day, Date.now());
  const name =
    days === 0 ? t('history.today') : days === 1 ? t('history.yesterday') : dayName(day, language, Date.now());
  return (
    <div className="history-day" role="presentation">
      {name}
    </div>
  );
}

/** Holds the first row that was there where it is on screen when others come in above it. */
function useAnchor(items: readonly Item[], scroller: { readonly current: HTMLDivElement | null }) {
  const before = useRef(items);
  const [count, setCount] = useState(0);

  useLayoutEffect(() => {
    const old = before.current;
    before.current = items;
    const element = scroller.current;
    const first = old.find((item) => item.type === 'row');
    if (element === null || old === items || first === undefined) return;
    const was = offsetOf(old, first.row.id);
    const is = offsetOf(items, first.row.id);
    if (was === null || is === null || is <= was) return;
    const read = element.scrollTop > 4 || element.matches(':hover') || element.contains(document.activeElement);
    if (!read) return;
    element.scrollTop += is - was;
    setCount((known) => known + added(items, first.row.id));
  }, [items, scroller]);

  const onScroll = () => {
    if ((scroller.current?.scrollTop ?? 0) <= 4) setCount(0);
  };
  return { count, onScroll };
}

function added(items: readonly Item[], firstId: number): number {
  let count = 0;
  for (const item of items) {
    if (item.type !== 'row') continue;
    if (item.row.id === firstId) break;
    count += 1;
  }
  return count;
}
