// SPDX-License-Identifier: MIT
import type { FormEvent } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { Extension } from '../../../src-shared/ipc/map.ts';
import { errorText, type T, useLanguage, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { money } from '../../ui/format.ts';
import type { Account } from './Setup.tsx';

type Props = {
  readonly account: Account;
  readonly extension: string;
  readonly takeOver: boolean;
  readonly busy: boolean;
  readonly error: WireError | null;
  readonly onChoose: (extension: string) => void;
  readonly onTakeOver: (on: boolean) => void;
  readonly onBack: () => void;
  readonly onUse: () => void;
};

export function ExtensionStep(props: Props) {
  const t = useT();
  const language = useLanguage();
  const { account, extension, error } = props;
  const chosen = account.extensions.find(({ number }) => number === extension);
  const asks = chosen?.taken === true || error?.code === 'setup.extension-taken';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (extension !== '') props.onUse();
  };
  return (
    <form className="setup-form" onSubmit={submit}>
      <h1>{t('setup.choose')}</h1>
      <p>{t('setup.chooseText')}</p>
      <p className="setup-balance" data-testid="setup-balance">
        <span className="quiet">{t('setup.balance')}</span>
        <strong>{money(account.balance, account.currency, language)}</strong>
      </p>
      <fieldset className="setup-extensions" aria-label={t('setup.choose')}>
        {account.extensions.map((entry) => (
          <label key={entry.number} className="setup-extension" data-testid={`setup-extension-${entry.number}`}>
            <input
              type="radio"
              name="extension"
              value={entry.number}
              checked={entry.number === extension}
              onChange={() => props.onChoose(entry.number)}
            />
            <strong>{entry.number}</strong>
            <span className={entry.taken || entry.online ? 'setup-mark setup-mark-taken' : 'setup-mark'}>
              {markOf(entry, t)}
            </span>
          </label>
        ))}
      </fieldset>
      <div className="setup-result" aria-live="polite">
        {error ? (
          <p className="error-box" data-testid="setup-error">
            {errorText(t, error)}
          </p>
        ) : null}
        {asks ? (
          <label className="setup-take">
            <input
              type="checkbox"
              checked={props.takeOver}
              data-testid="setup-take-over"
              onChange={(event) => props.onTakeOver(event.target.checked)}
            />
            <span>
              {t('setup.takeOver')}
              <span className="quiet setup-take-text">{t('setup.takeOverText')}</span>
            </span>
          </label>
        ) : null}
      </div>
      <div className="setup-actions">
        <Button size="large" onClick={props.onBack}>
          {t('app.back')}
        </Button>
        <Button tone="primary" size="large" submit disabled={props.busy || extension === ''} data-testid="setup-use">
          {props.busy ? t('setup.starting') : t('setup.use')}
        </Button>
      </div>
    </form>
  );
}

function markOf({ online, taken }: Extension, t: T): string {
  if (taken) return t('setup.taken');
  if (online === null) return t('setup.unknown');
  return online ? t('setup.online') : t('setup.offline');
}
