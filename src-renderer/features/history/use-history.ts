// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { HistoryQuery } from '../../../src-shared/ipc/schemas.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { asError, listen, request } from '../../bridge.ts';
import { type Filter, merge } from './pages.ts';

const PAGE = 100;

type Loaded = {
  readonly rows: readonly HistoryRow[];
  /** Keyset of the next page; null at the end. */
  readonly next: number | null;
  readonly state: 'loading' | 'ready' | 'failed';
  readonly error: WireError | null;
};

const EMPTY: Loaded = { rows: [], next: null, state: 'loading', error: null };

function query(filter: Filter, search: string, before: number | null): HistoryQuery {
  return {
    before,
    limit: PAGE,
    filter: {
      direction: filter === 'in' || filter === 'out' ? filter : null,
      missed: filter === 'missed',
      disposition: null,
      search: search.trim().slice(0, 100),
    },
  };
}

/** The history under a filter and a search, page by page, with single rows kept fresh. */
export function useHistory(filter: Filter, search: string) {
  const [loaded, setLoaded] = useState<Loaded>(EMPTY);
  // Answers to an older question are dropped.
  const question = useRef(0);
  const paging = useRef(false);

  const reload = useCallback(() => {
    question.current += 1;
    const mine = question.current;
    paging.current = false;
    setLoaded((old) => ({ ...old, state: 'loading', error: null }));
    request('history.page', query(filter, search, null)).then(
      ({ rows, next }) => mine === question.current && setLoaded({ rows, next, state: 'ready', error: null }),
      (thrown) =>
        mine === question.current && setLoaded({ rows: [], next: null, state: 'failed', error: asError(thrown) }),
    );
  }, [filter, search]);

  useEffect(reload, [reload]);

  const more = useCallback(() => {
    if (paging.current || loaded.state !== 'ready' || loaded.next === null) return;
    paging.current = true;
    const mine = question.current;
    request('history.page', query(filter, search, loaded.next)).then(
      ({ rows, next }) => {
        if (mine !== question.current) return;
        paging.current = false;
        setLoaded((old) => ({ ...old, rows: [...old.rows, ...rows.filter((row) => !has(old.rows, row.id))], next }));
      },
      () => {
        // Scrolling on asks again.
        paging.current = false;
      },
    );
  }, [filter, search, loaded.state, loaded.next]);

  useEffect(
    () =>
      listen('history.changed', ({ id }) => {
        const mine = question.current;
        if (id === null) {
          reload();
          return;
        }
        if (search.trim() === '') {
          request('history.get', id).then(
            (row) => {
              if (mine !== question.current) return;
              setLoaded((old) => ({
                ...old,
                rows:
                  row === null
                    ? old.rows.filter((known) => known.id !== id)
                    : merge(old.rows, row, filter, old.next === null),
              }));
            },
            () => undefined,
          );
          return;
        }
        // Only the store knows what a search finds: take what is fresh on its first page.
        request('history.page', query(filter, search, null)).then(
          ({ rows }) => {
            if (mine !== question.current) return;
            setLoaded((old) => ({
              ...old,
              rows: rows.reduce((all, row) => merge(all, row, filter, old.next === null), old.rows),
            }));
          },
          () => undefined,
        );
      }),
    [filter, search, reload],
  );

  return { ...loaded, more, reload };
}

function has(rows: readonly HistoryRow[], id: number): boolean {
  return rows.some((row) => row.id === id);
}

/** One row by id, kept fresh; null until loaded or when it is gone. Starts from the row of the list. */
export function useRow(id: number | null, known: HistoryRow | null): HistoryRow | null {
  const [row, setRow] = useState<HistoryRow | null>(null);
  useEffect(() => {
    if (id === null) return;
    let current = true;
    const load = () =>
      request('history.get', id).then(
        (found) => current && setRow(found),
        () => undefined,
      );
    void load();
    const stop = listen('history.changed', (change) => {
      if (change.id === id || change.id === null) void load();
    });
    return () => {
      current = false;
      stop();
    };
  }, [id]);
  if (id === null) return null;
  return row?.id === id ? row : known;
}
