// SPDX-License-Identifier: MIT
import { useLayoutEffect, useRef } from 'react';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { useMaybeApp } from '../features/state/store.ts';
import { useAnnounced } from './coming.ts';
import { PopupCall } from './PopupCall.tsx';
import './popup.css';

const NONE: readonly CallView[] = [];
const selectCalls = (app: AppState) => app.calls;

/** The card of a call nobody has announced: filling it in is quicker than making one. */
const UNKNOWN: readonly null[] = [null];

/**
 * My calls that ring or run, oldest first, and those that ended a moment ago. While there is none, the cards of those
 * that the PBX has announced wait unseen, one above the other: the person sees one of them as soon as it rings here.
 */
export function PopupList() {
  const known = useMaybeApp(selectCalls);
  const calls = (known ?? NONE).filter((call) => call.mine);
  const announced = useAnnounced();
  const waiting = known !== null && calls.length === 0;
  const shown = !waiting ? calls : announced.length === 0 ? UNKNOWN : announced;
  const cards = useCards(shown.flatMap((call) => call?.viewId ?? []));
  const list = useRef<HTMLElement>(null);
  const asked = useRef(0);

  // The window is as high as its content. All cards are equally high, so their number and an open panel matter.
  const count = shown.length;
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || count === 0) return;
    const ask = () => {
      const height = Math.min(1200, Math.max(80, Math.ceil(element.getBoundingClientRect().height)));
      if (height === asked.current) return;
      asked.current = height;
      request('window.size', height).catch(() => undefined);
    };
    ask();
    const watch = new ResizeObserver(ask);
    watch.observe(element);
    return () => watch.disconnect();
  }, [count]);

  return (
    <main ref={list} className="popup-list" data-waiting={waiting ? '' : undefined}>
      {shown.map((call, index) => (
        <PopupCall key={cards.numbers[index] ?? cards.next} call={call} waiting={waiting} />
      ))}
    </main>
  );
}

/** The card of each call, by number. The first new call gets `next`, the card that waits. */
function useCards(calls: readonly string[]): { readonly numbers: readonly number[]; readonly next: number } {
  const cards = useRef({ taken: new Map<string, number>(), next: 0 });
  let { next } = cards.current;
  const taken = new Map(
    calls.map((call) => {
      const number = cards.current.taken.get(call) ?? next;
      if (number === next) next += 1;
      return [call, number];
    }),
  );
  cards.current = { taken, next };
  return { numbers: [...taken.values()], next };
}
