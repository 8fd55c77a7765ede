// SPDX-License-Identifier: MIT
import { Mic, MicOff, Pause, Phone, PhoneOff, Play } from 'lucide-react';
import type { RefObject } from 'react';
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { partnerOf, swap, toggleHold } from '../features/calls/call-actions.ts';
import { abilities, callTitle } from '../features/calls/call-text.ts';
import { type PanelKind, togglePanel } from '../features/calls/panels.ts';
import { currentApp, useApp } from '../features/state/store.ts';
import { useT } from '../i18n/index.ts';
import { Button } from '../ui/controls.tsx';

export type Run = (work: () => Promise<unknown>) => Promise<unknown>;
type First = RefObject<HTMLButtonElement | null>;

const selectCalls = (app: AppState) => app.calls;
const selectPark = (app: AppState) => app.settings.parkCode !== '';

/** Answer and Decline. While another call is talked in, answering holds that one, and says so. */
export function AnswerRow({
  call,
  first,
  busy,
  run,
}: {
  readonly call: CallView;
  readonly first: First;
  readonly busy: boolean;
  readonly run: Run;
}) {
  const t = useT();
  const can = abilities(call);
  return (
    <>
      <Button
        ref={first}
        tone="answer"
        size="large"
        {...(busy ? {} : { icon: Phone })}
        className={busy ? 'popup-half call-two-lines' : 'popup-half'}
        title={busy ? t('call.answerHoldLong', { name: callTitle(call, t) }) : undefined}
        disabled={!can.answer}
        data-testid="popup-answer"
        onClick={() => void run(() => request('call.answer', call.key, 'hold'))}
      >
        {busy ? t('call.answerHold') : t('call.answer')}
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
  );
}

export function TalkRow({ call, first, run }: { readonly call: CallView; readonly first: First; readonly run: Run }) {
  const t = useT();
  const can = abilities(call);
  return (
    <>
      <Button
        ref={first}
        size="large"
        className="button-stack call-armed"
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
        className="button-stack call-armed"
        icon={can.onHold ? Play : Pause}
        aria-pressed={can.onHold}
        disabled={!can.control}
        data-testid="popup-hold"
        onClick={() => {
          const app = currentApp();
          if (app !== null) void run(() => toggleHold(app, call));
        }}
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
  );
}

/**
 * The second row, smaller: what is wanted less often. Swap and merge have the left half, kept empty for one call alone;
 * keypad and transfer the right one. Before the answer the halves end the other call and send this one on.
 */
export function PopupMore({
  call,
  mixed,
  busy,
  panel,
  run,
}: {
  readonly call: CallView;
  readonly mixed: boolean;
  readonly busy: boolean;
  readonly panel: PanelKind | null;
  readonly run: Run;
}) {
  const t = useT();
  const calls = useApp(selectCalls);
  const park = useApp(selectPark);
  const can = abilities(call);
  const ringing = ringsHere(call);
  const pair = mixed || partnerOf(calls, call) !== null;
  return (
    <div className="popup-more" data-park={park}>
      <div className="popup-slots">
        {ringing && busy ? (
          <Button
            size="small"
            className="popup-wide"
            title={t('call.answerEndLong', { name: callTitle(call, t) })}
            disabled={!can.answer}
            data-testid="call-answer-end"
            onClick={() => void run(() => request('call.answer', call.key, 'end'))}
          >
            {t('call.answerEnd')}
          </Button>
        ) : null}
        {!ringing && pair ? <PairButtons call={call} mixed={mixed} run={run} /> : null}
      </div>
      <div className="popup-slots">
        {ringing ? null : (
          <>
            {park ? (
              <Button
                size="small"
                className="call-armed"
                disabled={!can.control || mixed}
                data-testid="call-park"
                onClick={() => void run(() => request('call.park', call.key))}
              >
                {t('call.park')}
              </Button>
            ) : null}
            <Button
              size="small"
              className="call-armed"
              aria-pressed={panel === 'keypad'}
              aria-expanded={panel === 'keypad'}
              disabled={!can.control}
              data-panel="keypad"
              data-testid="call-keypad"
              onClick={() => togglePanel(call, 'keypad')}
            >
              {t('call.keypad')}
            </Button>
          </>
        )}
        <Button
          size="small"
          title={ringing ? t('call.sendOnTo') : t('call.transferPanel', { name: callTitle(call, t) })}
          aria-pressed={panel === 'transfer'}
          aria-expanded={panel === 'transfer'}
          disabled={ringing ? !can.answer : !can.control || mixed}
          data-panel="transfer"
          data-testid={ringing ? 'call-deflect' : 'call-transfer'}
          onClick={() => togglePanel(call, 'transfer')}
        >
          {ringing ? t('call.sendOn') : t('call.transfer')}
        </Button>
      </div>
    </div>
  );
}

function PairButtons({ call, mixed, run }: { readonly call: CallView; readonly mixed: boolean; readonly run: Run }) {
  const t = useT();
  const partner = partnerOf(useApp(selectCalls), call);
  return (
    <>
      <Button
        size="small"
        className="call-armed"
        title={t('call.swapLong')}
        disabled={mixed}
        data-testid="call-swap"
        onClick={() => {
          const app = currentApp();
          if (app !== null) void run(() => swap(app, call));
        }}
      >
        {t('call.swap')}
      </Button>
      <Button
        size="small"
        className="call-armed"
        title={mixed ? t('call.unmergeLong') : t('call.mergeLong')}
        aria-pressed={mixed}
        data-testid={mixed ? 'call-unmerge' : 'call-merge'}
        onClick={() =>
          void run(() => request('call.conference', mixed || partner === null ? [] : [call.key, partner.key]))
        }
      >
        {mixed ? t('call.unmerge') : t('call.merge')}
      </Button>
    </>
  );
}
