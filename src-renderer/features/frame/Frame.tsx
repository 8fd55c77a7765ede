// SPDX-License-Identifier: MIT
import { lazy, type ReactNode, Suspense, useDeferredValue, useEffect } from 'react';
import { useMedia } from '../../ui/hooks.ts';
import { Dock } from '../calls/CallsNow.tsx';
import { CreateHost } from '../crm/CreateHost.tsx';
import { PhoneScreen } from '../dialer/PhoneScreen.tsx';
import { type Screen, useUi } from '../state/ui.ts';
import { Announcer } from './Announcer.tsx';
import { KeychainStrip } from './KeychainStrip.tsx';
import { NavRail } from './NavRail.tsx';
import { Notices } from './Notices.tsx';
import { RegistrationBar } from './RegistrationBar.tsx';
import { Shortcuts } from './Shortcuts.tsx';

const loadHistory = () => import('../history/HistoryScreen.tsx');
const loadReminders = () => import('../reminders/RemindersScreen.tsx');
const loadContacts = () => import('../contacts/ContactsScreen.tsx');
const loadMessages = () => import('../messages/MessagesScreen.tsx');
const loadCrm = () => import('../crm/settings/CrmScreen.tsx');
const loadTeam = () => import('../team/TeamScreen.tsx');
const loadSettings = () => import('../settings/SettingsScreen.tsx');
const loadDoctor = () => import('../doctor/DoctorScreen.tsx');
const HistoryScreen = lazy(loadHistory);
const RemindersScreen = lazy(loadReminders);
const ContactsScreen = lazy(loadContacts);
const MessagesScreen = lazy(loadMessages);
const CrmScreen = lazy(loadCrm);
const TeamScreen = lazy(loadTeam);
const SettingsScreen = lazy(loadSettings);
const DoctorScreen = lazy(loadDoctor);

/** Navigation, state of the connection, one screen, and below it what must be at hand on every screen. */
export function Frame() {
  // A screen that is not loaded yet leaves the old one in place instead of a blank.
  const screen = useDeferredValue(useUi((ui) => ui.screen));
  const wide = useMedia('(min-width: 720px)');
  useEffect(() => {
    const idle = requestIdleCallback(
      () =>
        void Promise.allSettled([
          loadHistory(),
          loadReminders(),
          loadContacts(),
          loadMessages(),
          loadSettings(),
          loadDoctor(),
        ]),
    );
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
        <Announcer />
        <Shortcuts />
        <CreateHost />
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
    case 'reminders':
      return <RemindersScreen />;
    case 'contacts':
      return <ContactsScreen />;
    case 'messages':
      return <MessagesScreen />;
    case 'crm':
      return <CrmScreen />;
    case 'team':
      return <TeamScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'doctor':
      return <DoctorScreen />;
  }
}
