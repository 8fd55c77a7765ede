// SPDX-License-Identifier: MIT
import { ArrowLeft, ChevronDown, ChevronUp, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Confirm } from '../../../ui/Confirm.tsx';
import { Foreign, IconButton } from '../../../ui/controls.tsx';
import { TextRow } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { selectConnectors } from '../crm-state.ts';
import { useCrmSettings } from '../use-crm-settings.ts';
import { STATE_ICONS } from './connector-text.ts';
import { MatchPart } from './MatchPart.tsx';
import { moved, withoutConnector } from './new-connector.ts';
import { OwnPart } from './OwnPart.tsx';
import { RewriteRules } from './RewriteRules.tsx';
import { SalesforcePart } from './SalesforcePart.tsx';
import { TemplatePart } from './TemplatePart.tsx';
import { ZohoPart } from './ZohoPart.tsx';

/** One connector: how it signs in, how numbers are matched, and its place among the others. Saved as it is changed. */
export function ConnectorEditor({
  connector,
  onClose,
}: {
  readonly connector: ConnectorSettings;
  readonly onClose: () => void;
}) {
  const t = useT();
  const { id, type } = connector;
  const { error, changeConnector } = useCrmSettings();
  return (
    <section className="split-detail connector-edit" aria-label={connector.name} data-testid="connector-edit">
      <header className="detail-title">
        <IconButton
          icon={ArrowLeft}
          tone="ghost"
          className="detail-back"
          label={t('crmSet.backToList')}
          data-testid="connector-back"
          onClick={onClose}
        />
        <div className="detail-names">
          <h1 className="cut">
            <Foreign>{connector.name}</Foreign>
          </h1>
          <StateLine id={id} />
        </div>
        <Place connector={connector} onRemoved={onClose} />
      </header>
      <section className="settings-section">
        <TextRow
          label={t('crmSet.name')}
          testId="connector-name"
          stored={connector.name}
          check={(text) => (text === '' || text.length > 100 ? t('crmSet.nameBad') : null)}
          save={(name) => changeConnector(id, (one) => ({ ...one, name }))}
          error={error}
        />
      </section>
      {type === 'salesforce' ? <SalesforcePart connector={connector} /> : null}
      {type === 'zoho' ? <ZohoPart connector={connector} /> : null}
      {type === 'own' ? <OwnPart connector={connector} /> : null}
      {type === '3cx' ? <TemplatePart connector={connector} /> : null}
      <MatchPart connector={connector} />
      <RewriteRules connector={connector} />
    </section>
  );
}

import './connector.css';

/** What is explained beside the control that mends it. */
const SAID_BELOW = /^(?:oauth\.|crm\.(?:definition|template)$)/;

/** How it stands, in words, with what to do when it does not work. */
function StateLine({ id }: { readonly id: string }) {
  const t = useT();
  const view = useApp(selectConnectors).find((one) => one.id === id);
  const state = view?.state ?? 'off';
  const Icon = STATE_ICONS[state];
  const error = view?.error ?? null;
  const isSaid = error === null || state !== 'failed' || SAID_BELOW.test(error.code);
  return (
    <p className="connector-state row-small" data-state={state} aria-live="polite" data-testid="connector-state">
      <Icon className="icon" aria-hidden="true" />
      <span className="selectable">{isSaid ? t(`crmSet.state-${state}`) : errorText(t, error)}</span>
    </p>
  );
}

/** Its place in the order they are asked, and the way out. */
function Place({ connector, onRemoved }: { readonly connector: ConnectorSettings; readonly onRemoved: () => void }) {
  const t = useT();
  const { crm, change } = useCrmSettings();
  const [asking, setAsking] = useState(false);
  const index = crm.connectors.findIndex(({ id }) => id === connector.id);
  const move = (step: number) =>
    void change((now) => ({
      ...now,
      connectors: moved(
        now.connectors,
        now.connectors.findIndex(({ id }) => id === connector.id),
        step,
      ),
    }));
  return (
    <div className="connector-place">
      <IconButton
        icon={ChevronUp}
        tone="ghost"
        label={t('crmSet.up')}
        disabled={index <= 0}
        data-testid="connector-up"
        onClick={() => move(-1)}
      />
      <IconButton
        icon={ChevronDown}
        tone="ghost"
        label={t('crmSet.down')}
        disabled={index === crm.connectors.length - 1}
        data-testid="connector-down"
        onClick={() => move(1)}
      />
      <IconButton
        icon={Trash2}
        tone="ghost"
        label={t('crmSet.remove')}
        data-testid="connector-remove"
        onClick={() => setAsking(true)}
      />
      <Confirm
        open={asking}
        title={t('crmSet.removeTitle', { name: connector.name })}
        text={t('crmSet.removeText')}
        action={t('crmSet.removeAction')}
        testId="connector-remove-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          if (!yes) return;
          void change((now) => withoutConnector(now, connector.id));
          onRemoved();
        }}
      />
    </div>
  );
}
