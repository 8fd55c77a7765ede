// SPDX-License-Identifier: MIT
import { CircleAlert, MessageSquare, MessageSquarePlus, Search } from 'lucide-react';
import { useState } from 'react';
import type { MessageView } from '../../../src-shared/crm/view.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Empty, Foreign, IconButton } from '../../ui/controls.tsx';
import { whenText } from '../../ui/format.ts';
import { useApp } from '../state/store.ts';
import { Conversation } from './Conversation.tsx';
import { canSend } from './can-send.ts';
import { NewMessage } from './NewMessage.tsx';
import { openConversation, useConversations, useMessagesUi } from './use-messages.ts';
import '../../i18n/screens.ts';
import '../../ui/split.css';
import './messages.css';

/** Conversations on the left, one of them on the right. */
export default function MessagesScreen() {
  const t = useT();
  const { list, error, load } = useConversations();
  const able = useApp(canSend);
  const open = useMessagesUi(({ number }) => number);
  const [search, setSearch] = useState('');
  const shown = list?.filter((one) => fits(one, search)) ?? [];
  return (
    <div className={open === null ? 'split screen' : 'split screen split-open'} data-testid="messages">
      <section className="split-list" aria-label={t('messages.title')}>
        <div className="list-tools list-tools-row">
          <label className="search">
            <Search className="icon" aria-hidden="true" />
            <input
              type="search"
              className="input"
              aria-label={t('messages.search')}
              placeholder={t('messages.search')}
              maxLength={100}
              value={search}
              data-testid="messages-search"
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
          <IconButton
            icon={MessageSquarePlus}
            label={t('messages.new')}
            disabled={!able}
            data-testid="messages-new"
            onClick={() => openConversation('')}
          />
        </div>
        {error ? (
          <div className="empty" role="alert">
            <p className="error-box">{errorText(t, error)}</p>
            <Button onClick={load}>{t('app.retry')}</Button>
          </div>
        ) : list === null ? (
          <div className="empty" aria-busy="true" />
        ) : list.length === 0 ? (
          <Empty icon={MessageSquare} title={t('messages.none')} text={t('messages.noneText')} />
        ) : shown.length === 0 ? (
          <Empty icon={MessageSquare} title={t('messages.nothingFound')} />
        ) : (
          <ul className="conversations" aria-label={t('messages.list')}>
            {shown.map((one) => (
              <Item key={one.number} last={one} open={one.number === open} />
            ))}
          </ul>
        )}
      </section>
      {open === null ? (
        <div className="split-detail split-none">
          <Empty icon={MessageSquare} title={t('messages.selectOne')} />
        </div>
      ) : open === '' ? (
        <NewMessage />
      ) : (
        <Conversation key={open} number={open} known={list?.find(({ number }) => number === open) ?? null} />
      )}
    </div>
  );
}

function fits({ name, number, numberText, text }: MessageView, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  const digits = wanted.replace(/[\s()+.-]/g, '');
  const words = [name ?? '', text].some((part) => part.toLowerCase().includes(wanted));
  return (
    wanted === '' ||
    words ||
    (digits !== '' && [number, numberText].some((part) => part.replace(/\D/g, '').includes(digits)))
  );
}

function Item({ last, open }: { readonly last: MessageView; readonly open: boolean }) {
  const t = useT();
  const language = useLanguage();
  const said = last.direction === 'out' ? t('messages.preview', { text: last.text }) : last.text;
  return (
    <li>
      <button
        type="button"
        className="conversation-item"
        aria-current={open ? 'true' : undefined}
        data-testid="conversation-item"
        onClick={() => openConversation(last.number)}
      >
        <Foreign className="cut row-name">{last.name || last.numberText || last.number}</Foreign>
        <span className="quiet row-small">{whenText(last.at, language, Date.now())}</span>
        <span className="conversation-last quiet row-small">
          {last.state === 'failed' ? (
            <span className="conversation-failed">
              <CircleAlert className="icon" aria-hidden="true" />
              {t('messages.failed')}
            </span>
          ) : null}
          <Foreign className="cut">{said}</Foreign>
        </span>
      </button>
    </li>
  );
}
