// SPDX-License-Identifier: MIT
import type { Settings } from '../../../src-shared/settings.ts';
import { Segments } from '../../ui/Segments.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { linesOf } from '../../ui/valid.ts';
import { Row, TextRow } from './text-row.tsx';
import { useSetting } from './use-setting.ts';

export { Row, TextRow };

type NamesOf<V> = { [K in keyof Settings]: Settings[K] extends V ? K : never }[keyof Settings];
type Editable<V> = Exclude<NamesOf<V>, 'pbxId' | 'extension' | 'accountOffsetMinutes'>;

/** On or off, wherever it is kept. */
export function SwitchRow({
  label,
  hint,
  error = null,
  value,
  onChange,
  disabled = false,
  testId,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly disabled?: boolean;
  readonly testId: string;
}) {
  return (
    <Row label={label} hint={hint} error={error}>
      <Toggle label={label} value={value} disabled={disabled} testId={testId} onChange={onChange} />
    </Row>
  );
}

export function ToggleRow({
  name,
  label,
  hint,
}: {
  readonly name: Editable<boolean>;
  readonly label: string;
  readonly hint?: string;
}) {
  const { value, save, error } = useSetting(name);
  return (
    <SwitchRow
      label={label}
      {...(hint === undefined ? {} : { hint })}
      error={error}
      value={value}
      testId={`settings-${name}`}
      onChange={(next) => void save(next)}
    />
  );
}

export function ChoiceRow<K extends 'theme' | 'language' | 'autoAnswer' | 'dialMode' | 'dtmf'>({
  name,
  label,
  hint,
  options,
}: {
  readonly name: K;
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: Settings[K]; readonly label: string }[];
}) {
  const { value, save, error } = useSetting(name);
  return (
    <Row label={label} hint={hint} error={error}>
      <Segments<Settings[K]>
        label={label}
        value={value}
        options={options}
        testId={`settings-${name}`}
        onChange={(next) => void save(next)}
      />
    </Row>
  );
}

type CheckedProps<K> = {
  readonly name: K;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly check: (text: string) => string | null;
  readonly tidy?: (text: string) => string;
};

export function StringRow({
  name,
  label,
  hint,
  check,
  tidy = (text) => text,
}: CheckedProps<
  | 'country'
  | 'apiBaseUrl'
  | 'sipDomain'
  | 'sipRealm'
  | 'relayPath'
  | 'publicUrl'
  | 'accountTimeZone'
  | 'pickupCode'
  | 'parkCode'
>) {
  const { value, save, error } = useSetting(name);
  return (
    <TextRow
      label={label}
      hint={hint}
      testId={`settings-${name}`}
      stored={value}
      check={(text) => check(tidy(text))}
      save={(text) => save(tidy(text))}
      error={error}
    />
  );
}

export function NumberRow({
  name,
  label,
  hint,
  check,
}: CheckedProps<'relayPort' | 'historyDays' | 'pollMinutes' | 'reminderSnoozeMinutes'>) {
  const { value, save, error } = useSetting(name);
  return (
    <TextRow
      label={label}
      hint={hint}
      testId={`settings-${name}`}
      stored={String(value)}
      check={check}
      save={(text) => save(Number(text))}
      error={error}
    />
  );
}

/** Kept in milliseconds, shown in whole seconds. */
export function SecondsRow({ name, label, hint, check }: CheckedProps<'autoAnswerAfter'>) {
  const { value, save, error } = useSetting(name);
  return (
    <TextRow
      label={label}
      hint={hint}
      testId={`settings-${name}`}
      stored={String(Math.round(value / 1000))}
      check={check}
      save={(text) => save(Number(text) * 1000)}
      error={error}
    />
  );
}

export function LinesRow({ name, label, hint, check }: CheckedProps<'stunUrls' | 'relaySources' | 'sipWssUrls'>) {
  const { value, save, error } = useSetting(name);
  return (
    <TextRow
      lines
      label={label}
      hint={hint}
      testId={`settings-${name}`}
      stored={value.join('\n')}
      check={(text) =>
        linesOf(text)
          .map(check)
          .find((found) => found !== null) ?? null
      }
      save={(text) => save(linesOf(text))}
      error={error}
    />
  );
}
