// SPDX-License-Identifier: MIT
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { dayOf } from '../../ui/format.ts';

export type Filter = 'all' | 'missed' | 'in' | 'out';

export const ROW_HEIGHT = 52;
export const DAY_HEIGHT = 30;

export type Item =
  | { readonly type: 'day'; readonly day: number }
  | { readonly type: 'row'; readonly row: HistoryRow; readonly position: number };

/** Whether a row belongs under a filter; the search is the store's business. */
export function matches(row: HistoryRow, filter: Filter): boolean {
  if (filter === 'all') return true;
  if (filter === 'missed') return isMissed(row.call);
  return row.call.direction === filter;
}

/** Rows under their days. Rows come newest id first; a day is named again when an older call was written late. */
export function itemsOf(rows: readonly HistoryRow[]): readonly Item[] {
  const items: Item[] = [];
  let day = Number.NaN;
  rows.forEach((row, position) => {
    const its = dayOf(row.call.startedAt);
    if (its !== day) {
      day = its;
      items.push({ type: 'day', day });
    }
    items.push({ type: 'row', row, position });
  });
  return items;
}

/** Distance of a row from the top of the list in pixels, or null when it is not there. */
export function offsetOf(items: readonly Item[], id: number): number | null {
  let offset = 0;
  for (const item of items) {
    if (item.type === 'row' && item.row.id === id) return offset;
    offset += item.type === 'day' ? DAY_HEIGHT : ROW_HEIGHT;
  }
  return null;
}

/** Puts one fresh row where it belongs: in place of its older self, above, or nowhere when it is older than the page. */
export function merge(
  rows: readonly HistoryRow[],
  fresh: HistoryRow,
  filter: Filter,
  complete: boolean,
): readonly HistoryRow[] {
  const fits = matches(fresh, filter);
  const index = rows.findIndex((row) => row.id === fresh.id);
  if (index >= 0) return fits ? rows.with(index, fresh) : rows.toSpliced(index, 1);
  if (!fits) return rows;
  const place = rows.findIndex((row) => row.id < fresh.id);
  if (place >= 0) return rows.toSpliced(place, 0, fresh);
  return complete ? [...rows, fresh] : rows;
}
