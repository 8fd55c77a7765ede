// SPDX-License-Identifier: MIT
import { ChevronRight } from 'lucide-react';
import type { AppState } from '../../../../src-shared/state.ts';
import { useT } from '../../../i18n/index.ts';
import { Button } from '../../../ui/controls.tsx';
import { Row } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { useCrmSettings } from '../use-crm-settings.ts';
import { ConnectorList } from './ConnectorList.tsx';
import { type CrmTab, openCrm } from './crm-ui.ts';
import './crm-settings.css';

const selectOutbox = (app: AppState) => app.crm.outbox;

/** The CRMs in the settings: which there are and how they stand; the rest has a screen of its own. */
export function CrmSection() {
  const t = useT();
  const { crm, error } = useCrmSettings();
  const outbox = useApp(selectOutbox);
  const link = (tab: CrmTab, label: string, hint: string, said: string, bad = false) => (
    <Row label={label} hint={hint}>
      <div className="crm-link">
        <Button data-testid={`settings-crm-${tab}`} onClick={() => openCrm(tab)}>
          {t('crmSet.open')}
          <ChevronRight className="icon" aria-hidden="true" />
        </Button>
        <span className={bad ? 'field-error' : 'quiet row-small'}>{said}</span>
      </div>
    </Row>
  );
  const waits = outbox.waiting === 0 ? '' : t('crmSet.waitingCount', { count: outbox.waiting });
  const failed = outbox.failed === 0 ? '' : t('crmSet.failedCount', { count: outbox.failed });
  return (
    <>
      {crm.connectors.length === 0 ? null : (
        <ConnectorList selected={null} onSelect={(id) => openCrm('connections', id)} />
      )}
      {link(
        'connections',
        t('crmSet.connections'),
        t('crmSet.connectionsHint'),
        error ?? (crm.connectors.length === 0 ? t('crmSet.none') : ''),
        error !== null,
      )}
      {link(
        'journal',
        t('crmSet.journal'),
        t('crmSet.journalHint'),
        crm.journal.calls ? t('crmSet.on') : t('crmSet.off'),
      )}
      {link(
        'creation',
        t('crmSet.creation'),
        t('crmSet.creationHint'),
        t(isCreating(crm.autoCreate) ? 'crmSet.on' : 'crmSet.off'),
      )}
      {link('agents', t('crmSet.agents'), t('crmSet.agentsHint'), '')}
      {link('outbox', t('crmSet.outbox'), t('crmSet.outboxHint'), failed || waits, failed !== '')}
    </>
  );
}

function isCreating({ incoming, outgoing }: AppState['settings']['crm']['autoCreate']): boolean {
  return incoming.when !== 'off' || outgoing.when !== 'off';
}
