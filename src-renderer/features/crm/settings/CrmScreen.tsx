// SPDX-License-Identifier: MIT
import { ArrowLeft } from 'lucide-react';
import type { AppState } from '../../../../src-shared/state.ts';
import { useT } from '../../../i18n/index.ts';
import { IconButton } from '../../../ui/controls.tsx';
import { comeIntoView } from '../../../ui/hooks.ts';
import { useApp } from '../../state/store.ts';
import { openSettings } from '../../state/ui.ts';
import { AgentsTab } from './AgentsTab.tsx';
import { ConnectionsTab } from './ConnectionsTab.tsx';
import { CreationTab } from './CreationTab.tsx';
import { CRM_TABS, type CrmTab, useCrmUi } from './crm-ui.ts';
import { JournalTab } from './JournalTab.tsx';
import { OutboxTab } from './OutboxTab.tsx';
import '../../../i18n/screens.ts';
import '../../settings/settings.css';
import './crm-settings.css';
import './journal.css';

const selectFailed = (app: AppState) => app.crm.outbox.failed;

/** Everything about the CRMs: connections, what is written into them, and what still waits. */
export default function CrmScreen() {
  const t = useT();
  const tab = useCrmUi((ui) => ui.tab);
  const failed = useApp(selectFailed);
  return (
    <section className="crm screen" aria-label={t('crmSet.title')} data-testid="crm">
      <header className="crm-head">
        <IconButton
          icon={ArrowLeft}
          tone="ghost"
          label={t('crmSet.back')}
          data-testid="crm-back"
          onClick={() => openSettings('crm')}
        />
        <h1>{t('crmSet.title')}</h1>
      </header>
      <nav className="crm-tabs" aria-label={t('crmSet.tabs')}>
        {CRM_TABS.map((name) => (
          <button
            key={name}
            ref={name === tab ? comeIntoView : null}
            type="button"
            className="crm-tab"
            aria-current={name === tab ? 'page' : undefined}
            data-testid={`crm-tab-${name}`}
            onClick={() => useCrmUi.setState({ tab: name })}
          >
            {t(`crmSet.${name}`)}
            {name === 'outbox' && failed > 0 ? (
              <span className="crm-tab-badge" data-testid="crm-tab-failed">
                <span aria-hidden="true">{failed > 99 ? '99+' : failed}</span>
                <span className="screen-reader">{t('crmSet.failedCount', { count: failed })}</span>
              </span>
            ) : null}
          </button>
        ))}
      </nav>
      <Tab tab={tab} />
    </section>
  );
}

function Tab({ tab }: { readonly tab: CrmTab }) {
  switch (tab) {
    case 'connections':
      return <ConnectionsTab />;
    case 'journal':
      return <JournalTab />;
    case 'creation':
      return <CreationTab />;
    case 'agents':
      return <AgentsTab />;
    case 'outbox':
      return <OutboxTab />;
  }
}
