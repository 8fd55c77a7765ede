// SPDX-License-Identifier: MIT
import { useLayoutEffect, useRef } from 'react';
import { create } from 'zustand';
import type { CallView } from '../../src-shared/state.ts';
import { listen } from '../bridge.ts';
import { share } from '../features/state/share.ts';
import { applyCalls, currentApp, onState } from '../features/state/store.ts';

/** Calls that ring nowhere here yet: their cards are drawn and not shown. */
const useComing = create<{ readonly announced: readonly CallView[] }>(() => ({ announced: [] }));

/** The cards that wait for their call to ring, by `viewId`: how each is brought in line with `ringing`. */
const cards = new Map<string, () => void>();
/** The announced call that has begun to ring, until the state that says so is here. */
let ringing: string | null = null;

/** Painting a card takes a frame: a call that rings right after its announcement must not wait for the next one. */
const PAINT_MS = 50;

export function useAnnounced(): readonly CallView[] {
  return useComing((coming) => coming.announced);
}

/**
 * Follows the live calls ahead of the state. A call that rings as it was announced needs nothing but that its card
 * appears; the state, some milliseconds later, brings everything else up to date.
 */
export function followCalls(): void {
  listen('announced', (calls) => useComing.setState(({ announced }) => ({ announced: share(announced, calls) })));
  listen('rings', setRinging);
  listen('calls', applyCalls);
  onState(() => {
    const isKnown = currentApp()?.calls.some(({ viewId }) => viewId === ringing) === true;
    // A known call is drawn as one that rings from now on.
    if (isKnown) ringing = null;
    else setRinging(null);
  });
}

function setRinging(viewId: string | null): void {
  const before = ringing;
  ringing = viewId;
  for (const id of [before, viewId]) if (id !== null) cards.get(id)?.();
}

/**
 * Hides the card of a call that waits and shows the one of a call that rings, without drawing either anew: these
 * attributes are set here alone. A card that waits has no key, so that nobody takes it for a call.
 *
 * @returns the card's ref
 */
export function useCard({ key, viewId }: CallView, waiting: boolean) {
  const card = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null) return;
    const { dataset } = element;
    const dress = () => {
      if (waiting && ringing !== viewId) {
        element.ariaHidden = 'true';
        dataset.waiting ??= 'hidden';
        delete dataset.callKey;
        delete dataset.testid;
      } else {
        // First what asks for a frame.
        delete dataset.waiting;
        element.ariaHidden = null;
        dataset.callKey = key;
        dataset.testid = 'popup-call';
      }
    };
    dress();
    // The card of no call yet comes with a frame that something else has asked for: its layout is in it for nothing.
    if (waiting && viewId === '') element.firstElementChild?.getBoundingClientRect();
    if (!waiting || viewId === '') return;
    cards.set(viewId, dress);
    const timer = setTimeout(() => {
      if (dataset.waiting !== undefined) dataset.waiting = 'painted';
    }, PAINT_MS);
    return () => {
      cards.delete(viewId);
      clearTimeout(timer);
    };
  }, [key, viewId, waiting]);
  return card;
}
