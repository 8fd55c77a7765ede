// SPDX-License-Identifier: MIT
import type { CallerView } from '../../src-shared/crm/view.ts';
import type { CallView } from '../../src-shared/state.ts';
import { type PanelKind, togglePanel } from '../features/calls/panels.ts';
import { callerText } from '../features/crm/caller-text.ts';
import { selectConnectors } from '../features/crm/crm-state.ts';
import { OpenRecord } from '../features/crm/OpenRecord.tsx';
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
  const open = panel === 'caller';
  return (
    <div className="popup-line popup-crm-line">
      <Foreign className="cut quiet" aria-live="polite" data-testid="popup-company">
        {callerText(caller, connectors, t)}
      </Foreign>
      <OpenRecord call={call} caller={caller} run={run} testId="popup-crm" />
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
