// SPDX-License-Identifier: MIT
import { Braces } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { CALL_VARIABLES, CHAT_VARIABLES, unknownVariables } from '../../../../src-shared/journal/variables.ts';
import { useT } from '../../../i18n/index.ts';
import { Foreign } from '../../../ui/controls.tsx';
import { Menu } from '../../../ui/Menu.tsx';
import type { TextName } from './example-call.ts';

const LENGTHS: Readonly<Record<TextName, number>> = {
  subject: 500,
  answeredInbound: 2000,
  missed: 2000,
  answeredOutbound: 2000,
  unansweredOutbound: 2000,
  chatSubject: 500,
};

/** One text of the journal with its variables, what in it is no variable, and how it reads. Saved on leaving it. */
export function JournalText({
  name,
  stored,
  preview,
  onSave,
}: {
  readonly name: TextName;
  readonly stored: string;
  /** How a text reads for the example. */
  readonly preview: (text: string) => string;
  readonly onSave: (text: string) => Promise<unknown>;
}) {
  const t = useT();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? stored;
  const variables = name === 'chatSubject' ? CHAT_VARIABLES : CALL_VARIABLES;
  const unknown = unknownVariables(text, variables);
  const label = t(`crmSet.text-${name}`);

  const keep = async (next: string) => {
    if (next !== stored) await onSave(next);
    setTyped((now) => (now === next ? null : now));
  };
  /** Where the caret is, or at the end. */
  const insert = (variable: string) => {
    const start = area.current?.selectionStart ?? text.length;
    const end = area.current?.selectionEnd ?? text.length;
    const next = `${text.slice(0, start)}[${variable}]${text.slice(end)}`.slice(0, LENGTHS[name]);
    setTyped(next);
    void keep(next);
    const caret = start + variable.length + 2;
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(caret, caret);
    });
  };
  return (
    <div className="journal-text">
      <div className="journal-text-head">
        <label htmlFor={id}>{label}</label>
        <Menu
          text={t('crmSet.insert')}
          label={t('crmSet.insertInto', { text: label })}
          icon={Braces}
          choices={variables.map((one) => ({ id: one, label: `[${one}]` }))}
          testId={`insert-${name}`}
          onChoose={insert}
        />
      </div>
      <textarea
        ref={area}
        id={id}
        className="input"
        rows={2}
        spellCheck={false}
        maxLength={LENGTHS[name]}
        aria-describedby={`${id}-below`}
        aria-invalid={unknown.length > 0}
        value={text}
        data-testid={`text-${name}`}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => void keep(text)}
      />
      <div id={`${id}-below`} className="journal-text-below">
        {unknown.length === 0 ? null : (
          <p className="field-error" role="status" data-testid={`unknown-${name}`}>
            {t('crmSet.unknownVariable', { names: unknown.map((one) => `[${one}]`).join(', ') })}
          </p>
        )}
        <p className="quiet row-small">
          <span className="screen-reader">{t('crmSet.preview')} </span>
          <Foreign data-testid={`preview-${name}`}>{preview(text) || t('crmSet.previewEmpty')}</Foreign>
        </p>
      </div>
    </div>
  );
}
