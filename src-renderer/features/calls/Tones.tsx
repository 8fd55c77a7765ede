// SPDX-License-Identifier: MIT
import { type ClipboardEvent, useState } from 'react';
import type { CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { Keys } from './Keys.tsx';

/** The keypad of a running call: keys, typing and pasting send tones; those sent are shown, as on a telephone. */
export function Tones({ call }: { readonly call: CallView }) {
  const t = useT();
  const { run, error } = useAction();
  const [sent, setSent] = useState('');
  const send = (tones: string) => {
    setSent((old) => (old + tones).slice(-24));
    void run(() => request('call.dtmf', call.key, tones));
  };
  const onPaste = (event: ClipboardEvent) => {
    const tones = event.clipboardData
      .getData('text')
      .toUpperCase()
      .replaceAll(/[^0-9*#A-D,]/g, '');
    if (tones !== '') send(tones.slice(0, 32));
  };
  return (
    <fieldset
      ref={takeFocus}
      // The keyboard goes to the keypad as a whole: typing sends.
      tabIndex={-1}
      className="call-tones"
      aria-label={t('call.keypad')}
      onPaste={onPaste}
      onKeyDown={(event) => {
        if (/^[0-9*#,]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) send(event.key);
      }}
    >
      <output className="call-sent cut" aria-label={t('call.tones')} title={t('call.pauseKey')} data-testid="call-sent">
        {error ? errorText(t, error) : sent || '·'}
      </output>
      <Keys name="dtmf" small onKey={send} />
    </fieldset>
  );
}
