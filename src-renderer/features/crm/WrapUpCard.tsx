// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'react';
import type { CallView } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { CallIcon } from '../calls/CallIcon.tsx';
import { callTitle, phaseText } from '../calls/call-text.ts';
import { NoteEditor } from '../history/NoteEditor.tsx';
import { recordOf, useCaller } from './crm-state.ts';
import { Outcome } from './Outcome.tsx';
import { rowOf, useNumberCalls } from './use-number-calls.ts';
import { endWrapUp } from './wrap-up.ts';
import './crm.css';

/** After the call, in its place: what it came to, and a note. Nothing has to be filled in. */
export default function WrapUpCard({ call }: { readonly call: CallView }) {
  const t = useT();
  const record = recordOf(useCaller(call.number));
  const row = rowOf(useNumberCalls(call.number), call);
  const title = callTitle(call, t, record?.name);
  const card = useRef<HTMLElement>(null);
  // The call's card had the keyboard and went away with it.
  useEffect(() => {
    if (document.activeElement === document.body) card.current?.focus();
  }, []);
  return (
    <article
      ref={card}
      tabIndex={-1}
      className="wrap-up"
      aria-label={t('crm.wrapUpOf', { name: title })}
      data-testid="wrap-up"
    >
      <header className="wrap-up-head">
        <CallIcon call={call} />
        <div className="call-names">
          <Foreign className="call-name cut">{title}</Foreign>
          <p className="call-below cut quiet">{phaseText(call, t)}</p>
        </div>
        <Button size="small" data-testid="wrap-up-done" onClick={() => endWrapUp(call.viewId)}>
          {t('crm.wrapUpDone')}
        </Button>
      </header>
      {row === null ? null : (
        <>
          <Outcome row={row} />
          <NoteEditor row={row} />
        </>
      )}
    </article>
  );
}
