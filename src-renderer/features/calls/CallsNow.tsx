// SPDX-License-Identifier: MIT
import { PhoneIncoming } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { CallCard } from './CallCard.tsx';

const selectCalls = (app: AppState) => app.calls;

/** The room of one card is always kept: a call that arrives moves nothing. */
export function CallsNow() {
  const t = useT();
  const calls = useApp(selectCalls);
  return (
    <section className="calls-now" aria-label={t('calls.title')} data-testid="calls-now">
      <h2>{t('calls.title')}</h2>
      {calls.length === 0 ? (
        <div className="calls-idle">
          <PhoneIncoming className="icon" aria-hidden="true" />
          <div>
            <p className="calls-idle-title">{t('calls.none')}</p>
            <p className="quiet">{t('calls.noneText')}</p>
          </div>
        </div>
      ) : (
        calls.map((call) => <CallCard key={call.viewId} call={call} />)
      )}
    </section>
  );
}
