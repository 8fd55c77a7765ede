// SPDX-License-Identifier: MIT
import { CRM_KINDS, type CrmKind } from '../../../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { isHost, linesOf } from '../../../ui/valid.ts';
import { Row, TextRow } from '../../settings/rows.tsx';
import { kindText } from '../crm-state.ts';
import { useCrmSettings } from '../use-crm-settings.ts';

const DIGITS = ['7', '8', '9', '10'] as const;
type Digits = (typeof DIGITS)[number];
const ANY = 'any';

/** When a record counts as the caller's, which one is preferred, and where its links may lead. */
export function MatchPart({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { error, changeConnector } = useCrmSettings();
  const { match, prefer, linkHosts } = connector;
  const change = (part: Partial<ConnectorSettings>) => changeConnector(connector.id, (one) => ({ ...one, ...part }));
  return (
    <section className="settings-section" aria-label={t('crmSet.matching')}>
      <h2>{t('crmSet.matching')}</h2>
      <Row label={t('crmSet.strategy')} hint={t(`crmSet.strategyHint-${match.strategy}`)} error={error}>
        <Segments
          label={t('crmSet.strategy')}
          value={match.strategy}
          options={(['exact', 'tail'] as const).map((value) => ({ value, label: t(`crmSet.strategy-${value}`) }))}
          testId="connector-strategy"
          onChange={(strategy) => void change({ match: { ...match, strategy } })}
        />
      </Row>
      {match.strategy === 'exact' ? null : (
        <Row label={t('crmSet.digits')} hint={t('crmSet.digitsHint')}>
          <Segments<Digits>
            label={t('crmSet.digits')}
            value={String(match.digits) as Digits}
            options={DIGITS.map((value) => ({ value, label: value }))}
            testId="connector-digits"
            onChange={(value) => void change({ match: { ...match, digits: Number(value) } })}
          />
        </Row>
      )}
      <Row label={t('crmSet.prefer')} hint={t('crmSet.preferHint')}>
        <Segments<CrmKind | typeof ANY>
          label={t('crmSet.prefer')}
          value={prefer ?? ANY}
          options={[
            { value: ANY, label: t('crmSet.preferAny') },
            ...CRM_KINDS.map((value) => ({ value, label: kindText(value, t) })),
          ]}
          testId="connector-prefer"
          onChange={(value) => void change({ prefer: value === ANY ? null : value })}
        />
      </Row>
      <TextRow
        lines
        label={t('crmSet.linkHosts')}
        hint={t('crmSet.linkHostsHint')}
        testId="connector-linkHosts"
        stored={linkHosts.join('\n')}
        check={(text) => {
          const hosts = linesOf(text);
          const bad = hosts.find((host) => !isHost(host));
          if (bad !== undefined) return t('crmSet.linkHostBad', { value: bad });
          return hosts.length > 10 ? t('crmSet.linkHostsMany') : null;
        }}
        save={(text) => change({ linkHosts: linesOf(text) })}
        error={null}
      />
    </section>
  );
}
