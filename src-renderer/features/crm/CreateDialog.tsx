// SPDX-License-Identifier: MIT
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import { useT } from '../../i18n/index.ts';
import { CreateForm } from './CreateForm.tsx';
import '../../ui/confirm.css';

/** The form of a new record above the main window. */
export default function CreateDialog({
  number,
  name,
  onClose,
}: {
  readonly number: string;
  readonly name: string;
  /** With the new record; null when nothing was made. */
  readonly onClose: (record: CrmRecord | null) => void;
}) {
  const t = useT();
  return (
    <ModalOverlay className="confirm-veil" isOpen onOpenChange={(open) => open || onClose(null)}>
      <Modal className="confirm crm-dialog">
        <Dialog className="confirm-body" data-testid="crm-create-dialog">
          <Heading slot="title" className="confirm-title">
            {t('crm.createTitle')}
          </Heading>
          <CreateForm number={number} name={name} onDone={onClose} onCancel={() => onClose(null)} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
