// SPDX-License-Identifier: MIT
import { CircleParking, Grid3x3, Mic, MicOff, Pause, PhoneForwarded, Play } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { currentApp, useApp } from '../state/store.ts';
import { toggleHold } from './call-actions.ts';
import { abilities, callTitle } from './call-text.ts';
import { type PanelKind, togglePanel } from './panels.ts';

export type Run = (work: () => Promise<unknown>) => Promise<unknown>;

const selectPark = (app: AppState) => app.settings.parkCode !== '';

/** What can be done during a call: one slot each. Before the answer the transfer's slot sends the call on. */
export function CallTools({
  call,
  mixed,
  panel,
  run,
}: {
  readonly call: CallView;
  readonly mixed: boolean;
  readonly panel: PanelKind | null;
  readonly run: Run;
}) {
  const t = useT();
  const can = abilities(call);
  const park = useApp(selectPark);
  const mute = useFocusAfterAnswer(can.control);
  const ringing = ringsHere(call);
  const keypadOpen = panel === 'keypad' && can.control;
  const transferOpen = panel === 'transfer' && (can.control || can.answer);
  const name = callTitle(call, t);
  return (
    <div className="call-tools">
      <Button
        ref={mute}
        className="button-stack"
        icon={can.muted ? MicOff : Mic}
        aria-pressed={can.muted}
        disabled={!can.control}
        data-testid="call-mute"
        onClick={() => void run(() => request('call.mute', call.key, !can.muted))}
      >
        {can.muted ? t('call.unmute') : t('call.mute')}
      </Button>
      <Button
        className="button-stack"
        icon={can.onHold ? Play : Pause}
        aria-pressed={can.onHold}
        disabled={!can.control}
        data-testid="call-hold"
        onClick={() => {
          const app = currentApp();
          if (app !== null) void run(() => toggleHold(app, call));
        }}
      >
        {can.onHold ? t('call.resume') : t('call.hold')}
      </Button>
      <Button
        className="button-stack"
        icon={Grid3x3}
        title={keypadOpen ? t('call.hideKeypad') : undefined}
        aria-pressed={keypadOpen}
        aria-expanded={keypadOpen}
        disabled={!can.control}
        data-panel="keypad"
        data-testid="call-keypad"
        onClick={() => togglePanel(call, 'keypad')}
      >
        {t('call.keypad')}
      </Button>
      <Button
        className="button-stack"
        icon={PhoneForwarded}
        title={transferOpen ? t('call.hideTransfer') : ringing ? t('call.sendOnTo') : t('call.transferPanel', { name })}
        aria-pressed={transferOpen}
        aria-expanded={transferOpen}
        disabled={ringing ? !can.answer : !can.control || mixed}
        data-panel="transfer"
        data-testid={ringing ? 'call-deflect' : 'call-transfer'}
        onClick={() => togglePanel(call, 'transfer')}
      >
        {ringing ? t('call.sendOn') : t('call.transfer')}
      </Button>
      {park ? (
        <Button
          className="button-stack"
          icon={CircleParking}
          disabled={!can.control || mixed}
          data-testid="call-park"
          onClick={() => void run(() => request('call.park', call.key))}
        >
          {t('call.park')}
        </Button>
      ) : null}
    </div>
  );
}

/**
 * Answer goes away once it has done its work; the keyboard then goes on with Mute, which does no harm. Answering by a
 * key of the whole window leaves the focus where it is.
 */
function useFocusAfterAnswer(connected: boolean) {
  const next = useRef<HTMLButtonElement>(null);
  const had = useRef(false);
  useEffect(() => {
    const card = next.current?.closest('article');
    const note = () => {
      had.current = card?.contains(document.activeElement) ?? false;
    };
    card?.addEventListener('focusin', note);
    return () => card?.removeEventListener('focusin', note);
  }, []);
  useEffect(() => {
    if (!connected || !had.current) return;
    if (document.activeElement === document.body) next.current?.focus();
  }, [connected]);
  return next;
}
