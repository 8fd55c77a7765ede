// SPDX-License-Identifier: MIT
import { Headphones, KeyRound, type LucideIcon, Users } from 'lucide-react';
import { useT } from '../../i18n/index.ts';
import { takeFocus } from '../../ui/hooks.ts';

/** The two ways to an account: keys of one's own, or a place in a team. */
export function Welcome({ onBegin, onJoin }: { readonly onBegin: () => void; readonly onJoin: () => void }) {
  const t = useT();
  const way = (Icon: LucideIcon, title: string, text: string, testId: string, isFirst: boolean, go: () => void) => (
    <button type="button" className="setup-way" data-testid={testId} ref={isFirst ? takeFocus : null} onClick={go}>
      <Icon className="icon" aria-hidden="true" />
      <span>
        <span className="setup-way-title">{title}</span>
        <span className="quiet">{text}</span>
      </span>
    </button>
  );
  return (
    <>
      <h1>{t('setup.welcome')}</h1>
      <p>{t('setup.welcomeText')}</p>
      <div className="setup-ways">
        {way(KeyRound, t('join.keys'), t('join.keysText'), 'setup-begin', true, onBegin)}
        {way(Users, t('join.team'), t('join.teamText'), 'setup-join', false, onJoin)}
      </div>
      <p className="setup-both quiet">
        <Headphones className="icon" aria-hidden="true" />
        {t('join.both')}
      </p>
    </>
  );
}
