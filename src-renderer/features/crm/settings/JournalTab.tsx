// SPDX-License-Identifier: MIT
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { CrmSettings } from '../../../../src-shared/crm/settings.ts';
import { DEFAULT_TEXTS, type JournalTexts } from '../../../../src-shared/journal/texts.ts';
import type { AppState } from '../../../../src-shared/state.ts';
import { useLanguage, useT } from '../../../i18n/index.ts';
import { Confirm } from '../../../ui/Confirm.tsx';
import { Button } from '../../../ui/controls.tsx';
import { Segments } from '../../../ui/Segments.tsx';
import { Row, SwitchRow, TextRow } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { useCrmSettings } from '../use-crm-settings.ts';
import { previewOf, type TextName } from './example-call.ts';
import { JournalText } from './JournalText.tsx';

const NAMES: readonly TextName[] = [
  'subject',
  'answeredInbound',
  'missed',
  'answeredOutbound',
  'unansweredOutbound',
  'chatSubject',
];
const MOST_OUTCOMES = 30;

/** What is written into the CRMs after calls and conversations, and in which words. */
export function JournalTab() {
  const t = useT();
  const { crm, error, change } = useCrmSettings();
  const { journal } = crm;
  const set = (part: Partial<CrmSettings['journal']>) =>
    change((now) => ({ ...now, journal: { ...now.journal, ...part } }));
  return (
    <div className="crm-page">
      <section className="settings-section" aria-label={t('crmSet.journal')}>
        <p className="setting-hint">{t('crmSet.journalText')}</p>
        <SwitchRow
          label={t('crmSet.calls')}
          error={error}
          value={journal.calls}
          testId="journal-calls"
          onChange={(calls) => void set({ calls })}
        />
        <SwitchRow
          label={t('crmSet.unknown')}
          hint={t('crmSet.unknownHint')}
          value={journal.unknown}
          disabled={!journal.calls}
          testId="journal-unknown"
          onChange={(unknown) => void set({ unknown })}
        />
        <SwitchRow
          label={t('crmSet.chats')}
          hint={t('crmSet.chatsHint')}
          value={journal.chats}
          testId="journal-chats"
          onChange={(chats) => void set({ chats })}
        />
        <Row label={t('crmSet.chatsAs')} hint={t('crmSet.chatsAsHint')}>
          <Segments
            label={t('crmSet.chatsAs')}
            value={journal.chatsAs}
            options={(['task', 'call'] as const).map((value) => ({ value, label: t(`crmSet.chatsAs-${value}`) }))}
            testId="journal-chatsAs"
            onChange={(chatsAs) => void set({ chatsAs })}
          />
        </Row>
        <TextRow
          lines
          label={t('crmSet.outcomes')}
          hint={t('crmSet.outcomesHint')}
          testId="outcomes"
          stored={crm.outcomes.join('\n')}
          check={(text) => {
            const lines = outcomesOf(text);
            if (lines.length > MOST_OUTCOMES) return t('crmSet.outcomesMany', { most: MOST_OUTCOMES });
            return lines.some((line) => line.length > 60) ? t('crmSet.outcomeLong') : null;
          }}
          save={(text) => change((now) => ({ ...now, outcomes: outcomesOf(text) }))}
          error={null}
        />
      </section>
      <Texts texts={journal.texts} onSave={(texts) => set({ texts })} />
    </div>
  );
}

/** One a line; commas belong to the text. */
function outcomesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}

const selectOffset = (app: AppState) => app.settings.accountOffsetMinutes;
const selectExtension = (app: AppState) => app.settings.extension;

function Texts({
  texts,
  onSave,
}: {
  readonly texts: JournalTexts | null;
  readonly onSave: (texts: JournalTexts | null) => Promise<unknown>;
}) {
  const t = useT();
  const language = useLanguage();
  const offsetMinutes = useApp(selectOffset);
  const extension = useApp(selectExtension);
  const { crm } = useCrmSettings();
  const [asking, setAsking] = useState(false);
  const shown = texts ?? DEFAULT_TEXTS[language];
  const known = crm.agents.find((one) => one.extension === extension);
  const agent = { extension, name: known?.name ?? '', email: known?.email ?? '' };
  const about = { agent, offsetMinutes, outcome: crm.outcomes[0] ?? '', note: t('crmSet.exampleNote') };
  return (
    <section className="settings-section" aria-label={t('crmSet.texts')}>
      <div className="journal-head">
        <h2>{t('crmSet.texts')}</h2>
        <Button
          size="small"
          icon={RotateCcw}
          disabled={texts === null}
          data-testid="texts-reset"
          onClick={() => setAsking(true)}
        >
          {t('crmSet.textsReset')}
        </Button>
      </div>
      <p className="setting-hint">{t('crmSet.textsText')}</p>
      {NAMES.map((name) => (
        <JournalText
          key={name}
          name={name}
          stored={shown[name]}
          preview={(text) => previewOf(name, { ...shown, [name]: text }, about)}
          onSave={(text) => onSave({ ...shown, [name]: text })}
        />
      ))}
      <Confirm
        open={asking}
        title={t('crmSet.textsResetTitle')}
        text={t('crmSet.textsResetText')}
        action={t('crmSet.textsReset')}
        testId="texts-reset-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) void onSave(null);
        }}
      />
    </section>
  );
}
