// SPDX-License-Identifier: MIT
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { Row } from './rows.tsx';

const selectAccount = (app: AppState) => app.account;
const selectKeychain = (app: AppState) => app.keychain;
const selectState = (app: AppState) => app.registration.state;

export function AccountSection() {
  const t = useT();
  const account = useApp(selectAccount);
  const keychain = useApp(selectKeychain);
  const state = useApp(selectState);
  const { run, error, busy } = useAction();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Row label={t('settings.extension')}>
        <span className="selectable" data-testid="settings-extension">
          {account?.extension ?? ''}
        </span>
      </Row>
      <Row label={t('settings.pbxId')}>
        <span className="selectable">{account?.pbxId ?? ''}</span>
      </Row>
      <Row label={t('settings.status')}>{t(`registration.${state}`)}</Row>
      <Row label={t('settings.storage')}>{t(`settings.storage-${keychain}`)}</Row>
      <Row label={t('settings.forget')} hint={t('settings.forgetText')} error={error ? errorText(t, error) : null}>
        <Button icon={LogOut} disabled={busy} data-testid="settings-forget" onClick={() => setAsking(true)}>
          {t('settings.forgetConfirm')}
        </Button>
      </Row>
      <Confirm
        open={asking}
        title={t('settings.forgetTitle')}
        text={t('settings.forgetText')}
        action={t('settings.forgetConfirm')}
        testId="settings-forget-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) void run(() => request('setup.forget'));
        }}
      />
    </>
  );
}
