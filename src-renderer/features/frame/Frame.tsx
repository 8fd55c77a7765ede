// SPDX-License-Identifier: MIT
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { useMedia } from '../../ui/hooks.ts';
import { CallCard } from '../calls/CallCard.tsx';
import { PhoneScreen } from '../dialer/PhoneScreen.tsx';
import { useApp } from '../state/store.ts';
import { type Screen, useUi } from '../state/ui.ts';
import { KeychainStrip } from './KeychainStrip.tsx';
import { NavRail } from './NavRail.tsx';
import { Notices } from './Notices.tsx';
import { RegistrationBar } from './RegistrationBar.tsx';

const loadHistory = () => import('../history/HistoryScreen.tsx');
const loadContacts = () => import('../contacts/ContactsScreen.tsx');
const loadSettings = () => import('../settings/SettingsScreen.tsx');
const HistoryScreen = lazy(loadHistory);
const ContactsScreen = lazy(loadContacts);
const SettingsScreen = lazy(loadSettings);

const selectCalls = (app: AppState) => app.calls;

/** Navigation, state of the connection, one screen, and below it what must be at hand on every screen. */
export function Frame() {
  // A screen that is not loaded yet leaves the old one in place instead of a blank.
  const screen = useDeferredValue(useUi((ui) => ui.screen));
  const wide = useMedia('(min-width: 720px)');
  useEffect(() => {
    const idle = requestIdleCallback(() => void Promise.allSettled([loadHistory(), loadContacts(), loadSettings()]));
    return () => cancelIdleCallback(idle);
  }, []);
  return (
    <div className="frame">
      <NavRail />
      <div className="frame-main">
        <RegistrationBar />
        <KeychainStrip />
        <main className="frame-screen">
          <Suspense fallback={<div className="screen" aria-busy="true" />}>{screenOf(screen, wide)}</Suspense>
        </main>
        {screen === 'phone' && wide ? null : <Dock />}
        <Notices />
      </div>
    </div>
  );
}

function screenOf(screen: Screen, wide: boolean): ReactNode {
  switch (screen) {
    case 'phone':
      return <PhoneScreen wide={wide} />;
    case 'history':
      return <HistoryScreen />;
    case 'contacts':
      return <ContactsScreen />;
    case 'settings':
      return <SettingsScreen />;
  }
}

/**
 * Live calls at the bottom, on every screen but the wide phone screen, which has them in its own column. The screen
 * above gets shorter from below, so that nothing a person is reading moves.
 */
function Dock() {
  const calls = useApp(selectCalls);
  if (calls.length === 0) return null;
  return (
    <section className="dock">
      {calls.map((call) => (
        <CallCard key={call.viewId} call={call} />
      ))}
    </section>
  );
}
