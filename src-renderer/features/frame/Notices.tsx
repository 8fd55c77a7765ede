// SPDX-License-Identifier: MIT
import { CircleAlert, X } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { IconButton } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';

const selectNotices = (app: AppState) => app.notices;

/** The newest three, at the bottom, in the flow of the window: they cover nothing. */
export function Notices() {
  const t = useT();
  const notices = useApp(selectNotices).slice(-3);
  return (
    <section className="notices" aria-live="polite" aria-label={t('app.notices')}>
      {notices.map((notice) => (
        <div key={notice.id} className="notice" data-testid="notice">
          <CircleAlert className="icon" aria-hidden="true" />
          <p className="selectable">{errorText(t, notice.error)}</p>
          <IconButton
            icon={X}
            tone="ghost"
            size="small"
            label={t('app.dismiss')}
            data-testid="notice-dismiss"
            onClick={() => request('notice.dismiss', notice.id).catch(() => undefined)}
          />
        </div>
      ))}
    </section>
  );
}
