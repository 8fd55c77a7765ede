// SPDX-License-Identifier: MIT
import { AlarmClock, BookUser, History, type LucideIcon, MessageSquare, Phone, Settings, Users } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useHasUse } from '../messages/can-send.ts';
import { useApp } from '../state/store.ts';
import { goTo, type Screen, useUi } from '../state/ui.ts';

const SCREENS: readonly (readonly [Exclude<Screen, 'doctor' | 'crm'>, LucideIcon])[] = [
  ['phone', Phone],
  ['history', History],
  ['reminders', AlarmClock],
  ['contacts', BookUser],
  ['messages', MessageSquare],
  ['team', Users],
  ['settings', Settings],
];

/** Screens reached from the settings. */
const BELOW_SETTINGS: readonly Screen[] = ['doctor', 'crm'];

type Badge = { readonly count: number; readonly text: string; readonly testId: string };

const selectMissed = (app: AppState) => app.missed;
const selectReminders = (app: AppState) => app.reminders.length;
const selectRefused = (app: AppState) => app.crm.outbox.failed;
export const selectIsAdmin = (app: AppState) => app.team.state !== 'off' && app.team.role === 'admin';

export function NavRail() {
  const t = useT();
  const missed = useApp(selectMissed);
  const reminders = useApp(selectReminders);
  const isAdmin = useApp(selectIsAdmin);
  const refused = useApp(selectRefused);
  const hasMessages = useHasUse();
  const screen = useUi((ui) => ui.screen);
  const badges: Partial<Record<Screen, Badge>> = {
    history: { count: missed, text: t('nav.missed', { count: missed }), testId: 'missed-badge' },
    reminders: { count: reminders, text: t('badge.reminders', { count: reminders }), testId: 'reminders-badge' },
    settings: { count: refused, text: t('crm.refused', { count: refused }), testId: 'outbox-badge' },
  };
  const hidden: readonly Screen[] = [
    ...(isAdmin ? [] : ['team' as const]),
    ...(hasMessages ? [] : ['messages' as const]),
  ];
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      {SCREENS.filter(([name]) => !hidden.includes(name)).map(([name, Icon]) => {
        const badge = badges[name];
        return (
          <button
            key={name}
            type="button"
            className="rail-item"
            aria-current={
              screen === name || (name === 'settings' && BELOW_SETTINGS.includes(screen)) ? 'page' : undefined
            }
            data-testid={`nav-${name}`}
            onClick={() => goTo(name)}
          >
            <span className="rail-icon">
              <Icon className="icon" aria-hidden="true" />
              {badge === undefined || badge.count === 0 ? null : (
                <span className="badge" data-testid={badge.testId}>
                  <span aria-hidden="true">{badge.count > 99 ? '99+' : badge.count}</span>
                  <span className="screen-reader">{badge.text}</span>
                </span>
              )}
            </span>
            <span className="rail-label">{t(`nav.${name}`)}</span>
          </button>
        );
      })}
    </nav>
  );
}
