// SPDX-License-Identifier: MIT
import { BookUser, Database, History } from 'lucide-react';
import type { Suggestion } from '../../../src-shared/ipc/map.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import './suggestions.css';

/** One of the list: local, or a number of a CRM's record with what that record is. */
export type Shown = Omit<Suggestion, 'from'> & {
  readonly from: Suggestion['from'] | 'crm';
  readonly below?: string;
};

const SOURCES = { contact: 'dialer.fromContact', history: 'dialer.fromHistory', crm: 'crm.section' } as const;
const MARKS = { contact: BookUser, history: History, crm: Database } as const;

/** The list below a field. The field keeps the keyboard; the pointer may choose too. */
export function Suggestions({
  id,
  items,
  note = '',
  active,
  onChoose,
  className,
  testId,
}: {
  readonly id: string;
  readonly items: readonly Shown[];
  /** What there is to say of the list, below it. */
  readonly note?: string;
  readonly active: number;
  readonly onChoose: (suggestion: Shown) => void;
  readonly className?: string;
  readonly testId: string;
}) {
  const t = useT();
  return (
    <div
      id={id}
      role="listbox"
      className={['suggestions', className].filter(Boolean).join(' ')}
      aria-label={t('dialer.suggestions')}
      data-testid={testId}
    >
      {items.map((item, index) => {
        const Mark = MARKS[item.from];
        const from = t(SOURCES[item.from]);
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox
          <div
            key={`${item.from} ${item.name} ${item.number} ${item.below ?? ''}`}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            className="suggestion"
            aria-selected={index === active}
            ref={(element) => {
              if (index === active) element?.scrollIntoView({ block: 'nearest' });
            }}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(item)}
          >
            <span className="suggestion-mark" title={from}>
              <Mark className="icon" aria-hidden="true" />
              <span className="screen-reader">{from}</span>
            </span>
            <Foreign className="cut">{item.name || item.numberText || item.number}</Foreign>
            <Foreign className="cut quiet suggestion-number">
              {item.name === '' ? '' : item.numberText || item.number}
            </Foreign>
            {item.below === undefined ? null : <Foreign className="cut quiet suggestion-below">{item.below}</Foreign>}
          </div>
        );
      })}
      {note === '' ? null : (
        <p className="suggestion-note quiet" role="status" data-testid={`${testId}-note`}>
          {note}
        </p>
      )}
    </div>
  );
}
