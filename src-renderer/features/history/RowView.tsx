// SPDX-License-Identifier: MIT
import { AudioLines, NotebookPen } from 'lucide-react';
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { clock, duration } from '../../ui/format.ts';
import { CallIcon } from '../calls/CallIcon.tsx';
import { callLine, callNumber, callTitle, resultText } from '../calls/call-text.ts';

type Props = {
  readonly id: string;
  readonly row: HistoryRow;
  readonly position: number;
  readonly total: number;
  readonly selected: boolean;
  readonly current: boolean;
  readonly onSelect: () => void;
};

/** Who and when on the first line, how and how long on the second. */
export function RowView({ id, row, position, total, selected, current, onSelect }: Props) {
  const t = useT();
  const language = useLanguage();
  const { call } = row;
  const below = [callNumber(call, t), callLine(call, t)].filter(Boolean).join(' · ');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the list
    <div
      id={id}
      role="option"
      tabIndex={-1}
      className="history-row"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={total}
      data-current={current}
      data-id={row.id}
      data-testid="history-row"
      data-direction={call.direction}
      data-disposition={call.disposition}
      onClick={onSelect}
    >
      <CallIcon call={call} />
      <span className="row-who">
        <Foreign className={isMissed(call) ? 'cut missed-name' : 'cut row-name'}>{callTitle(call, t)}</Foreign>
        <Foreign className="cut quiet row-small">{below || resultText(call, t)}</Foreign>
      </span>
      <span className="row-marks quiet">
        {row.note === '' ? null : (
          <span title={t('history.hasNote')}>
            <NotebookPen className="icon" aria-hidden="true" />
            <span className="screen-reader">{t('history.hasNote')}</span>
          </span>
        )}
        {row.recording.state === 'none' && !call.isRecorded ? null : (
          <span title={t('history.recorded')}>
            <AudioLines className="icon" aria-hidden="true" />
            <span className="screen-reader">{t('history.recorded')}</span>
          </span>
        )}
      </span>
      <span className="row-when">
        <span>{clock(call.startedAt, language)}</span>
        <span className="quiet row-small cut">
          {call.phase === 'ended' && call.answeredAt !== null ? duration(call.duration) : resultText(call, t)}
        </span>
      </span>
    </div>
  );
}
