// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { SecretInput } from '../../ui/SecretInput.tsx';

type Props = {
  readonly extension: string;
  readonly password: string;
  readonly busy: boolean;
  readonly error: WireError | null;
  readonly onChange: (password: string) => void;
  readonly onBack: () => void;
  readonly onConnect: () => void;
};

export function PasswordStep({ extension, password, busy, error, onChange, onBack, onConnect }: Props) {
  const t = useT();
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (password !== '') onConnect();
  };
  return (
    <form className="setup-form" noValidate onSubmit={submit}>
      <h1>{t('setup.password', { extension })}</h1>
      <p>{t('setup.passwordText', { extension })}</p>
      <Field label={t('setup.passwordLabel')} error={tried && password === '' ? t('setup.needPassword') : null}>
        {(ids) => <SecretInput {...ids} autoFocus value={password} testId="setup-password" onChange={onChange} />}
      </Field>
      <div className="setup-result" aria-live="polite">
        {error ? (
          <p className="error-box" data-testid="setup-error">
            {errorText(t, error)}
          </p>
        ) : null}
      </div>
      <div className="setup-actions">
        <Button size="large" onClick={onBack}>
          {t('app.back')}
        </Button>
        <Button tone="primary" size="large" submit disabled={busy} data-testid="setup-connect">
          {busy ? t('setup.starting') : t('setup.register')}
        </Button>
      </div>
    </form>
  );
}
