// SPDX-License-Identifier: MIT
import { lazy, Suspense, useEffect } from 'react';
import { errorText, useT } from '../../i18n/index.ts';
import { useAction } from '../../ui/hooks.ts';
import { currentApp } from '../state/store.ts';
import { showKeyboardHelp, useUi } from '../state/ui.ts';
import { isTyping, perform, shortcutOf } from './shortcut-keys.ts';

const KeyboardHelp = lazy(() => import('./KeyboardHelp.tsx'));

/** Keys of this window, and what went wrong with the last one. Nothing fires while somebody types or a dialog asks. */
export function Shortcuts() {
  const t = useT();
  const { run, error } = useAction();
  const help = useUi((ui) => ui.keyboardHelp);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target) || document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      if (event.key === '?') return showKeyboardHelp(true);
      const shortcut = shortcutOf(event);
      const app = currentApp();
      if (shortcut === null || app === null) return;
      event.preventDefault();
      const focused = document.activeElement?.closest<HTMLElement>('[data-call-key]')?.dataset.callKey ?? null;
      void run(() => perform(shortcut, app, focused));
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [run]);
  return (
    <>
      {error ? (
        <p className="shortcut-error" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      {help ? (
        <Suspense>
          <KeyboardHelp />
        </Suspense>
      ) : null}
    </>
  );
}
