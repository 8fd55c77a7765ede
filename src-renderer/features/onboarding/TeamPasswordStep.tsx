// SPDX-License-Identifier: MIT
import { RotateCw } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { SecretInput } from '../../ui/SecretInput.tsx';
import { currentApp, useApp } from '../state/store.ts';

const selectTeam = (app: AppState) => app.team;

type Props = {
  readonly extension: string;
  readonly onConnecting: () => void;
  readonly onFailed: () => void;
  readonly onConnected: () => void;
  readonly onLeft: () => void;
};

/** The relay has not given out the SIP password: type it, or ask again when the administrator has allowed it. */
export function TeamPasswordStep({ extension, onConnecting, onFailed, onConnected, onLeft }: Props) {
  const t = useT();
  const team = useApp(selectTeam);
  const { run, busy, error, clear } = useAction();
  const [login, setLogin] = useState({ pbxId: '', password: '' });
  const [tried, setTried] = useState(false);
  const [refused, setRefused] = useState(false);
  const pbxId = login.pbxId.trim().split('-')[0] ?? '';
  const isBad = !/^\d{1,12}$/.test(pbxId);
  const edit = (patch: Partial<typeof login>) => {
    setLogin({ ...login, ...patch });
    setRefused(false);
    clear();
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (isBad || login.password === '') return;
    onConnecting();
    const done = await run(async () => {
      try {
        await request('team.password', { pbxId, password: login.password });
        return true;
      } catch (thrown) {
        onFailed();
        throw thrown;
      }
    });
    if (done) onConnected();
  }

  async function askAgain() {
    setRefused(false);
    onConnecting();
    await run(() => request('team.retry'));
    // The password is in its place when the account is complete.
    if (currentApp()?.stage === 'ready') return onConnected();
    onFailed();
    setRefused(currentApp()?.team.state === 'on');
  }

  const problem = error ?? (team.state === 'failed' ? team.error : null);
  const said = problem !== null ? errorText(t, problem) : refused ? t('join.askAgainNo') : null;
  return (
    <form className="setup-form" noValidate onSubmit={(event) => void submit(event)}>
      <h1>{t('join.password', { extension })}</h1>
      <p>{t('join.passwordText', { extension })}</p>
      <div className="join-fields">
        <Field
          label={t('join.pbxId')}
          hint={t('join.pbxIdHint', { extension })}
          error={tried && isBad ? t('join.pbxIdBad') : null}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              ref={takeFocus}
              inputMode="numeric"
              autoComplete="off"
              maxLength={20}
              value={login.pbxId}
              data-testid="join-pbx"
              onChange={(event) => edit({ pbxId: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('setup.passwordLabel')} error={tried && login.password === '' ? t('setup.needPassword') : null}>
          {(ids) => (
            <SecretInput
              {...ids}
              value={login.password}
              testId="join-password"
              onChange={(password) => edit({ password })}
            />
          )}
        </Field>
      </div>
      <div className="setup-result" aria-live="polite">
        {said === null ? null : (
          <p className="error-box" data-testid="setup-error">
            {said}
          </p>
        )}
      </div>
      <div className="setup-more">
        <Button icon={RotateCw} disabled={busy} data-testid="join-ask-again" onClick={() => void askAgain()}>
          {t('join.askAgain')}
        </Button>
        <Button
          tone="ghost"
          disabled={busy}
          data-testid="join-leave"
          onClick={() =>
            void run(async () => {
              await request('team.leave');
              onLeft();
            })
          }
        >
          {t('join.leave')}
        </Button>
      </div>
      <div className="setup-actions">
        <Button tone="primary" size="large" submit disabled={busy} data-testid="join-connect">
          {busy ? t('setup.starting') : t('setup.register')}
        </Button>
      </div>
    </form>
  );
}
