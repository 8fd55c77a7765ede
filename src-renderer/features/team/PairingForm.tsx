// SPDX-License-Identifier: MIT
import { type FormEvent, useId, useState } from 'react';
import type { DeviceView, Role } from '../../../src-shared/relay/protocol.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { isExtension } from '../../ui/valid.ts';
import { useApp } from '../state/store.ts';
import { askAdmin } from './admin.ts';
import { PairingCode } from './PairingCode.tsx';
import { usePairing } from './pairing.ts';

const selectMembers = (app: AppState) => app.team.members;
const ROLES = ['agent', 'supervisor', 'admin'] as const;

/** Asks the relay for a code that is worth one extension, and shows it in place of the form. */
export function PairingForm({
  devices,
  onMade,
}: {
  readonly devices: readonly DeviceView[];
  readonly onMade: () => Promise<void>;
}) {
  const t = useT();
  const list = useId();
  const members = useApp(selectMembers);
  const { extension, role, name, shown } = usePairing();
  const { run, busy, error, clear } = useAction();
  const [tried, setTried] = useState(false);
  const isBad = !isExtension(extension.trim());

  async function make() {
    setTried(true);
    if (isBad) return;
    const params = { extension: extension.trim(), role, name: name.trim() };
    const made = await run(() => askAdmin('admin.pairing-code', params));
    if (made === undefined) return;
    setTried(false);
    usePairing.setState({ shown: { ...made, extension: params.extension, known: devices.map(({ id }) => id) } });
    void onMade();
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void make();
  };

  if (shown !== null) {
    return (
      <PairingCode
        shown={shown}
        devices={devices}
        problem={error === null ? null : errorText(t, error)}
        onAgain={() => void make()}
        onClose={() => {
          clear();
          usePairing.setState({ shown: null, extension: '', name: '', role: 'agent' });
        }}
      />
    );
  }
  return (
    <form className="pairing" noValidate data-testid="pairing-form" onSubmit={submit}>
      <h2>{t('team.addDevice')}</h2>
      <datalist id={list}>
        {members.map((member) => (
          <option key={member.extension} value={member.extension} label={member.name} />
        ))}
      </datalist>
      <div className="pairing-fields">
        <Field
          label={t('team.codeFor')}
          hint={members.find((one) => one.extension === extension.trim())?.name}
          error={tried && isBad ? t('team.badExtension') : null}
        >
          {(ids) => (
            <input
              {...ids}
              className="input"
              inputMode="numeric"
              autoComplete="off"
              maxLength={6}
              list={list}
              value={extension}
              data-testid="pairing-extension"
              onChange={(event) => {
                setTried(false);
                usePairing.setState({ extension: event.target.value });
              }}
            />
          )}
        </Field>
        <Field label={t('team.codeName')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              autoComplete="off"
              maxLength={100}
              value={name}
              data-testid="pairing-name"
              onChange={(event) => usePairing.setState({ name: event.target.value })}
            />
          )}
        </Field>
        <div className="field">
          <span className="field-label">{t('team.codeRole')}</span>
          <Segments<Role>
            label={t('team.codeRole')}
            testId="pairing-role"
            value={role}
            options={ROLES.map((value) => ({ value, label: t(`teamRole.${value}`) }))}
            onChange={(value) => usePairing.setState({ role: value })}
          />
          <p className="field-hint">{t(`team.roleHint-${role}`)}</p>
        </div>
      </div>
      <div className="pairing-make">
        <Button tone="primary" submit disabled={busy} data-testid="pairing-make">
          {t('team.makeCode')}
        </Button>
        <p className="setting-error" role="status">
          {error === null ? '' : errorText(t, error)}
        </p>
      </div>
    </form>
  );
}
