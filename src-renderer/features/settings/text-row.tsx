// SPDX-License-Identifier: MIT
import { type ReactNode, useId, useState } from 'react';
import { useT } from '../../i18n/index.ts';

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
