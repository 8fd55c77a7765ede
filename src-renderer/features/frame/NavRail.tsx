// SPDX-License-Identifier: MIT
import { AlarmClock, BookUser, History, type LucideIcon, Phone, Settings, Users } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { goTo, type Screen, useUi } from '../state/ui.ts';

const SCREENS: readonly (readonly [Exclude<Screen, 'doctor'>, LucideIcon])[] = [
  ['phone', Phone],
  ['history', History],
  ['reminders', AlarmClock],
  ['contacts', BookUser],
  ['team', Users],
  ['settings', Settings],
];

const selectMissed = (app: AppState) => app.missed;
const selectReminders = (app: AppState) => app.reminders.length;
export const selectIsAdmin = (app: AppState) => app.team.state !== 'off' && app.team.role === 'admin';

export function NavRail() {
  const t = useT();
  const missed = useApp(selectMissed);
  const reminders = useApp(selectReminders);
  const isAdmin = useApp(selectIsAdmin);
  const screen = useUi((ui) => ui.screen);
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      {SCREENS.filter(([name]) => name !== 'team' || isAdmin).map(([name, Icon]) => {
        const badge = name === 'history' ? missed : name === 'reminders' ? reminders : 0;
        return (
          <button
            key={name}
            type="button"
            className="rail-item"
            aria-current={screen === name || (screen === 'doctor' && name === 'settings') ? 'page' : undefined}
            data-testid={`nav-${name}`}
            onClick={() => goTo(name)}
          >
            <span className="rail-icon">
              <Icon className="icon" aria-hidden="true" />
              {badge === 0 ? null : (
                <span className="badge" data-testid={name === 'history' ? 'missed-badge' : 'reminders-badge'}>
                  <span aria-hidden="true">{badge > 99 ? '99+' : badge}</span>
                  <span className="screen-reader">
                    {t(name === 'history' ? 'nav.missed' : 'reminders.badge', { count: badge })}
                  </span>
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
