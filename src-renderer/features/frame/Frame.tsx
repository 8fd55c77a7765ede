// SPDX-License-Identifier: MIT
import { lazy, type ReactNode, Suspense } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { CallCard } from '../calls/CallCard.tsx';
import { PhoneScreen } from '../dialer/PhoneScreen.tsx';
import { useApp } from '../state/store.ts';
import { type Screen, useUi } from '../state/ui.ts';
import { KeychainStrip } from './KeychainStrip.tsx';
import { NavRail } from './NavRail.tsx';
import { Notices } from './Notices.tsx';
import { RegistrationBar } from './RegistrationBar.tsx';

const HistoryScreen = lazy(() => import('../history/HistoryScreen.tsx'));
const ContactsScreen = lazy(() => import('../contacts/ContactsScreen.tsx'));
const SettingsScreen = lazy(() => import('../settings/SettingsScreen.tsx'));

const selectCalls = (app: AppState) => app.calls;

/** Navigation, state of the connection, one screen, and below it what must be at hand on every screen. */
export function Frame() {
  const screen = useUi((ui) => ui.screen);
  return (
    <div className="frame">
      <NavRail />
      <div className="frame-main">
        <RegistrationBar />
        <KeychainStrip />
        <main className="frame-screen">
          <Suspense fallback={<div className="screen" aria-busy="true" />}>{screenOf(screen)}</Suspense>
        </main>
        <Dock phone={screen === 'phone'} />
        <Notices />
      </div>
    </div>
  );
}

function screenOf(screen: Screen): ReactNode {
  switch (screen) {
    case 'phone':
      return <PhoneScreen />;
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
function Dock({ phone }: { readonly phone: boolean }) {
  const calls = useApp(selectCalls);
  if (calls.length === 0) return null;
  return (
    <section className={phone ? 'dock dock-narrow-only' : 'dock'}>
      {calls.map((call) => (
        <CallCard key={call.formerKeys[0] ?? call.key} call={call} />
      ))}
    </section>
  );
}
