// SPDX-License-Identifier: MIT
import { Eye, EyeOff } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../i18n/index.ts';
import { IconButton } from './controls.tsx';
import { takeFocus } from './hooks.ts';

/** A password field that can be looked at. */
export function SecretInput({
  value,
  onChange,
  testId,
  autoFocus = false,
  ...ids
}: {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly testId: string;
  readonly autoFocus?: boolean;
}) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <div className="secret">
      <input
        {...ids}
        className="input"
        type={shown ? 'text' : 'password'}
        ref={autoFocus ? takeFocus : null}
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        value={value}
        data-testid={testId}
        onChange={(event) => onChange(event.target.value)}
      />
      <IconButton
        icon={shown ? EyeOff : Eye}
        tone="ghost"
        size="small"
        label={shown ? t('setup.conceal') : t('setup.reveal')}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      />
    </div>
  );
}
