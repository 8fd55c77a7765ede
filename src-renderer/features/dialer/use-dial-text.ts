// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { DialPreview } from '../../../src-shared/ipc/map.ts';
import type { Contact } from '../../../src-shared/state.ts';
import { asError, request } from '../../bridge.ts';
import { useDebounced } from '../../ui/hooks.ts';

export type PreviewState = {
  readonly text: string;
  readonly value: DialPreview | null;
  readonly error: WireError | null;
};
export type Suggestion = { readonly name: string; readonly company: string; readonly number: string };

const NO_SUGGESTIONS: readonly Suggestion[] = [];

/** A contact with three numbers is three suggestions. */
export function suggestionsOf(contacts: readonly Contact[], limit: number): readonly Suggestion[] {
  return contacts
    .flatMap(({ name, company, numbers }) => numbers.map((number) => ({ name, company, number })))
    .slice(0, limit);
}

/** Preview and suggestions for what stands in the dialer. An answer for an older text is dropped. */
export function useDialText(text: string) {
  const wanted = useDebounced(text.trim(), 80);
  const [preview, setPreview] = useState<PreviewState | null>(null);
  const [suggestions, setSuggestions] = useState<readonly Suggestion[]>(NO_SUGGESTIONS);

  useEffect(() => {
    let current = true;
    if (wanted === '') {
      setPreview(null);
      setSuggestions(NO_SUGGESTIONS);
      return;
    }
    request('call.preview', wanted).then(
      (value) => current && setPreview({ text: wanted, value, error: null }),
      (thrown) => current && setPreview({ text: wanted, value: null, error: asError(thrown) }),
    );
    if (wanted.length < 2 || wanted.length > 100) setSuggestions(NO_SUGGESTIONS);
    else {
      request('contacts.search', wanted).then(
        (found) => current && setSuggestions(suggestionsOf(found, 20)),
        () => current && setSuggestions(NO_SUGGESTIONS),
      );
    }
    return () => {
      current = false;
    };
  }, [wanted]);

  const empty = text.trim() === '';
  return {
    preview: empty ? null : preview,
    suggestions: empty ? NO_SUGGESTIONS : suggestions,
    settled: preview?.text === text.trim(),
  };
}
