// SPDX-License-Identifier: MIT
import { Users } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { create } from 'zustand';
import type { TeamSettings } from '../../../src-shared/rules/team.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { BlacklistPanel } from '../blacklist/BlacklistPanel.tsx';
import { RulesEditor } from '../rules/RulesEditor.tsx';
import { useApp } from '../state/store.ts';
import { AccountTab } from './AccountTab.tsx';
import { DevicesTab } from './DevicesTab.tsx';
import { change, forgetTeam, loadSettings, useDraft, useSettingsDraft } from './draft.ts';
import { ImportTab } from './ImportTab.tsx';
import { PeopleTab } from './PeopleTab.tsx';
import { SaveBar } from './SaveBar.tsx';
import '../../i18n/screens.ts';
import './team.css';

const TABS = ['people', 'rules', 'blacklist', 'import', 'devices', 'account'] as const;
type Tab = (typeof TABS)[number];

/** Kept when another screen is looked at meanwhile. */
const useTab = create<{ readonly tab: Tab }>(() => ({ tab: 'people' }));

const selectState = (app: AppState) => app.team.state;
const selectRole = (app: AppState) => app.team.role;
const selectUrl = (app: AppState) => app.team.url;

/** What an administrator sets for everybody. People, rules and the address of names are saved together, by the bar below. */
export default function TeamScreen() {
  const t = useT();
  const tab = useTab((ui) => ui.tab);
  const state = useApp(selectState);
  const role = useApp(selectRole);
  useTeam();
  if (role !== 'admin' || state === 'off') {
    return <Empty icon={Users} title={t('teamState.status-off')} text={t('errors.team.not-allowed')} />;
  }
  return (
    <section className="team screen" aria-label={t('team.title')} data-testid="team">
      <nav className="team-tabs" aria-label={t('team.tabs')}>
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            className="team-tab"
            aria-current={name === tab ? 'page' : undefined}
            data-testid={`team-tab-${name}`}
            onClick={() => useTab.setState({ tab: name })}
          >
            {t(`team.${name}`)}
          </button>
        ))}
      </nav>
      <div className="team-page" key={tab}>
        <Page tab={tab} />
      </div>
      <SaveBar onPeople={() => useTab.setState({ tab: 'people' })} />
    </section>
  );
}

/** Reads the settings when the relay is there, and forgets them with the team. */
function useTeam(): void {
  const state = useApp(selectState);
  const url = useApp(selectUrl);
  const shown = useRef(url);
  useEffect(() => {
    if (shown.current !== url) forgetTeam();
    shown.current = url;
    if (state === 'on') void loadSettings();
  }, [state, url]);
}

function Page({ tab }: { readonly tab: Tab }) {
  switch (tab) {
    case 'people':
      return <WithSettings>{(settings) => <PeopleTab settings={settings} />}</WithSettings>;
    case 'rules':
      return <WithSettings>{(settings) => <RulesTab settings={settings} />}</WithSettings>;
    case 'blacklist':
      return <BlacklistTab />;
    case 'import':
      return <ImportTab />;
    case 'devices':
      return <DevicesTab />;
    case 'account':
      return <WithSettings>{(settings) => <AccountTab settings={settings} />}</WithSettings>;
  }
}

function WithSettings({ children }: { readonly children: (settings: TeamSettings) => ReactNode }) {
  const t = useT();
  const settings = useSettingsDraft();
  const error = useDraft((draft) => draft.error);
  const state = useApp(selectState);
  if (settings !== null) return children(settings);
  const problem = error ?? (state === 'on' ? null : ({ code: 'team.offline', params: {} } as const));
  if (problem === null) {
    return (
      <p className="quiet" aria-busy="true">
        {t('team.loading')}
      </p>
    );
  }
  return (
    <div className="empty" role="alert">
      <p className="error-box">{errorText(t, problem)}</p>
      <Button data-testid="team-retry" onClick={() => void loadSettings()}>
        {t('app.retry')}
      </Button>
    </div>
  );
}

function RulesTab({ settings }: { readonly settings: TeamSettings }) {
  const t = useT();
  return (
    <div className="team-narrow">
      <p className="team-text quiet">{t('rules.teamText')}</p>
      <RulesEditor isDraft rules={settings.rules} onChange={(rules) => change({ rules })} />
    </div>
  );
}

function BlacklistTab() {
  const t = useT();
  return (
    <>
      <p className="team-text quiet">{t('blacklist.text')}</p>
      <BlacklistPanel />
    </>
  );
}
