// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { AppState, ReminderView } from '../../../src-shared/state.ts';
import { asError, request } from '../../bridge.ts';
import { useApp } from '../state/store.ts';

export type Kept = {
  readonly rows: readonly ReminderView[];
  /** Keyset of the next page; null at the end. */
  readonly next: number | null;
  readonly busy: boolean;
  readonly error: WireError | null;
};

const PAGE = 100;
/** So many are shown before the person asks for older ones. */
const ENOUGH = 40;
const selectReminders = (app: AppState) => app.reminders;

/** Reminders that are not due: put off, or done, newest missed call first; read anew when what is due changes. */
export function useKept(wanted: 'later' | 'done'): Kept & { more(): void; reload(): void } {
  const due = useApp(selectReminders);
  const [kept, setKept] = useState<Kept>({ rows: [], next: null, busy: true, error: null });
  const turn = useRef(0);

  const load = useCallback(
    async (before: number | null, known: readonly ReminderView[]) => {
      turn.current += 1;
      const mine = turn.current;
      setKept((old) => ({ ...old, busy: true, error: null }));
      try {
        const found: ReminderView[] = [];
        let next = before;
        do {
          const page = await request('reminders.page', { before: next, limit: PAGE });
          if (mine !== turn.current) return;
          found.push(...page.rows.filter((row) => isWanted(row, wanted, Date.now())));
          next = page.next;
        } while (next !== null && found.length < ENOUGH);
        setKept({ rows: [...known, ...found], next, busy: false, error: null });
      } catch (thrown) {
        if (mine === turn.current) setKept((old) => ({ ...old, busy: false, error: asError(thrown) }));
      }
    },
    [wanted],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is due now was perhaps among these before
  useEffect(() => {
    void load(null, []);
    return () => {
      turn.current += 1;
    };
  }, [load, due]);

  return {
    ...kept,
    more: () => void load(kept.next, kept.rows),
    reload: () => void load(null, []),
  };
}

function isWanted({ state, dueAt }: ReminderView, wanted: 'later' | 'done', now: number): boolean {
  return wanted === 'done' ? state === 'done' : state === 'snoozed' && dueAt > now;
}
