// SPDX-License-Identifier: MIT
import { useState } from 'react';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button } from '../../../ui/controls.tsx';
import { useAction } from '../../../ui/hooks.ts';
import { SecretInput } from '../../../ui/SecretInput.tsx';
import { Row, SwitchRow, TextRow } from '../../settings/rows.tsx';
import { useCrmSettings } from '../use-crm-settings.ts';

type Common = {
  readonly connector: ConnectorSettings;
  /** Key in `options`, as the connector reads it. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
};

/** Saves one of a connector's options. Undefined takes it away, so that the connector's own default counts. */
export function useOption({ id }: ConnectorSettings) {
  const { error, changeConnector } = useCrmSettings();
  const save = (name: string, value: unknown) =>
    changeConnector(id, (one) => {
      const { [name]: _, ...others } = one.options;
      return { ...one, options: value === undefined ? others : { ...others, [name]: value } };
    });
  return { error, save };
}

export function OptionText({
  connector,
  name,
  label,
  hint,
  check = () => null,
  fallback = '',
}: Common & { readonly check?: (text: string) => string | null; readonly fallback?: string }) {
  const { error, save } = useOption(connector);
  const stored = connector.options[name];
  return (
    <TextRow
      label={label}
      hint={hint}
      testId={`option-${name}`}
      stored={stored === undefined ? fallback : String(stored)}
      check={(text) => (text === '' ? null : check(text))}
      save={(text) => save(name, text === '' ? undefined : text)}
      error={error}
    />
  );
}

/** A whole number; empty is the connector's default. */
export function OptionNumber({
  connector,
  name,
  label,
  hint,
  fallback,
  check,
}: Common & { readonly fallback: number; readonly check: (text: string) => string | null }) {
  const { error, save } = useOption(connector);
  return (
    <TextRow
      label={label}
      hint={hint}
      testId={`option-${name}`}
      stored={String(connector.options[name] ?? fallback)}
      check={(text) => (text === '' ? null : check(text))}
      save={(text) => save(name, text === '' ? undefined : Number(text))}
      error={error}
    />
  );
}

export function OptionSwitch({ connector, name, label, hint, fallback }: Common & { readonly fallback: boolean }) {
  const { error, save } = useOption(connector);
  const stored = connector.options[name];
  return (
    <SwitchRow
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={error}
      value={typeof stored === 'boolean' ? stored : fallback}
      testId={`option-${name}`}
      onChange={(value) => void save(name, value)}
    />
  );
}

/** What a connector signs in with. It goes into the keychain and never comes back, so only a new one can be typed. */
export function SecretRow({
  connector,
  name,
  label,
  hint,
  optional = false,
}: Common & { readonly optional?: boolean }) {
  const t = useT();
  const { run, busy, error } = useAction();
  const [typed, setTyped] = useState('');
  const [done, setDone] = useState<'kept' | 'removed' | null>(null);
  const below = `secret-${connector.id}-${name}`;
  const send = (value: string) =>
    run(async () => {
      await request('crm.secrets', connector.id, { [name]: value });
      setTyped('');
      setDone(value === '' ? 'removed' : 'kept');
    });
  return (
    <Row
      label={label}
      hint={hint}
      error={error ? errorText(t, error) : null}
      htmlFor={`${below}-input`}
      belowId={below}
    >
      <form
        className="secret-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== '') void send(typed);
        }}
      >
        <SecretInput
          id={`${below}-input`}
          aria-describedby={below}
          aria-invalid={error !== null}
          value={typed}
          testId={`secret-${name}`}
          onChange={(text) => {
            setTyped(text);
            setDone(null);
          }}
        />
        <Button submit disabled={busy || typed === ''} data-testid={`secret-${name}-save`}>
          {t('app.save')}
        </Button>
      </form>
      <p className="secret-below row-small quiet" role="status">
        {done === null ? t('crmSet.secretKept') : t(`crmSet.secret-${done}`)}
        {optional ? (
          <Button
            size="small"
            tone="ghost"
            disabled={busy}
            data-testid={`secret-${name}-remove`}
            onClick={() => void send('')}
          >
            {t('crmSet.secretForget')}
          </Button>
        ) : null}
      </p>
    </Row>
  );
}
