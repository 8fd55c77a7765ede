// SPDX-License-Identifier: MIT
import { Users } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { isWhole } from '../../ui/valid.ts';
import { BlacklistPanel } from '../blacklist/BlacklistPanel.tsx';
import { selectIsAdmin } from '../frame/NavRail.tsx';
import { RulesEditor } from '../rules/RulesEditor.tsx';
import { useApp } from '../state/store.ts';
import { goTo } from '../state/ui.ts';
import { NumberRow, Row } from './rows.tsx';
import { useSetting } from './use-setting.ts';

const selectState = (app: AppState) => app.team.state;

/** What one agent alone tells the PBX, and whose calls are refused; in a team, whose rules count. */
export function RulesSection() {
  const t = useT();
  const state = useApp(selectState);
  return (
    <>
      {state === 'off' ? <Own /> : <Teams />}
      <NumberRow
        name="reminderSnoozeMinutes"
        label={t('reminders.snoozeMinutes')}
        hint={t('reminders.snoozeMinutesHint')}
        check={(text) => (isWhole(text, 1, 1440) ? null : t('reminders.snoozeMinutesBad'))}
      />
    </>
  );
}

function Own() {
  const t = useT();
  const { value, save, error } = useSetting('rules');
  return (
    <>
      <p className="setting-hint">{t('rules.text')}</p>
      {error === null ? null : (
        <p className="error-box" role="alert">
          {error}
        </p>
      )}
      <RulesEditor rules={value} onChange={(rules) => void save(rules)} />
      <section className="settings-part" aria-label={t('blacklist.title')}>
        <h3 className="field-label">{t('blacklist.title')}</h3>
        <p className="setting-hint">{t('blacklist.text')}</p>
        <BlacklistPanel />
      </section>
    </>
  );
}

function Teams() {
  const t = useT();
  const isAdmin = useApp(selectIsAdmin);
  return (
    <Row label={t('rules.section')} hint={t('teamState.rulesByAdmin')}>
      {isAdmin ? (
        <Button icon={Users} onClick={() => goTo('team')}>
          {t('teamState.openTeam')}
        </Button>
      ) : null}
    </Row>
  );
}
