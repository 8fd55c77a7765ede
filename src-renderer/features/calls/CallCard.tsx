// SPDX-License-Identifier: MIT

import { Grid3x3, Mic, MicOff, Pause, Phone, PhoneOff, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';
import type { CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { CallIcon } from './CallIcon.tsx';
import { abilities, callLine, callNumber, callTitle, phaseText } from './call-text.ts';
import { Keys } from './Keys.tsx';
import { Timer } from './Timer.tsx';
import './calls.css';

/**
 * One live call. Every control has one place for the whole life of the call and is only switched off when it does not
 * apply; the state line also takes an error, so that nothing moves.
 */
export function CallCard({ call }: { readonly call: CallView }) {
  const t = useT();
  const { run, error } = useAction();
  const [keypad, setKeypad] = useState(false);
  const can = abilities(call);
  const title = callTitle(call, t);
  const afterAnswer = useFocusAfterAnswer(can.control);
  const ringing = ringsHere(call);
  return (
    <article
      className="call-card"
      data-phase={call.phase}
      data-direction={call.direction}
      data-testid="call-card"
      data-call-key={call.key}
      aria-label={t('call.named', { name: title })}
    >
      <div className="call-who">
        <CallIcon call={call} />
        <div className="call-names">
          <Foreign className="call-name cut">{title}</Foreign>
          <p className="call-below cut quiet">
            <Foreign>{[callNumber(call, t), call.contact?.company].filter(Boolean).join(' · ')}</Foreign>
          </p>
        </div>
        <div className="call-right">
          <Timer call={call} testId="call-timer" />
          <Foreign className="call-below cut quiet">{callLine(call, t)}</Foreign>
        </div>
      </div>
      <p
        className={error ? 'call-state call-state-error' : 'call-state'}
        aria-live="polite"
        title={error ? errorText(t, error) : undefined}
      >
        {error ? errorText(t, error) : phaseText(call, t)}
      </p>
      <div className="call-controls">
        <IconButton
          ref={afterAnswer.next}
          icon={can.muted ? MicOff : Mic}
          size="large"
          label={can.muted ? t('call.unmute') : t('call.mute')}
          aria-pressed={can.muted}
          disabled={!can.control}
          data-testid="call-mute"
          onClick={() => void run(() => request('call.mute', call.key, !can.muted))}
        />
        <IconButton
          icon={can.onHold ? Play : Pause}
          size="large"
          label={can.onHold ? t('call.resume') : t('call.hold')}
          aria-pressed={can.onHold}
          disabled={!can.control}
          data-testid="call-hold"
          onClick={() => void run(() => request('call.hold', call.key, !can.onHold))}
        />
        <IconButton
          icon={Grid3x3}
          size="large"
          label={keypad ? t('call.hideKeypad') : t('call.keypad')}
          aria-pressed={keypad && can.control}
          aria-expanded={keypad && can.control}
          disabled={!can.control}
          data-testid="call-keypad"
          onClick={() => setKeypad(!keypad)}
        />
        <span className="call-gap" />
        {ringing ? (
          <Button
            tone="answer"
            size="large"
            icon={Phone}
            className="call-main"
            disabled={!can.answer}
            data-testid="call-answer"
            onClick={() => {
              afterAnswer.answered();
              void run(() => request('call.answer', call.key, 'hold'));
            }}
          >
            {t('call.answer')}
          </Button>
        ) : null}
        <Button
          tone="danger"
          size="large"
          icon={PhoneOff}
          className="call-main"
          disabled={ringing ? !can.decline : !can.hangUp}
          data-testid={ringing ? 'call-decline' : 'call-hang-up'}
          onClick={() => void run(() => request(ringing ? 'call.decline' : 'call.hang-up', call.key))}
        >
          {ringing ? t('call.decline') : t('call.hangUp')}
        </Button>
      </div>
      {keypad && can.control ? <Tones call={call} /> : null}
    </article>
  );
}

/** Answer goes away once it has done its work; the keyboard then goes on with Mute, which does no harm. */
function useFocusAfterAnswer(connected: boolean) {
  const next = useRef<HTMLButtonElement>(null);
  const waits = useRef(false);
  useEffect(() => {
    if (!connected || !waits.current) return;
    waits.current = false;
    if (document.activeElement === document.body) next.current?.focus();
  }, [connected]);
  const answered = () => {
    waits.current = true;
  };
  return { next, answered };
}

/** The keypad of a running call; the tones sent so far are shown, as on a telephone. */
function Tones({ call }: { readonly call: CallView }) {
  const t = useT();
  const { run, error } = useAction();
  const [sent, setSent] = useState('');
  const send = (tone: string) => {
    setSent((old) => (old + tone).slice(-24));
    void run(() => request('call.dtmf', call.key, tone));
  };
  return (
    <fieldset
      className="call-tones"
      aria-label={t('call.keypad')}
      onKeyDown={(event) => {
        if (/^[0-9*#]$/.test(event.key) && !event.ctrlKey && !event.metaKey) send(event.key);
      }}
    >
      <output className="call-sent cut" aria-label={t('call.tones')}>
        {error ? errorText(t, error) : sent || '·'}
      </output>
      <Keys name="dtmf" small onKey={send} />
    </fieldset>
  );
}
