// SPDX-License-Identifier: MIT
import { Hash, Headphones, KeyRound } from 'lucide-react';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { takeFocus } from '../../ui/hooks.ts';

export function Welcome({ onBegin }: { readonly onBegin: () => void }) {
  const t = useT();
  return (
    <>
      <h1>{t('setup.welcome')}</h1>
      <p>{t('setup.welcomeText')}</p>
      <div>
        <p className="quiet">{t('setup.need')}</p>
        <ul className="setup-needs">
          <li>
            <KeyRound className="icon" aria-hidden="true" />
            {t('setup.needKeys')}
          </li>
          <li>
            <Hash className="icon" aria-hidden="true" />
            {t('setup.needExtension')}
          </li>
          <li>
            <Headphones className="icon" aria-hidden="true" />
            {t('setup.needMic')}
          </li>
        </ul>
      </div>
      <div className="setup-actions">
        <Button tone="primary" size="large" data-testid="setup-begin" ref={takeFocus} onClick={onBegin}>
          {t('setup.begin')}
        </Button>
      </div>
    </>
  );
}
