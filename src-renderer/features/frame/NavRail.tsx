// SPDX-License-Identifier: MIT
import { BookUser, History, type LucideIcon, Phone, Settings } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { goTo, type Screen, useUi } from '../state/ui.ts';

const SCREENS: readonly (readonly [Exclude<Screen, 'doctor'>, LucideIcon])[] = [
  ['phone', Phone],
  ['history', History],
  ['contacts', BookUser],
  ['settings', Settings],
];

const selectMissed = (app: AppState) => app.missed;

export function NavRail() {
  const t = useT();
  const missed = useApp(selectMissed);
  const screen = useUi((ui) => ui.screen);
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      {SCREENS.map(([name, Icon]) => {
        const badge = name === 'history' && missed > 0 ? missed : null;
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
              {badge === null ? null : (
                <span className="badge" data-testid="missed-badge">
                  <span aria-hidden="true">{badge > 99 ? '99+' : badge}</span>
                  <span className="screen-reader">{t('nav.missed', { count: badge })}</span>
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
