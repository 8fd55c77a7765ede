// SPDX-License-Identifier: MIT
import { type ReactNode, useId, useState } from 'react';
import type { Settings } from '../../../src-shared/settings.ts';
import { useT } from '../../i18n/index.ts';
import { Segments } from '../../ui/Segments.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { linesOf } from '../../ui/valid.ts';
import { useSetting } from './use-setting.ts';

type NamesOf<V> = { [K in keyof Settings]: Settings[K] extends V ? K : never }[keyof Settings];
type Editable<V> = Exclude<NamesOf<V>, 'pbxId' | 'extension' | 'accountOffsetMinutes'>;

/** Label and hint on the left, control on the right, an error below it. */
export function Row({
  label,
  hint,
  error,
  htmlFor,
  belowId,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | null;
  readonly htmlFor?: string;
  readonly belowId?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="setting">
      <div className="setting-label">
        {htmlFor === undefined ? (
          <span className="field-label">{label}</span>
        ) : (
          <label htmlFor={htmlFor}>{label}</label>
        )}
        {hint ? <p className="setting-hint">{hint}</p> : null}
      </div>
      <div className="setting-control">
        {children}
        <p id={belowId} className="setting-error" aria-live="polite">
          {error ?? ''}
        </p>
      </div>
    </div>
  );
}

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

type TextProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly testId: string;
  readonly stored: string;
  /** Why the text cannot be saved, or null. */
  readonly check: (text: string) => string | null;
  readonly save: (text: string) => Promise<boolean | undefined>;
  readonly error: string | null;
  readonly lines?: boolean;
  readonly disabled?: boolean;
  /** What is "saved" here is kept for later only, so it is not said. */
  readonly isDraft?: boolean;
  /** Id of a `datalist` with what could be typed. */
  readonly list?: string;
};

/** Saves on Enter and on leaving the field. A text that cannot be saved stays as typed, with the reason below. */
export function TextRow({
  label,
  hint,
  testId,
  stored,
  check,
  save,
  error,
  lines = false,
  disabled = false,
  isDraft = false,
  list,
}: TextProps) {
  const id = useId();
  const t = useT();
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [saved, setSaved] = useState(false);
  const text = typed ?? stored;
  const wrong = problem ?? error;

  async function commit() {
    if (typed === null || typed.trim() === stored) {
      if (typed !== null) setTyped(null);
      setProblem(null);
      return;
    }
    const found = check(typed.trim());
    setProblem(found);
    if (found !== null) return;
    if (await save(typed.trim())) {
      setTyped(null);
      setSaved(!isDraft);
    }
  }

  const common = {
    id,
    className: 'input',
    value: text,
    disabled,
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': wrong !== null,
    'aria-describedby': `${id}-below`,
    'data-testid': testId,
    onBlur: () => void commit(),
  };
  const change = (next: string) => {
    setTyped(next);
    setProblem(null);
    setSaved(false);
    // A draft costs nothing: that there is one is seen at once.
    if (isDraft && check(next.trim()) === null) void save(next.trim());
  };
  return (
    <Row label={label} hint={hint} error={wrong} htmlFor={id} belowId={`${id}-below`}>
      {lines ? (
        <textarea {...common} rows={2} maxLength={2000} onChange={(event) => change(event.target.value)} />
      ) : (
        <input
          {...common}
          list={list}
          maxLength={300}
          onChange={(event) => change(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void commit();
          }}
        />
      )}
      <span className="setting-saved quiet" aria-live="polite">
        {saved && wrong === null ? t('settings.saved') : ''}
      </span>
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
