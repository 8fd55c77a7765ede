// SPDX-License-Identifier: MIT
import { CircleCheck, CircleDashed, CircleX } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';

const selectRegistration = (app: AppState) => app.registration;

type Props = {
  readonly extension: string;
  readonly onPassword: () => void;
  /** null where the extension is given. */
  readonly onOther: (() => void) | null;
  readonly onDone: () => void;
};

/** The last step shows the registration itself: it succeeds, or says what to do. */
export function Connecting({ extension, onPassword, onOther, onDone }: Props) {
  const t = useT();
  const { state, error } = useApp(selectRegistration);
  const { run, busy } = useAction();
  const done = state === 'registered';
  const failed = state === 'failed';
  const Icon = done ? CircleCheck : failed ? CircleX : CircleDashed;
  return (
    <div className="setup-form" data-testid="setup-done" data-state={state}>
      <h1
        className={done ? 'setup-state setup-good' : failed ? 'setup-state setup-bad' : 'setup-state'}
        aria-live="polite"
      >
        <Icon className="icon" aria-hidden="true" />
        {done ? t('setup.done') : failed ? t('setup.failed') : t('setup.registering')}
      </h1>
      <div className="setup-result" aria-live="polite">
        {done ? <p>{t('setup.doneText', { extension })}</p> : null}
        {failed && error ? (
          <p className="error-box" data-testid="setup-error">
            {errorText(t, error)}
          </p>
        ) : null}
      </div>
      {failed ? (
        <div className="setup-more">
          <Button disabled={busy} onClick={() => void run(() => request('registration.retry'))}>
            {t('app.retry')}
          </Button>
          {error?.code === 'sip.rejected' ? <Button onClick={onPassword}>{t('setup.typePassword')}</Button> : null}
          {onOther === null ? null : <Button onClick={onOther}>{t('setup.otherExtension')}</Button>}
        </div>
      ) : null}
      <div className="setup-actions">
        <Button
          tone={failed ? 'plain' : 'primary'}
          size="large"
          disabled={!done && !failed}
          data-testid="setup-finish"
          onClick={onDone}
        >
          {failed ? t('setup.finishAnyway') : t('setup.finish')}
        </Button>
      </div>
    </div>
  );
}
