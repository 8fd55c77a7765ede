// SPDX-License-Identifier: MIT
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Foreign } from '../../../ui/controls.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { useApp } from '../../state/store.ts';
import { selectConnectors } from '../crm-state.ts';
import { useCrmSettings } from '../use-crm-settings.ts';
import { STATE_ICONS } from './connector-text.ts';

/** The connectors in the order they are asked, each with its state and a switch. */
export function ConnectorList({
  selected,
  onSelect,
}: {
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}) {
  const t = useT();
  const { crm, changeConnector } = useCrmSettings();
  return (
    <ul className="connectors" aria-label={t('crmSet.list')}>
      {crm.connectors.map((connector) => (
        <li key={connector.id} className="connector" data-testid="connector" aria-current={connector.id === selected}>
          <button
            type="button"
            className="connector-open"
            aria-current={connector.id === selected ? 'true' : undefined}
            data-testid={`connector-${connector.id}`}
            onClick={() => onSelect(connector.id)}
          >
            <Foreign className="cut row-name">{connector.name}</Foreign>
            <State connector={connector} />
          </button>
          <Toggle
            label={t('crmSet.useName', { name: connector.name })}
            value={connector.enabled}
            testId={`connector-${connector.id}-on`}
            onChange={(enabled) => void changeConnector(connector.id, (one) => ({ ...one, enabled }))}
          />
        </li>
      ))}
    </ul>
  );
}

function State({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const view = useApp(selectConnectors).find(({ id }) => id === connector.id);
  const state = view?.state ?? 'off';
  const Icon = STATE_ICONS[state];
  const type = t(`crmSet.type-${connector.type}`);
  return (
    <span className="connector-state row-small" data-state={state}>
      <Icon className="icon" aria-hidden="true" />
      <span className="cut">
        {t(`crmSet.state-${state}`)}
        {connector.name === type ? '' : ` · ${type}`}
      </span>
    </span>
  );
}
