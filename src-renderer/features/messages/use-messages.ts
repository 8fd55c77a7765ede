// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useRef, useState } from 'react';
import { create } from 'zustand';
import type { MessageView } from '../../../src-shared/crm/view.ts';
import type { WireError } from '../../../src-shared/errors.ts';
import { asError, listen, request } from '../../bridge.ts';

type Open = {
  /** The conversation being looked at, by its number; '' while a new one is begun. */
  readonly number: string | null;
  /** What is being written, by number: kept when another screen is looked at. */
  readonly drafts: Readonly<Record<string, string>>;
};

export const useMessagesUi = create<Open>(() => ({ number: null, drafts: {} }));

export function openConversation(number: string | null): void {
  useMessagesUi.setState({ number });
}

export function writeDraft(number: string, text: string): void {
  useMessagesUi.setState(({ drafts }) => ({ drafts: { ...drafts, [number]: text } }));
}

type Conversations = { readonly list: readonly MessageView[] | null; readonly error: WireError | null };

/** The last message of each conversation, newest first, kept fresh. */
export function useConversations() {
  const [state, setState] = useState<Conversations>({ list: null, error: null });
  const load = useCallback(() => {
    request('messages.conversations').then(
      (list) => setState({ list, error: null }),
      (thrown) => setState((old) => ({ list: old.list, error: asError(thrown) })),
    );
  }, []);
  useEffect(() => {
    load();
    return listen('messages.changed', load);
  }, [load]);
  return { ...state, load };
}

type Loaded = {
  readonly number: string;
  /** Oldest first. */
  readonly rows: readonly MessageView[];
  readonly next: number | null;
  readonly error: WireError | null;
};

/** One conversation, oldest first, its newest page kept fresh; null until loaded. */
export function useConversation(number: string) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const question = useRef(0);
  const load = useCallback(
    (before: number | null) => {
      question.current += 1;
      const mine = question.current;
      request('messages.of', number, before).then(
        ({ rows, next }) => {
          if (mine !== question.current) return;
          setLoaded((old) => merged(old?.number === number ? old : null, { number, rows, next }, before));
        },
        (thrown) => {
          if (mine !== question.current) return;
          setLoaded((old) => ({ number, rows: old?.rows ?? [], next: old?.next ?? null, error: asError(thrown) }));
        },
      );
    },
    [number],
  );
  useEffect(() => {
    load(null);
    return listen('messages.changed', () => load(null));
  }, [load]);
  const mine = loaded?.number === number ? loaded : null;
  return { loaded: mine, older: () => mine !== null && mine.next !== null && load(mine.next) };
}

/** A page comes newest first. A fresh newest page keeps the older ones that were read before. */
function merged(
  old: Loaded | null,
  page: { readonly number: string; readonly rows: readonly MessageView[]; readonly next: number | null },
  before: number | null,
): Loaded {
  const fresh = page.rows.toReversed();
  if (old === null) return { ...page, rows: fresh, error: null };
  if (before !== null) return { ...page, rows: [...fresh, ...old.rows], error: null };
  const first = fresh[0]?.id ?? Number.POSITIVE_INFINITY;
  const kept = old.rows.filter(({ id }) => id < first);
  return { ...page, rows: [...kept, ...fresh], next: kept.length > 0 ? old.next : page.next, error: null };
}
