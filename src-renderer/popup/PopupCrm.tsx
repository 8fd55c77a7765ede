// SPDX-License-Identifier: MIT
import { ExternalLink } from 'lucide-react';
import type { CallerView } from '../../src-shared/crm/view.ts';
import type { CallView } from '../../src-shared/state.ts';
import { request } from '../bridge.ts';
import { type PanelKind, togglePanel } from '../features/calls/panels.ts';
import { callerText } from '../features/crm/caller-text.ts';
import { connectorName, kindText, recordOf, selectConnectors } from '../features/crm/crm-state.ts';
import { useApp } from '../features/state/store.ts';
import { useT } from '../i18n/index.ts';
import { Button, Foreign } from '../ui/controls.tsx';
import type { Run } from './PopupControls.tsx';
import './popup-crm.css';

/** What the CRMs say of a caller, in the place of the company: the record's kind opens its page, the rest is a panel. */
export default function PopupCrm({
  call,
  caller,
  panel,
  run,
}: {
  readonly call: CallView;
  readonly caller: CallerView;
  readonly panel: PanelKind | null;
  readonly run: Run;
}) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const record = recordOf(caller);
  const url = record?.url ?? call.contact?.url ?? null;
  const open = panel === 'caller';
  const source = record === null ? '' : connectorName(connectors, record.connector, t);
  return (
    <div className="popup-line popup-crm-line">
      <Foreign className="cut quiet" aria-live="polite" data-testid="popup-company">
        {callerText(caller, connectors, t)}
      </Foreign>
      {url === null ? null : (
        <Button
          size="small"
          icon={ExternalLink}
          title={source === '' ? t('call.openCard') : t('crm.openIn', { name: source })}
          data-testid="popup-crm"
          onClick={() => void run(() => request('link.open', url))}
        >
          {record === null ? t('call.openCard') : kindText(record.kind, t)}
        </Button>
      )}
      <Button
        size="small"
        aria-pressed={open}
        aria-expanded={open}
        data-panel="caller"
        data-testid="caller-toggle"
        onClick={() => togglePanel(call, 'caller')}
      >
        {caller.result.state === 'ambiguous' ? t('crm.choose') : t('crm.details')}
      </Button>
    </div>
  );
}
