// SPDX-License-Identifier: MIT
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { takeFocus } from '../../ui/hooks.ts';
import { keyText } from '../../ui/key-text.ts';
import { useApp } from '../state/store.ts';
import { showKeyboardHelp } from '../state/ui.ts';
import { SHORTCUTS } from './shortcut-keys.ts';
import '../../ui/confirm.css';

const selectPlatform = (app: AppState) => app.platform;

/** The keys of this window, opened by `?` or from the settings. */
export default function KeyboardHelp() {
  const t = useT();
  const platform = useApp(selectPlatform);
  const close = () => showKeyboardHelp(false);
  return (
    <ModalOverlay className="confirm-veil" isOpen isDismissable onOpenChange={(open) => open || close()}>
      <Modal className="confirm">
        <Dialog className="confirm-body" data-testid="keyboard-help">
          <Heading slot="title" className="confirm-title">
            {t('shortcuts.title')}
          </Heading>
          <p className="quiet">{t('shortcuts.text')}</p>
          <dl className="shortcuts">
            {SHORTCUTS.map(([name, keys]) => (
              <div key={name}>
                <dt>
                  <kbd>{keyText(keys, platform)}</kbd>
                </dt>
                <dd>{t(`shortcuts.${name}`)}</dd>
              </div>
            ))}
            <div>
              <dt>
                <kbd>?</kbd>
              </dt>
              <dd>{t('shortcuts.help')}</dd>
            </div>
          </dl>
          <div className="confirm-actions">
            <Button ref={takeFocus} data-testid="keyboard-help-close" onClick={close}>
              {t('shortcuts.close')}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
