// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { DialPreview } from '../../../src-shared/ipc/map.ts';
import { asError, request } from '../../bridge.ts';
import { useDebounced } from '../../ui/hooks.ts';
import { useSuggest } from './use-suggest.ts';

export type PreviewState = {
  readonly text: string;
  readonly value: DialPreview | null;
  readonly error: WireError | null;
};

/** Preview and suggestions for what stands in the dialer. An answer for an older text is dropped. */
export function useDialText(text: string) {
  const wanted = useDebounced(text.trim(), 80);
  const [preview, setPreview] = useState<PreviewState | null>(null);
  const { items } = useSuggest(text);

  useEffect(() => {
    let current = true;
    if (wanted === '') {
      setPreview(null);
      return;
    }
    request('call.preview', wanted).then(
      (value) => current && setPreview({ text: wanted, value, error: null }),
      (thrown) => current && setPreview({ text: wanted, value: null, error: asError(thrown) }),
    );
    return () => {
      current = false;
    };
  }, [wanted]);

  return {
    preview: text.trim() === '' ? null : preview,
    suggestions: items,
    settled: preview?.text === text.trim(),
  };
}
