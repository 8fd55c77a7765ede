// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'react';
import type { CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { comeIntoView, useAction } from '../../ui/hooks.ts';
import { abilities, callTitle, phaseText } from './call-text.ts';
import { useSessionMedia } from './session-media.ts';

/** A transfer with a question first: who waits, who is asked, and how to go on. In the rows of the panel it replaces. */
export function Asking({ call, ask }: { readonly call: CallView; readonly ask: CallView }) {
  const t = useT();
  const { run, busy, error } = useAction();
  const progress = useSessionMedia(call)?.transfer ?? null;
  const first = callTitle(call, t);
  const second = callTitle(ask, t);
  const both = abilities(call).control && abilities(ask).control;
  const moving = progress === 'asked' || progress === 'ringing' || progress === 'done';
  // The button that was pressed is gone: the keyboard goes on here, where Enter alone does nothing.
  const start = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) start.current?.focus({ preventScroll: true });
    comeIntoView(start.current?.parentElement ?? null);
  }, []);

  const back = async () => {
    await request('call.hang-up', ask.key);
    if (abilities(call).onHold) await request('call.hold', call.key, false);
  };
  const status =
    error !== null
      ? errorText(t, error)
      : progress === 'failed'
        ? t('transfer.failed', { name: first })
        : progress !== null
          ? t(`transfer.${progress}`)
          : both
            ? t('transfer.talkingTo', { name: second })
            : t('transfer.asking', { name: second });
  return (
    <>
      <div ref={start} tabIndex={-1} className="asking">
        <dl>
          <div>
            <dt className="cut">
              <Foreign>{first}</Foreign>
            </dt>
            <dd className="quiet">{phaseText(call, t)}</dd>
          </div>
          <div>
            <dt className="cut">
              <Foreign>{second}</Foreign>
            </dt>
            <dd className="quiet">{phaseText(ask, t)}</dd>
          </div>
        </dl>
      </div>
      <div className="transfer-status" data-failed={error !== null || progress === 'failed'}>
        <p className="cut" aria-live="polite" title={status} data-testid="transfer-status">
          {status}
        </p>
      </div>
      <div className="transfer-actions">
        <Button
          tone="primary"
          className="call-armed"
          title={t('transfer.completeLong', { first, second })}
          disabled={!both || busy || moving}
          data-testid="transfer-complete"
          onClick={() => void run(() => request('call.transfer-to', call.key, ask.key))}
        >
          {t('transfer.complete')}
        </Button>
        <Button
          className="call-armed"
          title={t('call.mergeLong')}
          disabled={!both || busy || moving}
          data-testid="transfer-merge"
          onClick={() => void run(() => request('call.conference', [call.key, ask.key]))}
        >
          {t('transfer.merge')}
        </Button>
        <Button
          className="call-armed"
          title={t('transfer.backLong', { first, second })}
          disabled={busy || moving}
          data-testid="transfer-back"
          onClick={() => void run(back)}
        >
          {t('transfer.back')}
        </Button>
      </div>
    </>
  );
}
