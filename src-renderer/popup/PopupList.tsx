// SPDX-License-Identifier: MIT
import { useLayoutEffect, useRef } from 'react';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { useMaybeApp } from '../features/state/store.ts';
import { PopupCall } from './PopupCall.tsx';
import './popup.css';

const NONE: readonly CallView[] = [];
const selectCalls = (app: AppState) => app.calls;

/** My calls that ring or run, oldest first, and those that ended a moment ago. */
export function PopupList() {
  const calls = (useMaybeApp(selectCalls) ?? NONE).filter((call) => call.mine);
  const list = useRef<HTMLElement>(null);

  // The window is as high as its content. All cards are equally high, so only their number matters.
  const count = calls.length;
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || count === 0) return;
    const height = Math.ceil(element.getBoundingClientRect().height);
    request('window.size', Math.min(1200, Math.max(80, height))).catch(() => undefined);
  }, [count]);

  return (
    <main ref={list} className="popup-list">
      {calls.map((call) => (
        <PopupCall key={call.formerKeys[0] ?? call.key} call={call} />
      ))}
    </main>
  );
}
