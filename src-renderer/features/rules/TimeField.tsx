// SPDX-License-Identifier: MIT
import { useState } from 'react';
import { parseTime, timeText } from './quiet-text.ts';

/** A time of day, 24 hours. What is none stays as typed and is marked; what was there before goes on to count. */
export function TimeField({
  label,
  minutes,
  describedBy,
  onChange,
  onWrong,
  testId,
}: {
  readonly label: string;
  /** Of the day. */
  readonly minutes: number;
  readonly describedBy: string;
  readonly onChange: (minutes: number) => void;
  readonly onWrong: (wrong: boolean) => void;
  readonly testId: string;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const mark = (next: boolean) => {
    setWrong(next);
    onWrong(next);
  };
  const commit = () => {
    if (typed === null) return;
    const time = parseTime(typed);
    mark(time === null);
    if (time === null) return;
    setTyped(null);
    if (time !== minutes) onChange(time);
  };
  return (
    <input
      className="input quiet-time"
      inputMode="numeric"
      autoComplete="off"
      maxLength={8}
      aria-label={label}
      aria-invalid={wrong}
      aria-describedby={describedBy}
      data-testid={testId}
      value={typed ?? timeText(minutes)}
      onChange={(event) => {
        setTyped(event.target.value);
        if (wrong) mark(false);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
