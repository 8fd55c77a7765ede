// SPDX-License-Identifier: MIT
import { ArrowLeftRight, Merge, Phone, PhoneOff, Split } from 'lucide-react';
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { currentApp, useApp } from '../state/store.ts';
import type { Run } from './CallTools.tsx';
import { otherConnected, partnerOf, swap } from './call-actions.ts';
import { abilities, callTitle } from './call-text.ts';

const selectCalls = (app: AppState) => app.calls;

/**
 * Three slots. Left and middle answer while it rings, and later swap and merge when there are two calls; the right one
 * always ends the call.
 */
export function CallMain({
  call,
  mixed,
  run,
}: {
  readonly call: CallView;
  readonly mixed: boolean;
  readonly run: Run;
}) {
  const t = useT();
  const calls = useApp(selectCalls);
  const can = abilities(call);
  const ringing = ringsHere(call);
  const busy = otherConnected(calls, call).length > 0;
  return (
    <div className="call-controls">
      {!ringing ? (
        <PairSlots call={call} partner={partnerOf(calls, call)} mixed={mixed} run={run} />
      ) : busy ? (
        <AnswerSlots call={call} run={run} />
      ) : (
        <Button
          tone="answer"
          size="large"
          icon={Phone}
          className="call-both"
          disabled={!can.answer}
          data-testid="call-answer"
          onClick={() => void run(() => request('call.answer', call.key, 'hold'))}
        >
          {t('call.answer')}
        </Button>
      )}
      <Button
        tone="danger"
        size="large"
        icon={PhoneOff}
        className="call-end"
        disabled={ringing ? !can.decline : !can.hangUp}
        data-testid={ringing ? 'call-decline' : 'call-hang-up'}
        onClick={() => void run(() => request(ringing ? 'call.decline' : 'call.hang-up', call.key))}
      >
        {ringing ? t('call.decline') : t('call.hangUp')}
      </Button>
    </div>
  );
}

/** Call waiting: what becomes of the call being talked in is the person's choice. */
function AnswerSlots({ call, run }: { readonly call: CallView; readonly run: Run }) {
  const t = useT();
  const can = abilities(call);
  const name = callTitle(call, t);
  return (
    <>
      <Button
        tone="answer"
        size="large"
        className="call-two-lines"
        title={t('call.answerHoldLong', { name })}
        disabled={!can.answer}
        data-testid="call-answer-hold"
        onClick={() => void run(() => request('call.answer', call.key, 'hold'))}
      >
        {t('call.answerHold')}
      </Button>
      <Button
        size="large"
        className="call-two-lines"
        title={t('call.answerEndLong', { name })}
        disabled={!can.answer}
        data-testid="call-answer-end"
        onClick={() => void run(() => request('call.answer', call.key, 'end'))}
      >
        {t('call.answerEnd')}
      </Button>
    </>
  );
}

function PairSlots({
  call,
  partner,
  mixed,
  run,
}: {
  readonly call: CallView;
  readonly partner: CallView | null;
  readonly mixed: boolean;
  readonly run: Run;
}) {
  const t = useT();
  if (partner === null && !mixed) return null;
  return (
    <>
      <Button
        size="large"
        icon={ArrowLeftRight}
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
        size="large"
        icon={mixed ? Split : Merge}
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
