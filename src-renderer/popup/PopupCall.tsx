// SPDX-License-Identifier: MIT

import { ExternalLink } from 'lucide-react';
import { lazy, memo, Suspense, useEffect, useRef } from 'react';
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { CallIcon } from '../features/calls/CallIcon.tsx';
import { isMixed, otherConnected } from '../features/calls/call-actions.ts';
import { abilities, callLine, callNumber, callTitle, phaseText } from '../features/calls/call-text.ts';
import { type PanelKind, useOpenPanel } from '../features/calls/panels.ts';
import { Timer } from '../features/calls/Timer.tsx';
import { recordOf, useCaller } from '../features/crm/crm-state.ts';
import { useApp } from '../features/state/store.ts';
import { useT } from '../i18n/index.ts';
import { Button, Foreign } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { useCard } from './coming.ts';
import { AnswerRow, PopupMore, type Run, TalkRow } from './PopupControls.tsx';
import { PopupFoot } from './PopupFoot.tsx';

const selectConference = (app: AppState) => app.conference;
const selectCalls = (app: AppState) => app.calls;

/** Keypad and transfer come when they are wanted: the first picture of a call does not wait for them. */
const PopupPanel = lazy(() => import('./PopupPanel.tsx'));
/** So does what the CRMs say. */
const PopupCrm = lazy(() => import('./PopupCrm.tsx'));

type CardProps = { readonly call: CallView | null; readonly waiting: boolean };

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
 * `waiting`: drawn before the call rings here, unseen and out of reach; without a call, as for one that comes in.
 */
export const PopupCall = memo(function PopupCall({ call: given, waiting }: CardProps) {
  const call = given ?? NEXT_CALL;
  const t = useT();
  const { run, error } = useAction();
  const mixed = isMixed(useApp(selectConference), call);
  const busy = otherConnected(useApp(selectCalls), call).length > 0;
  const panel = useOpenPanel(call);
  const can = abilities(call);
  const caller = useCaller(call.number);
  const record = recordOf(caller)?.name ?? '';
  const title = callTitle(call, t, record);
  const number = callNumber(call, t, record);
  const ringing = ringsHere(call);
  const card = useCard(call, waiting);
  const first = useFirstControl(call);

  return (
    <article
      ref={card}
      className="popup-call"
      data-phase={call.phase}
      data-direction={call.direction}
      data-mixed={mixed}
      aria-label={t('call.named', { name: title })}
    >
      <header className="popup-head">
        <CallIcon call={call} />
        <p className="popup-state cut" aria-live="polite" data-testid="popup-state">
          {phaseText(call, t, mixed)}
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
      {caller === null ? (
        <CompanyLine call={call} run={run} />
      ) : (
        <Suspense fallback={<CompanyLine call={call} run={run} />}>
          <PopupCrm call={call} caller={caller} panel={panel} run={run} />
        </Suspense>
      )}

      <div className="popup-actions">
        {call.phase === 'ended' ? null : ringing ? (
          <AnswerRow call={call} first={first} busy={busy} run={run} />
        ) : (
          <TalkRow call={call} first={first} run={run} />
        )}
      </div>
      {call.phase === 'ended' ? (
        <div className="popup-more" />
      ) : (
        <PopupMore call={call} mixed={mixed} busy={busy} panel={panel} run={run} />
      )}

      <PopupFoot call={call} error={error} />
      {panel !== null && (can.control || isAlwaysOpen(panel) || (panel === 'transfer' && can.answer)) ? (
        <Suspense fallback={<div className="popup-panel" aria-busy="true" />}>
          <PopupPanel call={call} panel={panel} />
        </Suspense>
      ) : null}
    </article>
  );
});

/** What is about the caller does not need a call in hand. */
function isAlwaysOpen(panel: PanelKind): boolean {
  return panel === 'caller' || panel === 'block';
}

/** The contact's company and the way to their card, as far as our own contacts say. */
export function CompanyLine({ call, run }: { readonly call: CallView; readonly run: Run }) {
  const t = useT();
  return (
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
    // Without a session of this computer there is nothing to press.
    if (!hasSession) return;
    if (document.activeElement === document.body || document.activeElement === null) first.current?.focus();
  }, [phase, hasSession]);
  return first;
}
