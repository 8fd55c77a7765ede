// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { TeamSettings } from '../../../src-shared/rules/team.ts';
import { request } from '../../bridge.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { countryName, money } from '../../ui/format.ts';
import { useAction } from '../../ui/hooks.ts';
import { SecretInput } from '../../ui/SecretInput.tsx';
import { isWebAddress } from '../../ui/valid.ts';
import { Row, TextRow } from '../settings/rows.tsx';
import { askAdmin } from './admin.ts';
import { change } from './draft.ts';

/** `{number}`: what the relay puts the number in the place of. */
const SLOT = '{number}';

/** The company's account at the PBX, whose keys the relay has, and what the relay asks when it does not know a number. */
export function AccountTab({ settings }: { readonly settings: TeamSettings }) {
  const t = useT();
  const language = useLanguage();
  const namesProblem = (text: string) =>
    text === '' || (isWebAddress(text) && text.startsWith('https://') && text.includes(SLOT))
      ? null
      : t('team.namesUrlBad', { slot: SLOT });
  return (
    <div className="team-narrow">
      <Keys />
      <Balance />
      <TextRow
        isDraft
        label={t('team.namesUrl')}
        hint={t('team.namesUrlHint', { slot: SLOT })}
        testId="team-names-url"
        stored={settings.namesUrl}
        check={namesProblem}
        save={async (namesUrl) => {
          change({ namesUrl });
          return true;
        }}
        error={null}
      />
      <TextRow
        isDraft
        label={`${t('team.country')} (${countryName(settings.country, language)})`}
        hint={t('settings.countryHint')}
        testId="team-country"
        stored={settings.country}
        check={(text) => (/^[A-Za-z]{2}$/.test(text) ? null : t('settings.countryBad'))}
        save={async (text) => {
          change({ country: text.toUpperCase() });
          return true;
        }}
        error={null}
      />
    </div>
  );
}

function Keys() {
  const t = useT();
  const language = useLanguage();
  const { run, busy, error, clear } = useAction();
  const [keys, setKeys] = useState({ key: '', secret: '' });
  const [tried, setTried] = useState(false);
  const [kept, setKept] = useState<string | null>(null);
  const edit = (patch: Partial<typeof keys>) => {
    setKeys({ ...keys, ...patch });
    setTried(false);
    setKept(null);
    clear();
  };
  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const [key, secret] = [keys.key.trim(), keys.secret.trim()];
    if (key === '' || secret === '') return;
    const account = await run(() => askAdmin('admin.set-keys', { key, secret }));
    if (account === undefined) return;
    setKeys({ key: '', secret: '' });
    setTried(false);
    setKept(`${t('team.keysKept')} ${t('team.currentBalance')}: ${money(account.balance, account.currency, language)}`);
  }
  return (
    <form className="team-keys" noValidate onSubmit={(event) => void submit(event)}>
      <h2>{t('team.keys')}</h2>
      <p className="quiet">{t('team.keysText')}</p>
      <div className="team-keys-fields">
        <Field label={t('setup.key')} error={tried && keys.key.trim() === '' ? t('setup.needKey') : null}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              autoComplete="off"
              spellCheck={false}
              maxLength={256}
              value={keys.key}
              data-testid="team-key"
              onChange={(event) => edit({ key: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('setup.secret')} error={tried && keys.secret.trim() === '' ? t('setup.needSecret') : null}>
          {(ids) => (
            <SecretInput {...ids} value={keys.secret} testId="team-secret" onChange={(secret) => edit({ secret })} />
          )}
        </Field>
      </div>
      <div className="team-keys-save">
        <Button submit disabled={busy} data-testid="team-set-keys">
          {busy ? t('setup.checking') : t('team.setKeys')}
        </Button>
        <p className={error === null ? 'quiet' : 'setting-error'} role="status" data-testid="team-keys-said">
          {error === null ? kept : errorText(t, error)}
        </p>
      </div>
    </form>
  );
}

function Balance() {
  const t = useT();
  const language = useLanguage();
  const { run, busy, error } = useAction();
  const [text, setText] = useState('');
  async function show() {
    const found = await run(() => request('account.balance'));
    setText(found === undefined ? '' : money(found.balance, found.currency, language));
  }
  return (
    <Row label={t('team.currentBalance')} hint={t('team.balanceText')} error={error ? errorText(t, error) : null}>
      <div className="team-balance">
        <Button disabled={busy} data-testid="team-balance" onClick={() => void show()}>
          {t('team.showBalance')}
        </Button>
        <strong role="status" data-testid="team-balance-text">
          {text}
        </strong>
      </div>
    </Row>
  );
}
