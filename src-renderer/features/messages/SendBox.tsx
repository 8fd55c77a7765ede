// SPDX-License-Identifier: MIT
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type Ref, useId } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { smsSize } from './sms-parts.ts';

const LONGEST = 1500;

/** What is written and how many messages that is: each is charged. Enter sends, Shift and Enter begins a line. */
export function SendBox({
  text,
  onText,
  onSend,
  busy,
  error,
  disabled,
  area,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: () => void;
  readonly busy: boolean;
  readonly error: WireError | null;
  /** There is nobody to send it to. */
  readonly disabled: boolean;
  readonly area?: Ref<HTMLTextAreaElement>;
}) {
  const t = useT();
  const id = useId();
  const size = smsSize(text.trim());
  const tooLong = text.trim().length > LONGEST;
  const off = busy || disabled || tooLong || text.trim() === '';
  const send = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (!off) onSend();
  };
  const counted = t('messages.counted', {
    length: t('messages.length', { count: size.length }),
    parts: t('messages.parts', { count: size.parts }),
  });
  return (
    <form className="send" onSubmit={send}>
      {error ? (
        <p className="error-box send-error" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <textarea
        ref={area}
        className="input"
        rows={2}
        aria-label={t('messages.write')}
        aria-describedby={id}
        aria-invalid={tooLong}
        placeholder={t('messages.placeholder')}
        value={text}
        data-testid="message-text"
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
        }}
      />
      <Button tone="primary" submit icon={SendHorizontal} disabled={off} data-testid="message-send">
        {busy ? t('messages.sending') : t('messages.send')}
      </Button>
      <p id={id} className={tooLong ? 'field-error' : 'quiet row-small send-count'} data-testid="message-count">
        {tooLong
          ? t('messages.tooLong', { most: LONGEST })
          : text.trim() === ''
            ? ''
            : size.special && size.parts > 1
              ? `${counted} · ${t('messages.special')}`
              : counted}
      </p>
    </form>
  );
}
