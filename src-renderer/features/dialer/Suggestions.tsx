// SPDX-License-Identifier: MIT
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import type { Suggestion } from './use-dial-text.ts';

/** The list below the field. The field keeps the keyboard; the pointer may choose too. */
export function Suggestions({
  id,
  items,
  active,
  onChoose,
}: {
  readonly id: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onChoose: (suggestion: Suggestion) => void;
}) {
  const t = useT();
  return (
    <div
      id={id}
      role="listbox"
      className="suggestions"
      aria-label={t('dialer.suggestions')}
      data-testid="dialer-suggestions"
    >
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the combobox
        <div
          key={`${item.name} ${item.number}`}
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
          <Foreign className="cut">{item.name}</Foreign>
          <Foreign className="cut">{item.number}</Foreign>
          <Foreign className="cut quiet">{item.company}</Foreign>
        </div>
      ))}
    </div>
  );
}
