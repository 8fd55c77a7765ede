// SPDX-License-Identifier: MIT
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Field, IconButton } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { isNumber } from '../../ui/valid.ts';
import { SendBox } from './SendBox.tsx';
import { openConversation, useMessagesUi, writeDraft } from './use-messages.ts';

/** A message to a number that is typed; once it is on its way its conversation opens. */
export function NewMessage() {
  const t = useT();
  const { run, busy, error } = useAction();
  const draft = useMessagesUi(({ drafts }) => drafts[''] ?? '');
  const [number, setNumber] = useState('');
  const [tried, setTried] = useState(false);
  const isGood = isNumber(number) && number.replace(/\D/g, '').length >= 5;

  const send = async () => {
    setTried(true);
    if (!isGood) return;
    const sent = await run(async () => {
      const { target } = await request('call.preview', number);
      await request('messages.send', target, draft.trim());
      return target;
    });
    if (sent === undefined) return;
    writeDraft('', '');
    openConversation(sent);
  };
  return (
    <section className="conversation" aria-label={t('messages.new')} data-testid="message-new">
      <header className="detail-title conversation-head">
        <IconButton
          icon={ArrowLeft}
          tone="ghost"
          className="detail-back"
          label={t('crmSet.backToList')}
          onClick={() => openConversation(null)}
        />
        <h1>{t('messages.new')}</h1>
      </header>
      <div className="message-list">
        <Field label={t('messages.to')} error={tried && !isGood ? t('messages.needNumber') : null}>
          {(ids) => (
            <input
              {...ids}
              ref={takeFocus}
              className="input"
              inputMode="tel"
              autoComplete="off"
              maxLength={60}
              placeholder={t('messages.toPlaceholder')}
              value={number}
              data-testid="message-to"
              onChange={(event) => setNumber(event.target.value)}
            />
          )}
        </Field>
      </div>
      <SendBox
        text={draft}
        onText={(text) => writeDraft('', text)}
        onSend={() => void send()}
        busy={busy}
        error={error}
        disabled={false}
      />
    </section>
  );
}
