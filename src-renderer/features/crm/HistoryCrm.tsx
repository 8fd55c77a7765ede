// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useState } from 'react';
import type { CallerView } from '../../../src-shared/crm/view.ts';
import type { WireError } from '../../../src-shared/errors.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { asError, request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';
import { CallerRecords } from './CallerRecords.tsx';
import { createRecord } from './create-record.ts';
import { selectHasCrm } from './crm-state.ts';
import { Outcome, useOutcomes } from './Outcome.tsx';

/** Going through the list asks nobody: only a call that is looked at. */
const WAIT = 300;
const ASKING: CallerView = { state: 'asking', result: { state: 'none' }, failed: [] };

/** Part of a call's page: what it came to, and whose number it is in the CRMs. */
export default function HistoryCrm({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const hasCrm = useApp(selectHasCrm);
  const hasOutcomes = useOutcomes(row).length > 0;
  return (
    <>
      {hasOutcomes ? (
        <section className="detail-part">
          <Outcome row={row} />
        </section>
      ) : null}
      {hasCrm && row.call.number !== '' ? (
        <section className="detail-part">
          <h2>{t('crm.section')}</h2>
          <Records row={row} />
        </section>
      ) : null}
    </>
  );
}

function Records({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const { number, networkName } = row.call;
  const [caller, setCaller] = useState(ASKING);
  const [error, setError] = useState<WireError | null>(null);
  const ask = useCallback(() => {
    request('crm.lookup', number).then(
      (found) => {
        setError(null);
        setCaller({ state: 'known', ...found });
      },
      (thrown) => setError(asError(thrown)),
    );
  }, [number]);
  useEffect(() => {
    const wait = setTimeout(ask, WAIT);
    return () => clearTimeout(wait);
  }, [ask]);
  if (error !== null) return <p className="error-box">{errorText(t, error)}</p>;
  return (
    <CallerRecords
      number={number}
      caller={caller}
      onChosen={ask}
      onCreate={() => createRecord(number, networkName ?? '', ask)}
    />
  );
}
