// SPDX-License-Identifier: MIT
import { useState } from 'react';
import type { AppState, CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { closePanel } from '../features/calls/panels.ts';
import { useApp } from '../features/state/store.ts';
import { errorText, useT } from '../i18n/index.ts';
import { Button } from '../ui/controls.tsx';
import { takeFocus, useAction } from '../ui/hooks.ts';

const selectIsTeam = (app: AppState) => app.team.state !== 'off';

/** Asks before the caller's number goes on the blacklist: this call goes on, the next ones hear busy. */
export function BlockPanel({ call }: { readonly call: CallView }) {
  const t = useT();
  const isTeam = useApp(selectIsTeam);
  const { run, busy, error } = useAction();
  const [done, setDone] = useState(false);
  const number = call.numberText || call.number;
  return (
    <section className="popup-block" aria-label={t('block.itemLong', { number })} data-testid="popup-block-panel">
      <p role="status">
        {error !== null ? errorText(t, error) : done ? t('block.done') : t(isTeam ? 'block.teamText' : 'block.text')}
      </p>
      <div className="popup-slots">
        <Button ref={takeFocus} size="small" data-testid="popup-block-cancel" onClick={closePanel}>
          {t(done ? 'app.dismiss' : 'app.cancel')}
        </Button>
        {done ? null : (
          <Button
            size="small"
            tone="danger"
            disabled={busy}
            data-testid="popup-block-yes"
            onClick={() =>
              void run(async () => {
                await request('blacklist.set', call.number, true);
                setDone(true);
              })
            }
          >
            {t('block.action')}
          </Button>
        )}
      </div>
    </section>
  );
}
