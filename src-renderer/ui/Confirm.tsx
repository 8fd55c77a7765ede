// SPDX-License-Identifier: MIT
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useT } from '../i18n/index.ts';
import { Button } from './controls.tsx';
import { takeFocus } from './hooks.ts';
import './confirm.css';

/** Asks before something that cannot be taken back. Cancel has the keyboard first. */
export function Confirm({
  title,
  text,
  action,
  open,
  onAnswer,
  testId,
}: {
  readonly title: string;
  readonly text: string;
  readonly action: string;
  readonly open: boolean;
  readonly onAnswer: (yes: boolean) => void;
  readonly testId: string;
}) {
  const t = useT();
  return (
    <ModalOverlay
      className="confirm-veil"
      isOpen={open}
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onAnswer(false);
      }}
    >
      <Modal className="confirm">
        <Dialog role="alertdialog" className="confirm-body" data-testid={testId}>
          <Heading slot="title" className="confirm-title">
            {title}
          </Heading>
          <p>{text}</p>
          <div className="confirm-actions">
            <Button ref={takeFocus} onClick={() => onAnswer(false)}>
              {t('app.cancel')}
            </Button>
            <Button tone="danger" data-testid={`${testId}-yes`} onClick={() => onAnswer(true)}>
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
