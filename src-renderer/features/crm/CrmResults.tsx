// SPDX-License-Identifier: MIT
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';
import { failedText } from './caller-text.ts';
import { connectorName, ready, recordLine, selectConnectors } from './crm-state.ts';
import './crm.css';

/** What the CRMs found, as entries below the local ones, each with where it comes from. */
export function CrmResults({
  records,
  failed,
  asking,
  selected,
  onSelect,
}: {
  readonly records: readonly CrmRecord[];
  readonly failed: readonly string[];
  readonly asking: boolean;
  readonly selected: CrmRecord | null;
  readonly onSelect: (record: CrmRecord) => void;
}) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const [only, ...more] = ready(connectors);
  const name = only !== undefined && more.length === 0 ? only.name : t('crm.theCrms');
  const said = asking ? t('crm.searching', { name }) : failedText(failed, connectors, t);
  if (records.length === 0 && said === '') return null;
  return (
    <>
      <li className="crm-results-head">
        <span>{t('crm.found')}</span>
        <span className="quiet" role="status" data-testid="crm-search-state">
          {said}
        </span>
      </li>
      {records.map((record) => (
        <li key={`${record.connector} ${record.kind} ${record.id}`} className="contact-item">
          <button
            type="button"
            className="contact-row crm-result"
            aria-current={record === selected}
            data-testid="crm-result"
            onClick={() => onSelect(record)}
          >
            <span className="contact-who">
              <Foreign className="cut row-name">{record.name}</Foreign>
              <Foreign className="cut quiet row-small">
                {[recordLine(record, t), connectorName(connectors, record.connector, t)].join(' · ')}
              </Foreign>
            </span>
          </button>
        </li>
      ))}
    </>
  );
}
