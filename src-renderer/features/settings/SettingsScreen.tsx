// SPDX-License-Identifier: MIT
import { Keyboard, Stethoscope } from 'lucide-react';
import { type ReactNode, useEffect, useId } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { type T, useLanguage, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { countryName } from '../../ui/format.ts';
import { isHost, isSocketAddress, isStun, isWebAddress } from '../../ui/valid.ts';
import { CrmSection } from '../crm/settings/CrmSection.tsx';
import { useApp } from '../state/store.ts';
import { goTo, showKeyboardHelp, useUi } from '../state/ui.ts';
import { AccountSection } from './AccountSection.tsx';
import { AudioSection } from './AudioSection.tsx';
import { CallsSection } from './CallsSection.tsx';
import { EventsSection } from './EventsSection.tsx';
import { ForwardingSection } from './ForwardingSection.tsx';
import { HotkeyRow } from './HotkeyRow.tsx';
import { RulesSection } from './RulesSection.tsx';
import { ChoiceRow, LinesRow, Row, StringRow, ToggleRow } from './rows.tsx';
import { TeamSection } from './TeamSection.tsx';
import '../../i18n/screens.ts';
import './settings.css';

const SECTIONS = [
  'account',
  'team',
  'look',
  'audio',
  'calls',
  'forwarding',
  'rules',
  'crm',
  'keys',
  'events',
  'servers',
  'start',
  'about',
] as const;

const selectVersion = (app: AppState) => app.version;
const selectCountry = (app: AppState) => app.settings.country;

/** One page; every change is saved at once, with what went wrong beside it. */
export default function SettingsScreen() {
  const t = useT();
  const prefix = useId();
  const version = useApp(selectVersion);
  const section = useUi((ui) => ui.section);
  useEffect(() => {
    if (section === null) return;
    document.getElementById(`${prefix}-${section}`)?.scrollIntoView();
    useUi.setState({ section: null });
  }, [section, prefix]);
  return (
    <div className="settings screen">
      <nav className="settings-nav" aria-label={t('settings.sections')}>
        {SECTIONS.map((name) => (
          <button
            key={name}
            type="button"
            className="settings-link"
            onClick={() => document.getElementById(`${prefix}-${name}`)?.scrollIntoView()}
          >
            {titleOf(name, t)}
          </button>
        ))}
      </nav>
      <div className="settings-page">
        <Section id={`${prefix}-account`} title={t('settings.account')}>
          <AccountSection />
        </Section>
        <Section id={`${prefix}-team`} title={t('teamState.section')}>
          <TeamSection />
        </Section>
        <Section id={`${prefix}-look`} title={t('settings.look')}>
          <Look />
        </Section>
        <Section id={`${prefix}-audio`} title={t('settings.audio')}>
          <AudioSection />
        </Section>
        <Section id={`${prefix}-calls`} title={t('settings.calls')}>
          <CallsSection />
        </Section>
        <Section id={`${prefix}-forwarding`} title={t('settings.forwarding')} text={t('settings.forwardText')}>
          <ForwardingSection />
        </Section>
        <Section id={`${prefix}-rules`} title={t('rules.section')}>
          <RulesSection />
        </Section>
        <Section id={`${prefix}-crm`} title={t('crmSet.title')}>
          <CrmSection />
        </Section>
        <Section id={`${prefix}-keys`} title={t('settings.keys')} text={t('settings.hotkeysHint')}>
          <HotkeyRow name="hotkeyDialer" />
          <HotkeyRow name="hotkeyDialSelection" />
          <HotkeyRow name="hotkeyAnswer" />
          <HotkeyRow name="hotkeyDecline" />
          <Row label={t('shortcuts.row')} hint={t('shortcuts.rowHint')}>
            <Button icon={Keyboard} data-testid="settings-shortcuts" onClick={() => showKeyboardHelp(true)}>
              {t('shortcuts.show')}
            </Button>
          </Row>
        </Section>
        <Section id={`${prefix}-events`} title={t('settings.events')}>
          <EventsSection />
        </Section>
        <Section id={`${prefix}-servers`} title={t('settings.servers')} text={t('settings.unconfirmed')}>
          <Servers />
        </Section>
        <Section id={`${prefix}-start`} title={t('settings.start')}>
          <ToggleRow name="openAtLogin" label={t('settings.openAtLogin')} />
          <ToggleRow name="startHidden" label={t('settings.startHidden')} hint={t('settings.startHiddenHint')} />
        </Section>
        <Section id={`${prefix}-about`} title={t('settings.about')}>
          <Row label={t('settings.version')}>
            <span className="selectable">{version}</span>
          </Row>
          <Row label={t('settings.licence')}>MIT</Row>
        </Section>
      </div>
    </div>
  );
}

function titleOf(name: (typeof SECTIONS)[number], t: T): string {
  if (name === 'team') return t('teamState.section');
  if (name === 'crm') return t('crmSet.title');
  return name === 'rules' ? t('rules.section') : t(`settings.${name}`);
}

function Section({
  id,
  title,
  text,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}) {
  return (
    <section id={id} className="settings-section" aria-label={title}>
      <h2>{title}</h2>
      {text ? <p className="setting-hint">{text}</p> : null}
      {children}
    </section>
  );
}

function Look() {
  const t = useT();
  const language = useLanguage();
  const country = useApp(selectCountry);
  return (
    <>
      <ChoiceRow
        name="theme"
        label={t('settings.theme')}
        options={[
          { value: 'system', label: t('settings.theme-system') },
          { value: 'light', label: t('settings.theme-light') },
          { value: 'dark', label: t('settings.theme-dark') },
        ]}
      />
      <ChoiceRow
        name="language"
        label={t('settings.language')}
        options={[
          { value: 'system', label: t('settings.language-system') },
          { value: 'en', label: 'English' },
          { value: 'es', label: 'Español' },
        ]}
      />
      <StringRow
        name="country"
        label={`${t('settings.country')} (${countryName(country, language)})`}
        hint={t('settings.countryHint')}
        tidy={(text) => text.toUpperCase()}
        check={(text) => (/^[A-Z]{2}$/.test(text) ? null : t('settings.countryBad'))}
      />
    </>
  );
}

function Servers() {
  const t = useT();
  return (
    <>
      <Row label={t('settings.doctor')} hint={t('settings.doctorHint')}>
        <Button icon={Stethoscope} data-testid="settings-doctor" onClick={() => goTo('doctor')}>
          {t('doctor.run')}
        </Button>
      </Row>
      <StringRow
        name="apiBaseUrl"
        label={t('settings.apiBaseUrl')}
        check={(text) => (isWebAddress(text) ? null : t('settings.urlBad', { example: 'https://api.example.com' }))}
      />
      <LinesRow
        name="sipWssUrls"
        label={t('settings.sipWssUrls')}
        hint={t('settings.sipWssHint')}
        check={(text) =>
          isSocketAddress(text) ? null : t('settings.urlBad', { example: 'wss://pbx.example.com:4443' })
        }
      />
      <StringRow
        name="sipDomain"
        label={t('settings.sipDomain')}
        check={(text) => (isHost(text) ? null : t('settings.domainBad'))}
      />
      <StringRow name="sipRealm" label={t('settings.sipRealm')} hint={t('settings.sipRealmHint')} check={() => null} />
      <LinesRow
        name="stunUrls"
        label={t('settings.stunUrls')}
        hint={t('settings.stunHint')}
        check={(value) => (isStun(value) ? null : t('settings.stunBad', { value }))}
      />
    </>
  );
}
