// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { Suggestion } from '../../../src-shared/ipc/map.ts';
import { request } from '../../bridge.ts';
import { useDebounced } from '../../ui/hooks.ts';

const NONE: readonly Suggestion[] = [];

/**
 * Contacts and numbers of the history for what is being typed. An answer for an older text is dropped. `settled` says
 * that the list belongs to the text.
 */
export function useSuggest(text: string): { readonly items: readonly Suggestion[]; readonly settled: boolean } {
  const trimmed = text.trim();
  const wanted = useDebounced(trimmed, 60);
  const [found, setFound] = useState<{ text: string; items: readonly Suggestion[] }>({ text: '', items: NONE });
  useEffect(() => {
    let current = true;
    const show = (items: readonly Suggestion[]) => current && setFound({ text: wanted, items });
    if (wanted.length < 2 || wanted.length > 100) show(NONE);
    else
      request('suggest', wanted).then(
        (items) => show(items.slice(0, 20)),
        () => show(NONE),
      );
    return () => {
      current = false;
    };
  }, [wanted]);
  return { items: trimmed === '' ? NONE : found.items, settled: found.text === trimmed };
}
