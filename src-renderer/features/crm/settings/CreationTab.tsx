// SPDX-License-Identifier: MIT
import { CRM_KINDS, type CrmKind } from '../../../../src-shared/crm/model.ts';
import type { AutoCreateRule, CrmSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { Row, TextRow } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { creators, kindText, selectConnectors } from '../crm-state.ts';
import { useCrmSettings } from '../use-crm-settings.ts';

const WHEN = ['off', 'start', 'answer', 'end'] as const;

/** When an unknown number becomes a record by itself, of which kind, and in which CRM. */
export function CreationTab() {
  const t = useT();
  const { crm, error, change } = useCrmSettings();
  const able = creators(useApp(selectConnectors));
  const { autoCreate } = crm;
  const set = (part: Partial<CrmSettings['autoCreate']>) =>
    change((now) => ({ ...now, autoCreate: { ...now.autoCreate, ...part } }));
  const isGone = autoCreate.connector !== '' && !able.some(({ id }) => id === autoCreate.connector);
  return (
    <div className="crm-page">
      <section className="settings-section" aria-label={t('crmSet.creation')}>
        <p className="setting-hint">{t('crmSet.creationText')}</p>
        <Rule
          name="incoming"
          rule={autoCreate.incoming}
          error={error}
          onChange={(incoming) => void set({ incoming })}
        />
        <Rule name="outgoing" rule={autoCreate.outgoing} error={null} onChange={(outgoing) => void set({ outgoing })} />
        <Row label={t('crmSet.createIn')} hint={t('crmSet.createInHint')}>
          <select
            className="input"
            aria-label={t('crmSet.createIn')}
            value={autoCreate.connector}
            data-testid="creation-connector"
            onChange={(event) => void set({ connector: event.target.value })}
          >
            <option value="">{t('crmSet.createFirst')}</option>
            {isGone ? (
              <option value={autoCreate.connector}>{t('crmSet.notReady', { name: autoCreate.connector })}</option>
            ) : null}
            {able.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Row>
        <TextRow
          label={t('crmSet.company')}
          hint={t('crmSet.companyHint')}
          testId="creation-company"
          stored={autoCreate.company}
          check={(text) => (text.length > 200 ? t('crmSet.nameBad') : null)}
          save={(company) => set({ company })}
          error={null}
        />
      </section>
    </div>
  );
}

function Rule({
  name,
  rule,
  error,
  onChange,
}: {
  readonly name: 'incoming' | 'outgoing';
  readonly rule: AutoCreateRule;
  readonly error: string | null;
  readonly onChange: (rule: AutoCreateRule) => void;
}) {
  const t = useT();
  const label = t(`crmSet.create-${name}`);
  return (
    <>
      <Row label={label} hint={t(`crmSet.whenHint-${rule.when}`)} error={error}>
        <Segments
          label={label}
          value={rule.when}
          options={WHEN.map((value) => ({ value, label: t(`crmSet.when-${value}`) }))}
          testId={`creation-${name}`}
          onChange={(when) => onChange({ ...rule, when })}
        />
      </Row>
      {rule.when === 'off' ? null : (
        <Row label={t(`crmSet.createKind-${name}`)}>
          <Segments<CrmKind>
            label={t(`crmSet.createKind-${name}`)}
            value={rule.kind}
            options={CRM_KINDS.map((value) => ({ value, label: kindText(value, t) }))}
            testId={`creation-${name}-kind`}
            onChange={(kind) => onChange({ ...rule, kind })}
          />
        </Row>
      )}
    </>
  );
}
