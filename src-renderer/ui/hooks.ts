// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { WireError } from '../../src-shared/errors.ts';
import { asError } from '../bridge.ts';

/** The time, once a second while `running`; all who ask tick together, right after the second of the clock begins. */
export function useNow(running: boolean): number {
  return useSyncExternalStore(running ? subscribe : never, getNow);
}

let now = Date.now();
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
  timer = setTimeout(tick, 1000 - (Date.now() % 1000));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setTimeout(tick, 1000 - (now % 1000));
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
  };
}

const never = () => () => undefined;

function getNow(): number {
  if (timer === undefined && Date.now() - now > 1000) now = Date.now();
  return now;
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const list = useMemo(() => matchMedia(query), [query]);
  return useSyncExternalStore(
    (listener) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => list.matches,
  );
}

/** The value, `delay` milliseconds after it last changed. */
export function useDebounced<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const wait = setTimeout(() => setSettled(value), delay);
    return () => clearTimeout(wait);
  }, [value, delay]);
  return settled;
}

/**
 * Runs a request of a control: `busy` while it is under way, and the error of the last one until the next or until
 * `clear`. A second run while one is under way is allowed: the last answer counts.
 */
export function useAction() {
  const [state, setState] = useState<{ busy: boolean; error: WireError | null }>({ busy: false, error: null });
  const last = useRef(0);
  const run = useCallback(async <R>(work: () => Promise<R>): Promise<R | undefined> => {
    last.current += 1;
    const mine = last.current;
    setState({ busy: true, error: null });
    try {
      const value = await work();
      if (mine === last.current) setState({ busy: false, error: null });
      return value;
    } catch (thrown) {
      if (mine === last.current) setState({ busy: false, error: asError(thrown) });
      return undefined;
    }
  }, []);
  const clear = useCallback(() => setState((old) => ({ ...old, error: null })), []);
  return { ...state, run, clear };
}

/** A ref for what has the keyboard first when it appears: the way on in a step, the safe answer in a question. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}

/** A ref for what opens at the end of a list that may be longer than its room. */
export function comeIntoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
