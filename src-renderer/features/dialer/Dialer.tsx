// SPDX-License-Identifier: MIT
import { Delete, Phone, PhoneIncoming, RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, IconButton } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { Keys } from '../calls/Keys.tsx';
import { useApp } from '../state/store.ts';
import { takeCallNow, useUi } from '../state/ui.ts';
import { Preview } from './Preview.tsx';
import { type Shown, Suggestions } from './Suggestions.tsx';
import { useCrmSuggest } from './use-crm-suggest.ts';
import { useDialText } from './use-dial-text.ts';

/** Whether a call made now goes by callback: chosen, or because this computer is not registered. */
const callsBack = ({ settings, registration }: AppState) =>
  settings.dialMode === 'callback' || (settings.dialMode === 'auto' && registration.state !== 'registered');
const hasPickup = (app: AppState) => app.settings.pickupCode !== '';

/** One field for names and numbers; what will be dialled is shown before it is. */
export function Dialer() {
  const t = useT();
  const listId = useId();
  const previewId = useId();
  const input = useRef<HTMLInputElement>(null);
  const dial = useUi((ui) => ui.dial);
  const focusDialer = useUi((ui) => ui.focusDialer);
  const [text, setText] = useState(dial.text);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const [noRedial, setNoRedial] = useState(false);
  const byCallback = useApp(callsBack);
  const canPickup = useApp(hasPickup);
  const { preview, suggestions: local, settled } = useDialText(text);
  const crm = useCrmSuggest(text);
  const suggestions: readonly Shown[] = [...local, ...crm.items];
  const { run, busy, error, clear } = useAction();
  const shown = open && (suggestions.length > 0 || crm.note !== '');
  // A name without a match is a mistake only once the person wants to dial it.
  const invalid = error !== null || (preview?.error !== null && preview?.error !== undefined && /\d/.test(text));

  // A list that comes late must not put another entry under a choice already made; what a CRM adds stands below.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the list is another one
  useEffect(() => setActive(-1), [local]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each hand-over counts, also one of the same text
  useEffect(() => {
    if (dial.seq === 0) return;
    change(dial.text);
    setOpen(false);
    if (takeCallNow()) void callText(dial.text);
  }, [dial.seq]);
  useEffect(() => {
    if (focusDialer > 0) input.current?.focus();
  }, [focusDialer]);

  function change(next: string) {
    setText(next.slice(0, 500));
    setActive(-1);
    setNoRedial(false);
    clear();
  }

  function type(key: string) {
    const field = input.current;
    const start = field?.selectionStart ?? text.length;
    const end = field?.selectionEnd ?? text.length;
    change(text.slice(0, start) + key + text.slice(end));
    setOpen(true);
    requestAnimationFrame(() => field?.setSelectionRange(start + key.length, start + key.length));
  }

  async function call() {
    setOpen(false);
    if (text.trim() === '') return fillLast();
    await callText(text);
    input.current?.focus();
  }

  async function callText(number: string) {
    const done = await run(() => request('call.dial', number));
    if (done !== undefined) setText('');
  }

  /** Calls the last number again: the button says so, and so there is nothing to check first. */
  async function redial() {
    const done = await run(() => request('call.redial'));
    setNoRedial(done === null);
    input.current?.focus();
  }

  /** Picks up what rings at the extension in the field. */
  async function pickup() {
    const extension = preview?.value?.target ?? '';
    const done = await run(() => request('call.pickup', extension));
    if (done !== undefined) setText('');
  }

  /** Puts the last number called into the field; pressing Call once more dials it. */
  async function fillLast() {
    const page = await run(() =>
      request('history.page', {
        before: null,
        limit: 1,
        filter: { direction: 'out', missed: false, disposition: null, search: '' },
      }),
    );
    const number = page?.rows[0]?.call.number;
    if (number) change(number);
    input.current?.focus();
  }

  function choose(suggestion: Shown) {
    change(suggestion.number);
    setOpen(false);
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (suggestions.length === 0) return;
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((old) => (old + step + suggestions.length + 1) % (suggestions.length + 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = shown ? suggestions[active] : undefined;
      if (chosen !== undefined) choose(chosen);
      else void call();
    } else if (event.key === 'Escape') {
      if (shown) setOpen(false);
      else change('');
    }
  }

  return (
    <section className="dialer" aria-label={t('nav.phone')}>
      <div className="dialer-entry">
        <input
          ref={input}
          className="dialer-input"
          type="text"
          role="combobox"
          aria-label={t('dialer.label')}
          aria-autocomplete="list"
          aria-expanded={shown}
          aria-controls={listId}
          aria-activedescendant={
            shown && active >= 0 && active < suggestions.length ? `${listId}-${active}` : undefined
          }
          aria-describedby={previewId}
          aria-invalid={invalid}
          placeholder={t('dialer.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={text}
          data-testid="dialer-input"
          onChange={(event) => {
            change(event.target.value);
            setOpen(true);
          }}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        {text === '' ? null : (
          <IconButton
            icon={Delete}
            tone="ghost"
            className="dialer-erase"
            label={t('dialer.erase')}
            onClick={() => {
              change(text.slice(0, -1));
              input.current?.focus();
            }}
          />
        )}
        <Preview
          id={previewId}
          text={text}
          from={text === dial.text ? dial.from : 'app'}
          handedOver={dial.seq > 0 && text === dial.text}
          preview={preview}
          settled={settled}
          hasSuggestions={suggestions.length > 0}
          byCallback={byCallback}
          error={error !== null ? errorText(t, error) : noRedial ? t('dialer.noRedial') : null}
        />
        {shown ? (
          <Suggestions
            id={listId}
            items={suggestions}
            note={crm.note}
            active={active}
            onChoose={choose}
            className="dialer-suggestions"
            testId="dialer-suggestions"
          />
        ) : null}
      </div>
      <Keys name="dialer" onKey={type} onLongPress={() => type('+')} />
      <div className={canPickup ? 'dialer-actions dialer-actions-pickup' : 'dialer-actions'}>
        <IconButton
          icon={RotateCcw}
          size="large"
          label={t('dialer.redial')}
          disabled={busy}
          data-testid="dialer-redial"
          onClick={() => void redial()}
        />
        {canPickup ? (
          <IconButton
            icon={PhoneIncoming}
            size="large"
            label={t('dialer.pickup')}
            disabled={busy || !settled || preview?.value?.kind !== 'extension'}
            data-testid="dialer-pickup"
            onClick={() => void pickup()}
          />
        ) : null}
        <Button
          tone="answer"
          size="large"
          icon={Phone}
          disabled={busy}
          data-testid="dialer-call"
          onClick={() => void call()}
        >
          {t('dialer.call')}
        </Button>
      </div>
    </section>
  );
}
