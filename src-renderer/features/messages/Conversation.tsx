// SPDX-License-Identifier: MIT
import { ArrowLeft, Check, CircleAlert, Clock, type LucideIcon, Phone, RotateCw } from 'lucide-react';
import { Fragment, useLayoutEffect, useRef } from 'react';
import type { MessageView } from '../../../src-shared/crm/view.ts';
import { request } from '../../bridge.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { clock, dayName, dayOf, daysAgo } from '../../ui/format.ts';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { dialNumber } from '../state/ui.ts';
import { SendBox } from './SendBox.tsx';
import { openConversation, useConversation, useMessagesUi, writeDraft } from './use-messages.ts';

/** The messages with one number, oldest first, and a box to answer. */
export function Conversation({ number, known }: { readonly number: string; readonly known: MessageView | null }) {
  const t = useT();
  const { loaded, older } = useConversation(number);
  const { run, busy, error } = useAction();
  const draft = useMessagesUi(({ drafts }) => drafts[number] ?? '');
  const last = loaded?.rows.at(-1) ?? known;
  const title = last?.name || last?.numberText || number;
  const send = async (text: string) => {
    await run(async () => {
      await request('messages.send', number, text);
      return true;
    });
  };
  const sendDraft = async () => {
    const text = draft.trim();
    // A message that fails is in the list with a way to send it again: the box is free at once.
    writeDraft(number, '');
    await send(text);
  };
  return (
    <section
      className="conversation"
      aria-label={t('messages.conversation', { name: title })}
      data-testid="conversation"
    >
      <header className="detail-title conversation-head">
        <IconButton
          icon={ArrowLeft}
          tone="ghost"
          className="detail-back"
          label={t('crmSet.backToList')}
          data-testid="conversation-back"
          onClick={() => openConversation(null)}
        />
        <div className="detail-names">
          <h1 className="cut selectable">
            <Foreign>{title}</Foreign>
          </h1>
          {last?.name ? (
            <p className="cut quiet selectable">
              <Foreign>{last.numberText || number}</Foreign>
            </p>
          ) : null}
        </div>
        <Button icon={Phone} data-testid="conversation-call" onClick={() => dialNumber(number)}>
          {t('messages.call')}
        </Button>
      </header>
      {loaded?.error ? (
        <p className="error-box" role="alert">
          {errorText(t, loaded.error)}
        </p>
      ) : null}
      <List
        rows={loaded?.rows ?? []}
        loading={loaded === null}
        hasOlder={loaded !== null && loaded.next !== null}
        onOlder={older}
        busy={busy}
        onAgain={(text) => void send(text)}
      />
      <SendBox
        area={takeFocus}
        text={draft}
        onText={(text) => writeDraft(number, text)}
        onSend={() => void sendDraft()}
        busy={busy}
        error={error}
        disabled={false}
      />
    </section>
  );
}

/** Stays at its end when a message comes, unless somebody reads further up. */
function List({
  rows,
  loading,
  hasOlder,
  onOlder,
  busy,
  onAgain,
}: {
  readonly rows: readonly MessageView[];
  readonly loading: boolean;
  readonly hasOlder: boolean;
  readonly onOlder: () => void;
  readonly busy: boolean;
  readonly onAgain: (text: string) => void;
}) {
  const t = useT();
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const before = useRef({ first: 0, height: 0 });
  const first = rows[0]?.id ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: measures after each list
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const isOlder = before.current.first !== 0 && first < before.current.first;
    if (isOlder) element.scrollTop += element.scrollHeight - before.current.height;
    else if (atEnd.current) element.scrollTop = element.scrollHeight;
    before.current = { first, height: element.scrollHeight };
  }, [rows]);
  return (
    <div
      ref={place}
      className="message-list"
      role="log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
      tabIndex={0}
      aria-label={t('messages.title')}
      aria-busy={loading}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        atEnd.current = scrollHeight - scrollTop - clientHeight < 8;
      }}
    >
      {hasOlder ? (
        <Button size="small" tone="ghost" className="message-older" data-testid="messages-older" onClick={onOlder}>
          {t('messages.older')}
        </Button>
      ) : null}
      {rows.map((row, index) => {
        const day = dayOf(row.at);
        const isNewDay = index === 0 || dayOf(rows[index - 1]?.at ?? 0) !== day;
        return (
          <Fragment key={row.id}>
            {isNewDay ? <p className="message-day quiet row-small">{dayText(day, t, language)}</p> : null}
            <Message row={row} busy={busy} onAgain={() => onAgain(row.text)} />
          </Fragment>
        );
      })}
    </div>
  );
}

function dayText(day: number, t: ReturnType<typeof useT>, language: ReturnType<typeof useLanguage>): string {
  const days = daysAgo(day, Date.now());
  if (days === 0) return t('history.today');
  return days === 1 ? t('history.yesterday') : dayName(day, language, Date.now());
}

const ICONS: Readonly<Record<MessageView['state'], LucideIcon | null>> = {
  received: null,
  sending: Clock,
  sent: Check,
  failed: CircleAlert,
};

function Message({
  row,
  busy,
  onAgain,
}: {
  readonly row: MessageView;
  readonly busy: boolean;
  readonly onAgain: () => void;
}) {
  const t = useT();
  const language = useLanguage();
  const Icon = ICONS[row.state];
  const who = row.direction === 'out' ? t('messages.you') : row.name || row.numberText;
  return (
    <div className="message" data-direction={row.direction} data-state={row.state} data-testid="message">
      <p className="message-text selectable">
        <span className="screen-reader">{`${who}: `}</span>
        <Foreign>{row.text}</Foreign>
      </p>
      <p className="message-below row-small">
        {Icon === null ? null : <Icon className="icon" aria-hidden="true" />}
        <span>{row.state === 'received' ? '' : t(`messages.${row.state}`)}</span>
        <span className="quiet">{clock(row.at, language)}</span>
        {row.state === 'failed' ? (
          <Button
            size="small"
            tone="ghost"
            icon={RotateCw}
            disabled={busy}
            data-testid="message-again"
            onClick={onAgain}
          >
            {t('messages.again')}
          </Button>
        ) : null}
      </p>
    </div>
  );
}
