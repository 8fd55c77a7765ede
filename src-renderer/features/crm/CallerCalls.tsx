// SPDX-License-Identifier: MIT
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { duration, whenText } from '../../ui/format.ts';
import { CallIcon } from '../calls/CallIcon.tsx';
import { resultText } from '../calls/call-text.ts';

/** The last calls with this number, each with its note: what was spoken of before. */
export function CallerCalls({
  rows,
  onOpen,
}: {
  readonly rows: readonly HistoryRow[];
  /** Absent where there is no history to open. */
  readonly onOpen?: (id: number) => void;
}) {
  const t = useT();
  if (rows.length === 0) return <p className="quiet">{t('crm.firstCall')}</p>;
  return (
    <ul className="caller-calls">
      {rows.map((row) => (
        <li key={row.id}>
          {onOpen === undefined ? (
            <div className="caller-call">
              <OneCall row={row} />
            </div>
          ) : (
            <button type="button" className="caller-call" data-testid="caller-call" onClick={() => onOpen(row.id)}>
              <OneCall row={row} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function OneCall({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const language = useLanguage();
  const { call } = row;
  const talked = call.answeredAt === null ? '' : duration(call.duration);
  const said = [row.outcome, row.note].filter(Boolean).join(' · ');
  return (
    <>
      <CallIcon call={call} />
      <span className="caller-call-what">
        <span className={isMissed(call) ? 'cut missed-name' : 'cut'}>
          {[resultText(call, t), talked].filter(Boolean).join(' · ')}
        </span>
        {said === '' ? null : (
          <Foreign className="caller-call-note quiet row-small" title={said}>
            {said}
          </Foreign>
        )}
      </span>
      <span className="quiet row-small">{whenText(call.startedAt, language, Date.now())}</span>
    </>
  );
}
