// SPDX-License-Identifier: MIT

import { ExternalLink, Mic, MicOff, Pause, Phone, PhoneOff, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { CallIcon } from '../features/calls/CallIcon.tsx';
import { abilities, callLine, callNumber, callTitle, phaseText } from '../features/calls/call-text.ts';
import { Timer } from '../features/calls/Timer.tsx';
import { useApp } from '../features/state/store.ts';
import { errorText, useT } from '../i18n/index.ts';
import { Button, Foreign } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { keyText } from '../ui/key-text.ts';

const selectKeys = (app: AppState) => app.settings;
const selectPlatform = (app: AppState) => app.platform;

const NEXT_CALL: CallView = {
  key: '',
  viewId: '',
  formerKeys: [],
  pbxCallId: null,
  direction: 'in',
  number: '',
  networkName: null,
  did: null,
  startedAt: 0,
  answeredAt: null,
  endedAt: null,
  duration: 0,
  disposition: null,
  answeredBy: null,
  legs: [],
  session: null,
  causeCode: null,
  isRecorded: false,
  recordIds: [],
  phase: 'ringing',
  contact: null,
  numberText: '',
  didText: null,
  mine: true,
};

/**
 * One call in the popup. Rows have fixed heights in every phase, so the card never changes size under the pointer.
 * Without a call it is the card of the next one: unseen and out of reach, laid out as for a call that comes in.
 */
export function PopupCall({ call: given }: { readonly call: CallView | null }) {
  const call = given ?? NEXT_CALL;
  const t = useT();
  const { run, error } = useAction();
  const settings = useApp(selectKeys);
  const platform = useApp(selectPlatform);
  const can = abilities(call);
  const title = callTitle(call, t);
  const number = callNumber(call, t);
  const ringing = ringsHere(call);
  const first = useFirstControl(call);

  return (
    <article
      className="popup-call"
      data-testid={given === null ? undefined : 'popup-call'}
      data-waiting={given === null ? '' : undefined}
      data-call-key={call.key}
      data-phase={call.phase}
      data-direction={call.direction}
      aria-label={t('call.named', { name: title })}
    >
      <header className="popup-head">
        <CallIcon call={call} />
        <p className="popup-state cut" aria-live="polite" data-testid="popup-state">
          {phaseText(call, t)}
        </p>
        <Timer call={call} testId="popup-timer" />
      </header>

      <Foreign className="popup-name cut selectable" data-testid="popup-name">
        {title}
      </Foreign>
      <p className="popup-line selectable">
        <Foreign className="cut popup-number" data-testid="popup-number" hidden={number === ''}>
          {call.numberText || call.number}
        </Foreign>
        <Foreign className="cut popup-did quiet" data-testid="popup-did">
          {callLine(call, t)}
        </Foreign>
      </p>
      <div className="popup-line">
        <Foreign className="cut quiet" data-testid="popup-company">
          {call.contact?.company ?? ''}
        </Foreign>
        {call.contact?.url ? (
          <Button
            size="small"
            icon={ExternalLink}
            className="popup-crm"
            data-testid="popup-crm"
            onClick={() => void run(() => request('link.open', call.contact?.url ?? ''))}
          >
            {t('call.openCard')}
          </Button>
        ) : (
          <span className="popup-crm quiet" data-testid="popup-crm">
            {call.contact === null ? t('call.notInContacts') : t('call.noCard')}
          </span>
        )}
      </div>

      <div className="popup-actions">
        {call.phase === 'ended' ? null : ringing ? (
          <>
            <Button
              ref={first}
              tone="answer"
              size="large"
              icon={Phone}
              className="popup-half"
              disabled={!can.answer}
              data-testid="popup-answer"
              onClick={() => void run(() => request('call.answer', call.key, 'hold'))}
            >
              {t('call.answer')}
            </Button>
            <Button
              tone="danger"
              size="large"
              icon={PhoneOff}
              className="popup-half"
              disabled={!can.decline}
              data-testid="popup-decline"
              onClick={() => void run(() => request('call.decline', call.key))}
            >
              {t('call.decline')}
            </Button>
          </>
        ) : (
          <>
            <Button
              ref={first}
              size="large"
              className="popup-stack call-armed"
              icon={can.muted ? MicOff : Mic}
              aria-pressed={can.muted}
              disabled={!can.control}
              data-testid="popup-mute"
              onClick={() => void run(() => request('call.mute', call.key, !can.muted))}
            >
              {can.muted ? t('call.unmute') : t('call.mute')}
            </Button>
            <Button
              size="large"
              className="popup-stack call-armed"
              icon={can.onHold ? Play : Pause}
              aria-pressed={can.onHold}
              disabled={!can.control}
              data-testid="popup-hold"
              onClick={() => void run(() => request('call.hold', call.key, !can.onHold))}
            >
              {can.onHold ? t('call.resume') : t('call.hold')}
            </Button>
            <Button
              tone="danger"
              size="large"
              icon={PhoneOff}
              className="popup-half call-armed"
              disabled={!can.hangUp}
              data-testid="popup-hang-up"
              onClick={() => void run(() => request('call.hang-up', call.key))}
            >
              {t('call.hangUp')}
            </Button>
          </>
        )}
      </div>

      <p
        className={error ? 'popup-foot popup-foot-error' : 'popup-foot quiet'}
        aria-live="polite"
        data-testid="popup-foot"
      >
        {error ? (
          errorText(t, error)
        ) : ringing && call.session === null ? (
          t('call.waitingForSession')
        ) : ringing ? (
          <>
            <kbd>{keyText(settings.hotkeyAnswer, platform)}</kbd>
            <kbd>{keyText(settings.hotkeyDecline, platform)}</kbd>
          </>
        ) : null}
      </p>
    </article>
  );
}

/**
 * Puts the keyboard on the first control when it appears and nothing else has it: Answer while ringing, then Mute,
 * which does no harm when Enter is pressed once more.
 */
function useFirstControl(call: CallView) {
  const first = useRef<HTMLButtonElement>(null);
  const phase = call.phase;
  const hasSession = call.session !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the controls change, which these two say
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement === null) first.current?.focus();
  }, [phase, hasSession]);
  return first;
}
