// SPDX-License-Identifier: MIT
import { BookUser, History } from 'lucide-react';
import type { Suggestion } from '../../../src-shared/ipc/map.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import './suggestions.css';

/** The list below a field. The field keeps the keyboard; the pointer may choose too. */
export function Suggestions({
  id,
  items,
  active,
  onChoose,
  className,
  testId,
}: {
  readonly id: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onChoose: (suggestion: Suggestion) => void;
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
        const Mark = item.from === 'contact' ? BookUser : History;
        const from = item.from === 'contact' ? t('dialer.fromContact') : t('dialer.fromHistory');
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox
          <div
            key={`${item.from} ${item.name} ${item.number}`}
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
          </div>
        );
      })}
    </div>
  );
}
