// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { isHost, isWhole } from '../../../ui/valid.ts';
import { Row } from '../../settings/rows.tsx';
import { OptionNumber, OptionSwitch, OptionText, SecretRow, useOption } from './options.tsx';
import { SignIn } from './SignIn.tsx';

/** Zoho's data centres, with the ending by which people know theirs (crm-connectors.md section 3.1). */
const CENTRES = [
  ['us', 'zoho.com'],
  ['eu', 'zoho.eu'],
  ['in', 'zoho.in'],
  ['au', 'zoho.com.au'],
  ['jp', 'zoho.jp'],
  ['cn', 'zoho.com.cn'],
  ['sa', 'zoho.sa'],
  ['ca', 'zohocloud.ca'],
  ['uk', 'zoho.uk'],
] as const;
const DURATIONS = ['MM:SS', 'HH:MM', 'HH:MM:SS'] as const;

/** The data centre and the client registered there (docs/crm-zoho.md). */
export function ZohoPart({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { options } = connector;
  const { save, error } = useOption(connector);
  const kind = options.clientKind === 'server' ? 'server' : 'desktop';
  return (
    <section className="settings-section" aria-label={t('crmSet.access')}>
      <h2>{t('crmSet.access')}</h2>
      <p className="setting-hint">{t('crmSet.zohoText')}</p>
      <Row label={t('crmSet.dataCentre')} hint={t('crmSet.dataCentreHint')} error={error}>
        <select
          className="input"
          aria-label={t('crmSet.dataCentre')}
          value={String(options.dataCentre ?? 'us')}
          data-testid="option-dataCentre"
          onChange={(event) => void save('dataCentre', event.target.value)}
        >
          {CENTRES.map(([code, ending]) => (
            <option key={code} value={code}>
              {`${t(`crmSet.centre-${code}`)} (${ending})`}
            </option>
          ))}
        </select>
      </Row>
      <Row label={t('crmSet.clientKind')} hint={t('crmSet.clientKindHint')}>
        <Segments
          label={t('crmSet.clientKind')}
          value={kind}
          options={(['desktop', 'server'] as const).map((value) => ({
            value,
            label: t(`crmSet.clientKind-${value}`),
          }))}
          testId="option-clientKind"
          onChange={(value) => void save('clientKind', value)}
        />
      </Row>
      <OptionText connector={connector} name="clientId" label={t('crmSet.clientId')} hint={t('crmSet.clientIdHint')} />
      <SecretRow
        optional
        connector={connector}
        name="clientSecret"
        label={t('crmSet.clientSecret')}
        hint={t('crmSet.clientSecretHint')}
      />
      <SignIn connector={connector} canConnect={Boolean(options.clientId)} />
      <More connector={connector} />
    </section>
  );
}

/** What fits most organisations as it is. */
function More({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { save } = useOption(connector);
  const format = DURATIONS.find((one) => one === connector.options.callDuration) ?? 'MM:SS';
  return (
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
        name="callsOfCompany"
        label={t('crmSet.callsOfCompany')}
        hint={t('crmSet.callsOfCompanyHint')}
        fallback={true}
      />
      <OptionSwitch
        connector={connector}
        name="workflows"
        label={t('crmSet.workflows')}
        hint={t('crmSet.workflowsHint')}
        fallback={false}
      />
      <Row label={t('crmSet.callDuration')} hint={t('crmSet.callDurationHint')}>
        <Segments
          label={t('crmSet.callDuration')}
          value={format}
          options={DURATIONS.map((value) => ({ value, label: value }))}
          testId="option-callDuration"
          onChange={(value) => void save('callDuration', value)}
        />
      </Row>
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
      <OptionText
        connector={connector}
        name="dealStage"
        label={t('crmSet.dealStage')}
        hint={t('crmSet.dealStageHint')}
      />
      <OptionNumber
        connector={connector}
        name="dealDays"
        label={t('crmSet.dealDays')}
        fallback={30}
        check={(text) => (isWhole(text, 1, 3650) ? null : t('crmSet.dealDaysBad'))}
      />
      <OptionText
        connector={connector}
        name="outgoingStatusField"
        label={t('crmSet.outgoingStatusField')}
        hint={t('crmSet.outgoingStatusFieldHint')}
      />
      <OptionText connector={connector} name="scope" label={t('crmSet.scope')} hint={t('crmSet.scopeHint')} />
      <OptionText
        connector={connector}
        name="crmHost"
        label={t('crmSet.crmHost')}
        hint={t('crmSet.crmHostHint')}
        check={(text) => (isHost(text) ? null : t('crmSet.linkHostBad', { value: text }))}
      />
      <OptionNumber
        connector={connector}
        name="creditReserve"
        label={t('crmSet.creditReserve')}
        hint={t('crmSet.creditReserveHint')}
        fallback={500}
        check={(text) => (isWhole(text, 0, 1_000_000) ? null : t('crmSet.creditReserveBad'))}
      />
    </details>
  );
}
