// SPDX-License-Identifier: MIT
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';

import type { AppState, CallView, SessionMedia } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { comeIntoView, takeFocus, useAction } from '../../ui/hooks.ts';
import { type Shown, Suggestions } from '../dialer/Suggestions.tsx';
import { useSuggest } from '../dialer/use-suggest.ts';
import { useApp } from '../state/store.ts';
import { Asking } from './Asking.tsx';
import { partnerOf } from './call-actions.ts';
import { callTitle } from './call-text.ts';
import { rememberAsk, useAsk } from './panels.ts';
import { useSessionMedia } from './session-media.ts';
import './transfer.css';

const selectCalls = (app: AppState) => app.calls;

/**
 * Where a call goes. Its rows are the same in all states: whom, a list, one line that says how it stands, the actions.
 * Before the answer it sends the call on. After "Ask first" it shows both sides.
 */
export function TransferPanel({ call }: { readonly call: CallView }) {
  const t = useT();
  const calls = useApp(selectCalls);
  const ask = useAsk(call, calls);
  const send = ringsHere(call);
  return (
    <section
      ref={comeIntoView}
      className="transfer"
      aria-label={send ? t('call.sendOnTo') : t('call.transferPanel', { name: callTitle(call, t) })}
      data-testid="transfer-panel"
    >
      {ask === null ? (
        <Target call={call} send={send} partner={partnerOf(calls, call)} />
      ) : (
        <Asking call={call} ask={ask} />
      )}
    </section>
  );
}

function Target({
  call,
  send,
  partner,
}: {
  readonly call: CallView;
  readonly send: boolean;
  readonly partner: CallView | null;
}) {
  const t = useT();
  const { run, busy, error, clear } = useAction();
  const progress = useSessionMedia(call)?.transfer ?? null;
  const [text, setText] = useState('');
  const first = useRef<HTMLButtonElement>(null);
  const name = callTitle(call, t);
  const moving = progress === 'asked' || progress === 'ringing' || progress === 'done';
  const off = busy || moving || text.trim() === '';
  const change = (next: string) => {
    setText(next);
    clear();
  };

  const askFirst = async () => {
    const made = await run(() => request('call.dial', text.trim()));
    if (made !== undefined) rememberAsk(call, made.key);
  };
  const now = () => run(() => request(send ? 'call.deflect' : 'call.transfer', call.key, text.trim()));

  const status = error !== null ? errorText(t, error) : progressText(progress, name, t);
  return (
    <>
      <TargetField text={text} onText={change} send={send} disabled={moving} next={first} />
      <div className="transfer-status" data-failed={error !== null || progress === 'failed'}>
        <p className="cut" aria-live="polite" title={status || undefined} data-testid="transfer-status">
          {status || (send ? t('transfer.sendHint') : partner === null ? t('transfer.hint', { name }) : '')}
        </p>
        {status === '' && partner !== null && !send ? (
          <Button
            size="small"
            title={t('transfer.completeLong', { first: name, second: callTitle(partner, t) })}
            data-testid="transfer-partner"
            onClick={() => void run(() => request('call.transfer-to', call.key, partner.key))}
          >
            {t('transfer.completeLong', { first: name, second: callTitle(partner, t) })}
          </Button>
        ) : null}
      </div>
      <div className="transfer-actions">
        <Button
          ref={first}
          tone="primary"
          disabled={off}
          data-testid={send ? 'deflect-now' : 'transfer-now'}
          onClick={() => void now()}
        >
          {send ? t('transfer.send') : t('transfer.now')}
        </Button>
        {send ? null : (
          <Button disabled={off || partner !== null} data-testid="transfer-ask" onClick={() => void askFirst()}>
            {t('transfer.ask')}
          </Button>
        )}
      </div>
    </>
  );
}

function progressText(progress: SessionMedia['transfer'], name: string, t: T): string {
  if (progress === null) return '';
  return progress === 'failed' ? t('transfer.failed', { name }) : t(`transfer.${progress}`);
}

/** A field for names and numbers with its list below it, in the flow: it covers no control of another call. */
function TargetField({
  text,
  onText,
  send,
  disabled,
  next,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly send: boolean;
  readonly disabled: boolean;
  /** Where Enter goes once there is a number: it transfers nothing by itself. */
  readonly next: RefObject<HTMLButtonElement | null>;
}) {
  const t = useT();
  const listId = useId();
  const [active, setActive] = useState(-1);
  const [chosen, setChosen] = useState('');
  const { items, settled } = useSuggest(text === chosen ? '' : text);
  // A list that comes late must not put another entry under a choice already made.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the list is another one
  useEffect(() => setActive(-1), [items]);

  const choose = ({ number }: Pick<Shown, 'number'>) => {
    onText(number);
    setChosen(number);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (items.length === 0) return;
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((old) => ((old + 1 + step + items.length + 1) % (items.length + 1)) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const item = items[active];
      if (item !== undefined) choose(item);
      else next.current?.focus();
    }
  };
  const none = settled && items.length === 0 && text.trim().length > 1 && !/\d/.test(text);
  return (
    <>
      <input
        ref={takeFocus}
        className="input"
        type="text"
        role="combobox"
        aria-label={send ? t('transfer.sendTarget') : t('transfer.target')}
        aria-autocomplete="list"
        aria-expanded={items.length > 0}
        aria-controls={listId}
        aria-activedescendant={items[active] === undefined ? undefined : `${listId}-${active}`}
        placeholder={t('transfer.placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={500}
        disabled={disabled}
        value={text}
        data-testid="transfer-target"
        onChange={(event) => {
          onText(event.target.value);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="transfer-list">
        {none ? <p className="quiet">{t('transfer.nobody')}</p> : null}
        <Suggestions id={listId} items={items} active={active} onChoose={choose} testId="transfer-suggestions" />
      </div>
    </>
  );
}
