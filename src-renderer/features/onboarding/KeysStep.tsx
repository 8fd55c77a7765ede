// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { takeFocus } from '../../ui/hooks.ts';
import { SecretInput } from '../../ui/SecretInput.tsx';
import { isWebAddress } from '../../ui/valid.ts';
import type { Keys } from './Setup.tsx';

type Props = {
  readonly keys: Keys;
  readonly onChange: (keys: Keys) => void;
  readonly busy: boolean;
  readonly error: WireError | null;
  readonly onBack: () => void;
  readonly onCheck: () => void;
};

export function KeysStep({ keys, onChange, busy, error, onBack, onCheck }: Props) {
  const t = useT();
  const [tried, setTried] = useState(false);
  const [advanced, setAdvanced] = useState(false);
  const noKey = keys.key.trim() === '';
  const noSecret = keys.secret.trim() === '';
  const badAddress = !isWebAddress(keys.apiBaseUrl);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (badAddress) setAdvanced(true);
    if (!noKey && !noSecret && !badAddress) onCheck();
  };

  return (
    <form className="setup-form" noValidate onSubmit={submit}>
      <h1>{t('setup.keys')}</h1>
      <p>{t('setup.keysText')}</p>
      <Field label={t('setup.key')} error={tried && noKey ? t('setup.needKey') : null}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            ref={takeFocus}
            autoComplete="off"
            spellCheck={false}
            maxLength={256}
            value={keys.key}
            data-testid="setup-key"
            onChange={(event) => onChange({ ...keys, key: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('setup.secret')} error={tried && noSecret ? t('setup.needSecret') : null}>
        {(ids) => (
          <SecretInput
            {...ids}
            value={keys.secret}
            testId="setup-secret"
            onChange={(secret) => onChange({ ...keys, secret })}
          />
        )}
      </Field>
      <details className="setup-advanced" open={advanced} onToggle={(event) => setAdvanced(event.currentTarget.open)}>
        <summary>{t('setup.advanced')}</summary>
        <Field
          label={t('setup.apiAddress')}
          hint={t('setup.apiAddressHint')}
          error={tried && badAddress ? t('setup.badAddress') : null}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              inputMode="url"
              spellCheck={false}
              maxLength={300}
              value={keys.apiBaseUrl}
              data-testid="setup-api-address"
              onChange={(event) => onChange({ ...keys, apiBaseUrl: event.target.value })}
            />
          )}
        </Field>
      </details>
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
        <Button tone="primary" size="large" submit disabled={busy} data-testid="setup-check">
          {busy ? t('setup.checking') : t('setup.check')}
        </Button>
      </div>
    </form>
  );
}
