// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'react';
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { callTitle } from '../calls/call-text.ts';
import { useApp } from '../state/store.ts';

const selectCalls = (app: AppState) => app.calls;

/**
 * Says who calls, for a screen reader: a card that appears is not read by itself, as its live regions are new too. What
 * happens to the call later is said by the card's own lines.
 */
export function Announcer() {
  const t = useT();
  const calls = useApp(selectCalls);
  const known = useRef(new Set<string>());
  const [text, setText] = useState('');
  useEffect(() => {
    for (const call of calls) {
      if (known.current.has(call.viewId)) continue;
      if (ringsHere(call)) setText(t('call.announce', { name: callTitle(call, t) }));
    }
    known.current = new Set(calls.map((call) => call.viewId));
  }, [calls, t]);
  return (
    <p className="screen-reader" role="status" data-testid="announcer">
      {text}
    </p>
  );
}
