// SPDX-License-Identifier: MIT
import { isTimeZone } from '../../../src-shared/rules/quiet-hours.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { whenText } from '../../ui/format.ts';
import { isWhole } from '../../ui/valid.ts';
import { useApp } from '../state/store.ts';
import { NumberRow, Row, StringRow } from './rows.tsx';

const selectStatistics = (app: AppState) => app.statistics;

/** The history from the PBX's statistics: how far it is, and how it is asked. */
export function StatisticsRows() {
  const t = useT();
  const language = useLanguage();
  const { state, until, error } = useApp(selectStatistics);
  const time = until === null ? '' : whenText(until, language, Date.now());
  const text = {
    off: t('statistics.off'),
    idle: until === null ? t('statistics.idleNever') : t('statistics.idle', { time }),
    filling: until === null ? t('statistics.filling') : t('statistics.fillingFrom', { time }),
    failed: t('statistics.failed'),
  }[state];
  return (
    <>
      <Row label={t('statistics.state')} hint={t('statistics.stateHint')} error={error ? errorText(t, error) : null}>
        <span data-testid="statistics-state" data-state={state} aria-busy={state === 'filling'}>
          {text}
        </span>
      </Row>
      <NumberRow
        name="historyDays"
        label={t('statistics.historyDays')}
        hint={t('statistics.historyDaysHint')}
        check={(value) => (isWhole(value, 0, 365) ? null : t('statistics.historyDaysBad'))}
      />
      <NumberRow
        name="pollMinutes"
        label={t('statistics.pollMinutes')}
        hint={t('statistics.pollMinutesHint')}
        check={(value) => (value === '0' || isWhole(value, 2, 1440) ? null : t('statistics.pollMinutesBad'))}
      />
      <StringRow
        name="accountTimeZone"
        label={t('statistics.timeZone')}
        hint={t('statistics.timeZoneHint')}
        check={(value) => (isTimeZone(value) ? null : t('statistics.timeZoneBad'))}
      />
    </>
  );
}
