// SPDX-License-Identifier: MIT
import { NotebookText } from 'lucide-react';
import type { CallView } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { type PanelKind, togglePanel } from '../calls/panels.ts';
import { useApp } from '../state/store.ts';
import { callerText } from './caller-text.ts';
import { selectConnectors, selectHasCrm, useCaller } from './crm-state.ts';
import { OpenRecord } from './OpenRecord.tsx';
import './crm.css';

/**
 * One line of a live call's card: what the CRMs say, and the way to all of it. Its room is kept from the first moment,
 * so that an answer moves nothing; without a CRM it is not there.
 */
export function CallerLine({
  call,
  panel,
  run,
}: {
  readonly call: CallView;
  readonly panel: PanelKind | null;
  readonly run: (work: () => Promise<unknown>) => Promise<unknown>;
}) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const hasCrm = useApp(selectHasCrm);
  const caller = useCaller(call.number);
  if (!hasCrm) return null;
  const open = panel === 'caller';
  return (
    <div className="caller-line" data-testid="caller-line">
      <Foreign className="cut quiet" aria-live="polite" data-testid="caller-text">
        {caller === null ? '' : callerText(caller, connectors, t)}
      </Foreign>
      {caller === null ? null : <OpenRecord call={call} caller={caller} run={run} testId="caller-open" />}
      <Button
        size="small"
        icon={NotebookText}
        aria-pressed={open}
        aria-expanded={open}
        data-panel="caller"
        data-testid="caller-toggle"
        onClick={() => togglePanel(call, 'caller')}
      >
        {caller?.result.state === 'ambiguous' ? t('crm.choose') : t('crm.details')}
      </Button>
    </div>
  );
}
