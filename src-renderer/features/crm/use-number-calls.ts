// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useState } from 'react';
import type { CallView, HistoryRow } from '../../../src-shared/state.ts';
import { listen, request } from '../../bridge.ts';

const MOST = 6;

/** The last calls with a number, newest first, kept fresh; null until loaded, and while the history cannot be read. */
export function useNumberCalls(number: string): readonly HistoryRow[] | null {
  const [rows, setRows] = useState<{ number: string; rows: readonly HistoryRow[] } | null>(null);
  const load = useCallback(() => {
    let current = true;
    const filter = { direction: null, missed: false, disposition: null, search: number.slice(0, 100) } as const;
    if (number === '') return () => undefined;
    request('history.page', { before: null, limit: MOST, filter }).then(
      (page) => current && setRows({ number, rows: page.rows.filter((row) => row.call.number === number) }),
      // The history screen explains a store that fails.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [number]);
  useEffect(load, [load]);
  useEffect(() => listen('history.changed', () => void load()), [load]);
  return rows?.number === number ? rows.rows : null;
}

/** The row of a live call among others; null when it is not written yet. */
export function rowOf(rows: readonly HistoryRow[] | null, { key, formerKeys }: CallView): HistoryRow | null {
  return rows?.find(({ call }) => call.key === key || formerKeys.includes(call.key)) ?? null;
}
