// SPDX-License-Identifier: MIT
import { type KeyboardEvent, lazy, Suspense, useRef } from 'react';
import type { AppState, CallView } from '../../../src-shared/state.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { CallerLine } from '../crm/CallerLine.tsx';
import { createRecord } from '../crm/create-record.ts';
import { recordOf, useCaller } from '../crm/crm-state.ts';
import { useApp } from '../state/store.ts';
import { openHistoryRow } from '../state/ui.ts';
import { CallIcon } from './CallIcon.tsx';
import { CallMain } from './CallMain.tsx';
import { CallTools } from './CallTools.tsx';
import { isMixed } from './call-actions.ts';
import { abilities, callLine, callNumber, callTitle, phaseText } from './call-text.ts';
import { closePanel, useOpenPanel } from './panels.ts';
import { MediaLine, QualityChart } from './Quality.tsx';
import { Timer } from './Timer.tsx';
import { Tones } from './Tones.tsx';
import { TransferPanel } from './TransferPanel.tsx';
import './calls.css';

const CallerPanel = lazy(() => import('../crm/CallerPanel.tsx'));

const selectConference = (app: AppState) => app.conference;

/**
 * One live call. Every control has one place for the whole life of the call and is only switched off when it does not
 * apply; the state line also takes an error, and the line below it a warning, so that nothing moves.
 */
export function CallCard({ call }: { readonly call: CallView }) {
  const t = useT();
  const { run, error } = useAction();
  const mixed = isMixed(useApp(selectConference), call);
  const panel = useOpenPanel(call);
  const card = useRef<HTMLElement>(null);
  const can = abilities(call);
  const record = recordOf(useCaller(call.number))?.name ?? '';
  const title = callTitle(call, t, record);
  const named = t('call.named', { name: title });

  // Escape closes the panel and gives the keyboard back to the control that opened it.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || panel === null) return;
    event.stopPropagation();
    closePanel();
    card.current?.querySelector<HTMLElement>(`[data-panel="${panel}"]`)?.focus();
  };

  return (
    <article
      ref={card}
      className="call-card"
      data-phase={call.phase}
      data-direction={call.direction}
      data-mixed={mixed}
      data-testid="call-card"
      data-call-key={call.key}
      aria-label={mixed ? `${named}, ${t('call.mixed')}` : named}
      onKeyDown={onKeyDown}
    >
      <div className="call-who">
        <CallIcon call={call} />
        <div className="call-names">
          <Foreign className="call-name cut">{title}</Foreign>
          <p className="call-below cut quiet">
            <Foreign>{[callNumber(call, t, record), call.contact?.company].filter(Boolean).join(' · ')}</Foreign>
          </p>
        </div>
        <div className="call-right">
          <Timer call={call} testId="call-timer" />
          <Foreign className="call-below cut quiet">{callLine(call, t)}</Foreign>
        </div>
      </div>
      <div className="call-situation">
        <p
          className={error ? 'call-state call-state-error' : 'call-state'}
          aria-live="polite"
          data-testid="call-state"
          title={error ? errorText(t, error) : undefined}
        >
          {error ? errorText(t, error) : phaseText(call, t, mixed)}
        </p>
        <QualityChart call={call} />
      </div>
      <CallerLine call={call} panel={panel} run={run} />
      <MediaLine call={call} />
      <CallTools call={call} mixed={mixed} panel={panel} run={run} />
      <CallMain call={call} mixed={mixed} run={run} />
      {panel === 'keypad' && can.control ? <Tones call={call} /> : null}
      {panel === 'transfer' && (can.control || can.answer) ? <TransferPanel call={call} /> : null}
      {panel === 'caller' ? (
        <Suspense fallback={<div className="caller" aria-busy="true" />}>
          <CallerPanel
            call={call}
            onCreate={() => createRecord(call.number, call.networkName ?? '')}
            onOpen={openHistoryRow}
          />
        </Suspense>
      ) : null}
    </article>
  );
}
