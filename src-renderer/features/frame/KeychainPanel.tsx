// SPDX-License-Identifier: MIT
import { LockKeyhole } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { Panel } from './Panel.tsx';

export const needsKeychain = (app: AppState) => app.keychain === 'locked' || app.keychain === 'unavailable';
const selectKeychain = (app: AppState) => app.keychain;

/** No keychain, or a locked one: why it matters, and the choice. */
export function KeychainPanel() {
  const t = useT();
  const locked = useApp(selectKeychain) === 'locked';
  const { run, busy, error } = useAction();
  return (
    <Panel
      icon={LockKeyhole}
      title={locked ? t('keychain.locked') : t('keychain.unavailable')}
      testId="setup-keychain"
      actions={
        <>
          <Button
            tone="primary"
            size="large"
            disabled={busy}
            data-testid="setup-keychain-retry"
            onClick={() => void run(() => request('keychain.retry'))}
          >
            {t('keychain.retry')}
          </Button>
          <Button
            size="large"
            disabled={busy}
            data-testid="setup-keychain-session"
            onClick={() => void run(() => request('keychain.session-only'))}
          >
            {t('keychain.sessionOnly')}
          </Button>
        </>
      }
    >
      <p>{locked ? t('keychain.lockedText') : t('keychain.unavailableText')}</p>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </Panel>
  );
}
