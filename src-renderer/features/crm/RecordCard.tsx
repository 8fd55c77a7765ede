// SPDX-License-Identifier: MIT
import { ArrowLeft, ExternalLink, Mail, MessageSquare, Phone, UserPlus } from 'lucide-react';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { canSend } from '../messages/can-send.ts';
import { writeTo } from '../messages/write-to.ts';
import { useApp } from '../state/store.ts';
import { dialNumber, editContact } from '../state/ui.ts';
import { connectorName, recordLine, selectConnectors } from './crm-state.ts';
import '../../i18n/screens.ts';
import './crm.css';

/** A record of a CRM beside the list of contacts: whom to call, and its page. It is changed in the CRM, not here. */
export function RecordCard({ record, onClose }: { readonly record: CrmRecord; readonly onClose: () => void }) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const sms = useApp(canSend);
  const { run, error } = useAction();
  const source = connectorName(connectors, record.connector, t);
  const { url } = record;
  return (
    <section className="split-detail" aria-label={t('crm.record')} data-testid="crm-record-card">
      <header className="detail-title">
        <IconButton icon={ArrowLeft} tone="ghost" className="detail-back" label={t('app.back')} onClick={onClose} />
        <div className="detail-names">
          <h1 className="cut selectable">
            <Foreign>{record.name}</Foreign>
          </h1>
          <p className="cut quiet selectable">
            <Foreign>{[recordLine(record, t), source].join(' · ')}</Foreign>
          </p>
        </div>
      </header>
      <div className="detail-actions">
        {url === null ? null : (
          <Button
            icon={ExternalLink}
            data-testid="crm-record-open"
            onClick={() => void run(() => request('link.open', url))}
          >
            {t('crm.openIn', { name: source })}
          </Button>
        )}
        <Button
          icon={UserPlus}
          disabled={record.phones.length === 0}
          data-testid="crm-record-add"
          onClick={() =>
            editContact({
              id: null,
              kind: record.kind === 'company' ? 'company' : 'person',
              name: record.name,
              company: record.company ?? '',
              email: record.email ?? '',
              url: url ?? '',
              responsible: record.owner?.extension ?? '',
              numbers: [...record.phones],
            })
          }
        >
          {t('history.addContact')}
        </Button>
      </div>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <section className="detail-part">
        <h2>{t('contacts.numbers')}</h2>
        {record.phones.length === 0 ? <p className="quiet">{t('crm.noNumber')}</p> : null}
        <ul className="contact-numbers">
          {record.phones.map((number) => (
            <li key={number}>
              <Foreign className="cut selectable">{number}</Foreign>
              <span className="device-buttons">
                {sms ? (
                  <IconButton
                    icon={MessageSquare}
                    tone="ghost"
                    label={t('messages.writeToNumber', { number })}
                    onClick={() => void run(() => writeTo(number))}
                  />
                ) : null}
                <IconButton
                  icon={Phone}
                  tone="ghost"
                  label={t('contacts.callNumber', { number })}
                  data-testid="crm-record-call"
                  onClick={() => dialNumber(number)}
                />
              </span>
            </li>
          ))}
        </ul>
      </section>
      {record.email ? (
        <section className="detail-part">
          <h2>{t('contacts.email')}</h2>
          <p className="contact-mail selectable">
            <Mail className="icon" aria-hidden="true" />
            <Foreign className="cut">{record.email}</Foreign>
          </p>
        </section>
      ) : null}
    </section>
  );
}
