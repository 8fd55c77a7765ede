// SPDX-License-Identifier: MIT
import { PhoneIncoming } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useOpenWrapUps, WrapUps } from '../crm/WrapUps.tsx';
import { useApp } from '../state/store.ts';
import { CallbackCard } from './CallbackCard.tsx';
import { CallCard } from './CallCard.tsx';

const selectCalls = (app: AppState) => app.calls;
const selectCallbacks = (app: AppState) => app.callbacks;

/** The room of one card is always kept: a call that arrives moves nothing. */
export function CallsNow() {
  const t = useT();
  const calls = useApp(selectCalls);
  const callbacks = useApp(selectCallbacks);
  const wrapUps = useOpenWrapUps(calls);
  return (
    <section className="calls-now" aria-label={t('calls.title')} data-testid="calls-now">
      <h2>{t('calls.title')}</h2>
      {calls.map((call) => (
        <CallCard key={call.viewId} call={call} />
      ))}
      {callbacks.map((callback) => (
        <CallbackCard key={callback.number} callback={callback} />
      ))}
      <WrapUps calls={wrapUps} />
      {calls.length + callbacks.length + wrapUps.length === 0 ? (
        <div className="calls-idle">
          <PhoneIncoming className="icon" aria-hidden="true" />
          <div>
            <p className="calls-idle-title">{t('calls.none')}</p>
            <p className="quiet">{t('calls.noneText')}</p>
          </div>
        </div>
      ) : null}
    </section>
  );
}

/**
 * Live calls at the bottom, on every screen but the wide phone screen, which has them in its own column. The newest is
 * on top, so that the older ones stay where they are; the screen above gets shorter from below.
 */
export function Dock() {
  const t = useT();
  const calls = useApp(selectCalls);
  const callbacks = useApp(selectCallbacks);
  const wrapUps = useOpenWrapUps(calls);
  if (calls.length + callbacks.length + wrapUps.length === 0) return null;
  return (
    <section className="dock" aria-label={t('calls.title')}>
      <WrapUps calls={wrapUps} />
      {callbacks.map((callback) => (
        <CallbackCard key={callback.number} callback={callback} />
      ))}
      {calls.toReversed().map((call) => (
        <CallCard key={call.viewId} call={call} />
      ))}
    </section>
  );
}
