// SPDX-License-Identifier: MIT
import { useState } from 'react';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { isWhole } from '../../../ui/valid.ts';
import { Row } from '../../settings/rows.tsx';
import { OptionNumber, OptionSwitch, OptionText, SecretRow, useOption } from './options.tsx';
import { SignIn } from './SignIn.tsx';

const HOSTS = ['login', 'test', 'own'] as const;
type Host = (typeof HOSTS)[number];

/** The organisation's server and the app registered there (docs/crm-salesforce.md). */
export function SalesforcePart({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { options } = connector;
  return (
    <section className="settings-section" aria-label={t('crmSet.access')}>
      <h2>{t('crmSet.access')}</h2>
      <p className="setting-hint">{t('crmSet.salesforceText')}</p>
      <HostRow connector={connector} />
      <OptionText
        connector={connector}
        name="clientId"
        label={t('crmSet.consumerKey')}
        hint={t('crmSet.consumerKeyHint')}
      />
      <SecretRow
        optional
        connector={connector}
        name="clientSecret"
        label={t('crmSet.clientSecret')}
        hint={t('crmSet.clientSecretMaybe')}
      />
      <SignIn connector={connector} canConnect={Boolean(options.clientId)} />
      <details className="crm-more">
        <summary>{t('crmSet.more')}</summary>
        <OptionSwitch
          connector={connector}
          name="searchStored"
          label={t('crmSet.searchStored')}
          hint={t('crmSet.searchStoredHint')}
          fallback={true}
        />
        <OptionSwitch
          connector={connector}
          name="allowDuplicates"
          label={t('crmSet.allowDuplicates')}
          hint={t('crmSet.allowDuplicatesHint')}
          fallback={false}
        />
        <OptionText
          connector={connector}
          name="leadCompany"
          label={t('crmSet.leadCompany')}
          hint={t('crmSet.leadCompanyHint')}
          fallback="Unknown"
        />
        <OptionText
          connector={connector}
          name="taskStatus"
          label={t('crmSet.taskStatus')}
          hint={t('crmSet.taskStatusHint')}
        />
        <OptionNumber
          connector={connector}
          name="dealDays"
          label={t('crmSet.dealDays')}
          fallback={30}
          check={(text) => (isWhole(text, 1, 3650) ? null : t('crmSet.dealDaysBad'))}
        />
        <OptionNumber
          connector={connector}
          name="apiVersion"
          label={t('crmSet.apiVersion')}
          hint={t('crmSet.apiVersionHint')}
          fallback={68}
          check={(text) => (isWhole(text, 40, 99) ? null : t('crmSet.apiVersionBad'))}
        />
      </details>
    </section>
  );
}

/** Where the person logs in: production, a sandbox, or the organisation's own domain. */
function HostRow({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { save, error } = useOption(connector);
  const host = String(connector.options.host ?? 'login');
  const [own, setOwn] = useState(false);
  const kind: Host = own || (host !== 'login' && host !== 'test') ? 'own' : host;
  return (
    <>
      <Row label={t('crmSet.host')} hint={t('crmSet.hostHint')} error={error}>
        <Segments<Host>
          label={t('crmSet.host')}
          value={kind}
          options={HOSTS.map((value) => ({ value, label: t(`crmSet.host-${value}`) }))}
          testId="connector-host"
          onChange={(value) => {
            setOwn(value === 'own');
            if (value !== 'own') void save('host', value);
          }}
        />
      </Row>
      {kind === 'own' ? (
        <OptionText
          connector={own && (host === 'login' || host === 'test') ? { ...connector, options: {} } : connector}
          name="host"
          label={t('crmSet.myDomain')}
          hint={t('crmSet.myDomainHint')}
          check={(text) => (/^[\w.:/-]{3,300}$/.test(text) ? null : t('crmSet.myDomainBad'))}
        />
      ) : null}
    </>
  );
}
