// SPDX-License-Identifier: MIT
import { Plus, X } from 'lucide-react';
import { Button, Field, IconButton } from '../../ui/controls.tsx';

/** Several values of one kind, a field each, with one more on demand. */
export function ManyFields({
  values,
  words,
  problems,
  most,
  longest,
  mode,
  testId,
  onChange,
}: {
  readonly values: readonly string[];
  readonly words: {
    readonly all: string;
    readonly one: (index: number) => string;
    readonly remove: (index: number) => string;
    readonly add: string;
  };
  /** What is wrong with each, null for nothing. */
  readonly problems: readonly (string | null)[];
  readonly most: number;
  readonly longest: number;
  readonly mode: 'tel' | 'email';
  readonly testId: string;
  readonly onChange: (values: readonly string[]) => void;
}) {
  const shown = values.length === 0 ? [''] : values;
  return (
    <fieldset className="contact-fields" aria-label={words.all}>
      {shown.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: it has no other identity while it is typed
        <div key={index} className="contact-number">
          <Field label={words.one(index + 1)} error={problems[index]}>
            {(ids) => (
              <input
                {...ids}
                className="input"
                inputMode={mode}
                autoComplete="off"
                spellCheck={false}
                maxLength={longest}
                value={value}
                data-testid={`${testId}-${index + 1}`}
                onChange={(event) => onChange(shown.with(index, event.target.value))}
              />
            )}
          </Field>
          <IconButton
            icon={X}
            tone="ghost"
            label={words.remove(index + 1)}
            disabled={shown.length === 1}
            onClick={() => onChange(shown.toSpliced(index, 1))}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        disabled={shown.length >= most}
        data-testid={testId.replace('contact-', 'contact-add-')}
        onClick={() => onChange([...shown, ''])}
      >
        {words.add}
      </Button>
    </fieldset>
  );
}
