// SPDX-License-Identifier: MIT
import { Check, Mail, UserRoundPlus } from 'lucide-react';
import { useRef } from 'react';
import type { CrmRecord } from '../../../src-shared/crm/model.ts';
import type { CallerView } from '../../../src-shared/crm/view.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { useApp } from '../state/store.ts';
import { callerText, failedText } from './caller-text.ts';
import { connectorName, creators, recordLine, selectConnectors } from './crm-state.ts';
import { RecordLink } from './RecordLink.tsx';
import './crm.css';

/**
 * Who a number is in the CRMs: the record, a choice among several that is kept for this number, or the way to a new one.
 *
 * @param onCreate opens the form of a new record
 */
export function CallerRecords({
  number,
  caller,
  onChosen,
  onCreate,
}: {
  readonly number: string;
  readonly caller: CallerView;
  /** The choice is kept: what is shown may be asked for again. */
  readonly onChosen?: () => void;
  readonly onCreate: () => void;
}) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const { run, busy, error } = useAction();
  const { result } = caller;
  const place = useRef<HTMLDivElement>(null);
  const leave = useKeptFocus(place, '.record-link');
  const choose = async (record: CrmRecord) => {
    const { connector, kind, id } = record;
    // The buttons go away with the choice.
    leave(0);
    await run(async () => {
      await request('crm.choose', number, { connector, kind, id });
      onChosen?.();
    });
  };
  const failed = failedText(caller.failed, connectors, t);
  return (
    <div ref={place} className="records" tabIndex={-1} data-testid="crm-records">
      {result.state === 'one' ? <OneRecord record={result.record} /> : null}
      {result.state === 'ambiguous' ? (
        <>
          <p className="quiet">{t('crm.chooseText')}</p>
          <ul className="records-list" aria-label={t('crm.several', { count: result.records.length })}>
            {result.records.map((record) => (
              <li key={`${record.connector} ${record.kind} ${record.id}`} className="records-item">
                <span className="records-who">
                  <RecordLink record={record} run={run} testId="crm-record" />
                  <Foreign className="cut quiet row-small">
                    {[connectorName(connectors, record.connector, t), recordLine(record, t)].join(' · ')}
                  </Foreign>
                </span>
                <Button
                  size="small"
                  icon={Check}
                  disabled={busy}
                  aria-label={t('crm.chooseName', { name: record.name })}
                  data-testid="crm-choose"
                  onClick={() => void choose(record)}
                >
                  {t('crm.choose')}
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {result.state === 'none' ? (
        <div className="records-none">
          <p className="quiet" data-testid="crm-none">
            {callerText(caller, connectors, t)}
          </p>
          {creators(connectors).length === 0 ? null : (
            <Button size="small" icon={UserRoundPlus} data-testid="crm-create-open" onClick={onCreate}>
              {t('crm.create')}
            </Button>
          )}
        </div>
      ) : failed === '' ? null : (
        <p className="quiet row-small">{failed}</p>
      )}
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </div>
  );
}

function OneRecord({ record }: { readonly record: CrmRecord }) {
  const t = useT();
  const connectors = useApp(selectConnectors);
  const { run, error } = useAction();
  return (
    <div className="records-one">
      <RecordLink record={record} run={run} className="records-name" testId="crm-record" />
      <Foreign className="cut quiet row-small" data-testid="crm-record-line">
        {[recordLine(record, t), connectorName(connectors, record.connector, t)].join(' · ')}
      </Foreign>
      {record.email ? (
        <span className="records-mail quiet row-small selectable">
          <Mail className="icon" aria-hidden="true" />
          <Foreign className="cut">{record.email}</Foreign>
        </span>
      ) : null}
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </div>
  );
}
