// SPDX-License-Identifier: MIT
import { Switch } from 'react-aria-components';
import './toggle.css';

/** On or off, at once. The thumb's place says it too, not only the colour. */
export function Toggle({
  label,
  value,
  onChange,
  disabled = false,
  testId,
}: {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly disabled?: boolean;
  readonly testId: string;
}) {
  return (
    <Switch
      className="toggle"
      aria-label={label}
      isSelected={value}
      isDisabled={disabled}
      onChange={onChange}
      data-testid={testId}
    >
      <span className="toggle-track">
        <span className="toggle-thumb" />
      </span>
    </Switch>
  );
}
