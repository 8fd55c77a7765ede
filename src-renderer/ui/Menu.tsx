// SPDX-License-Identifier: MIT
import { ChevronDown, type LucideIcon } from 'lucide-react';
import { Menu as Items, MenuItem, MenuTrigger, Popover, Button as Trigger } from 'react-aria-components';
import './menu.css';

export type Choice = { readonly id: string; readonly label: string };

/** A button that opens a few choices. Arrow keys and letters choose, Escape closes and gives the keyboard back. */
export function Menu({
  text,
  label,
  icon: Icon,
  choices,
  disabled = false,
  onChoose,
  testId,
}: {
  readonly text: string;
  /** Says what it is about, for screen readers. */
  readonly label: string;
  readonly icon: LucideIcon;
  readonly choices: readonly Choice[];
  readonly disabled?: boolean;
  readonly onChoose: (id: string) => void;
  readonly testId: string;
}) {
  return (
    <MenuTrigger>
      <Trigger
        className="button button-plain button-normal"
        aria-label={label}
        isDisabled={disabled}
        data-testid={testId}
      >
        <Icon className="icon" aria-hidden="true" />
        <span className="button-text">{text}</span>
        <ChevronDown className="icon menu-arrow" aria-hidden="true" />
      </Trigger>
      <Popover className="menu" placement="bottom end">
        <Items aria-label={label} className="menu-items" onAction={(key) => onChoose(String(key))}>
          {choices.map((choice) => (
            <MenuItem key={choice.id} id={choice.id} className="menu-item" data-testid={`${testId}-${choice.id}`}>
              {choice.label}
            </MenuItem>
          ))}
        </Items>
      </Popover>
    </MenuTrigger>
  );
}
