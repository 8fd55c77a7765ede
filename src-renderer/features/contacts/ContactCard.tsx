// SPDX-License-Identifier: MIT
import { ArrowLeft, ExternalLink, Mail, MessageSquare, Pencil, Phone, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Contact } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { canSend } from '../messages/can-send.ts';
import { writeTo } from '../messages/write-to.ts';
import { useApp } from '../state/store.ts';
import { dialNumber } from '../state/ui.ts';
import { useResponsibleText } from './Responsible.tsx';
import { Staff } from './Staff.tsx';

type Props = {
  readonly contact: Contact;
  readonly onClose: () => void;
  readonly onEdit: () => void;
  readonly onRemoved: () => void;
  /** Shows another contact: somebody of this company. */
  readonly onOpen: (contact: Contact) => void;
};

export function ContactCard({ contact, onClose, onEdit, onRemoved, onOpen }: Props) {
  const t = useT();
  const { run, error, busy } = useAction();
  const [asking, setAsking] = useState(false);
  const sms = useApp(canSend);
  const responsible = useResponsibleText(contact.responsible);
  const emails = [contact.email, ...contact.otherEmails].filter((email) => email !== '');

  async function remove(yes: boolean) {
    setAsking(false);
    if (!yes) return;
    const done = await run(async () => {
      await request('contacts.remove', contact.id);
      return true;
    });
    if (done) onRemoved();
  }

  return (
    <section className="split-detail" aria-label={t('contacts.detail')} data-testid="contact-detail">
      <header className="detail-title">
        <IconButton icon={ArrowLeft} tone="ghost" className="detail-back" label={t('app.back')} onClick={onClose} />
        <div className="detail-names">
          <h1 className="cut selectable">
            <Foreign>{contact.name}</Foreign>
          </h1>
          <p className="cut quiet selectable">
            <Foreign>{contact.kind === 'company' ? t('people.isCompany') : contact.company}</Foreign>
          </p>
        </div>
      </header>
      <div className="detail-actions">
        <Button icon={Pencil} data-testid="contact-edit" onClick={onEdit}>
          {t('contacts.edit')}
        </Button>
        {contact.url === '' ? null : (
          <Button icon={ExternalLink} onClick={() => void run(() => request('link.open', contact.url))}>
            {t('call.openCard')}
          </Button>
        )}
        <Button icon={Trash2} disabled={busy} data-testid="contact-remove" onClick={() => setAsking(true)}>
          {t('app.remove')}
        </Button>
      </div>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <section className="detail-part">
        <h2>{t('contacts.numbers')}</h2>
        <ul className="contact-numbers">
          {contact.numbers.map((number) => (
            <li key={number}>
              <Foreign className="cut selectable">{number}</Foreign>
              <span className="contact-actions">
                {sms ? (
                  <IconButton
                    icon={MessageSquare}
                    tone="ghost"
                    label={t('messages.writeToNumber', { number })}
                    data-testid="contact-message"
                    onClick={() => void run(() => writeTo(number))}
                  />
                ) : null}
                <IconButton
                  icon={Phone}
                  tone="ghost"
                  label={t('contacts.callNumber', { number })}
                  data-testid="contact-call"
                  onClick={() => dialNumber(number)}
                />
              </span>
            </li>
          ))}
        </ul>
      </section>
      {emails.length === 0 ? null : (
        <section className="detail-part">
          <h2>{emails.length === 1 ? t('contacts.email') : t('people.emails')}</h2>
          {emails.map((email) => (
            <p key={email} className="contact-mail selectable">
              <Mail className="icon" aria-hidden="true" />
              <Foreign className="cut">{email}</Foreign>
            </p>
          ))}
        </section>
      )}
      {contact.kind === 'company' ? <Staff company={contact.name} onOpen={onOpen} /> : null}
      {responsible === '' ? null : (
        <section className="detail-part">
          <h2>{t('contacts.responsible')}</h2>
          <p className="selectable">
            <Foreign>{responsible}</Foreign>
          </p>
        </section>
      )}
      <Confirm
        open={asking}
        title={t('contacts.removeTitle', { name: contact.name })}
        text={t('contacts.removeText')}
        action={t('app.remove')}
        testId="contact-confirm"
        onAnswer={(yes) => void remove(yes)}
      />
    </section>
  );
}
