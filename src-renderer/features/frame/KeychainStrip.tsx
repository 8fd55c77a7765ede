// SPDX-License-Identifier: MIT
import { LockKeyhole } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';

const selectKeychain = (app: AppState) => app.keychain;

/** The keychain after set-up: a strip, because calls may still work. */
export function KeychainStrip() {
  const t = useT();
  const keychain = useApp(selectKeychain);
  const { run, busy, error } = useAction();
  if (keychain === 'ok') return null;
  if (keychain === 'session-only') {
    return (
      <div className="strip strip-quiet">
        <LockKeyhole className="icon" aria-hidden="true" />
        <span className="cut">{t('keychain.sessionNotice')}</span>
      </div>
    );
  }
  const text = error ? errorText(t, error) : t(`errors.keychain.${keychain}`);
  return (
    <div className="strip" role="alert" data-testid="keychain-strip">
      <LockKeyhole className="icon" aria-hidden="true" />
      <span className="strip-text">{text}</span>
      <Button size="small" disabled={busy} onClick={() => void run(() => request('keychain.retry'))}>
        {t('keychain.retry')}
      </Button>
      <Button size="small" disabled={busy} onClick={() => void run(() => request('keychain.session-only'))}>
        {t('keychain.sessionOnly')}
      </Button>
    </div>
  );
}
