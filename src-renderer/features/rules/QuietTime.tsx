// SPDX-License-Identifier: MIT
import { Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { isTimeZone } from '../../../src-shared/rules/quiet-hours.ts';
import type { QuietHours } from '../../../src-shared/rules/team.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { IconButton } from '../../ui/controls.tsx';
import { dayText, quietText, WEEK } from './quiet-text.ts';
import { TimeField } from './TimeField.tsx';

type Props = {
  readonly time: QuietHours;
  /** Id of the `datalist` with the names of time zones. */
  readonly zones: string;
  readonly onChange: (time: QuietHours) => void;
  readonly onRemove: () => void;
};

/** One of the quiet times: its days, from when to when, and by whose clock. */
export function QuietTime({ time, zones, onChange, onRemove }: Props) {
  const t = useT();
  const language = useLanguage();
  const below = useId();
  const [badTime, setBadTime] = useState({ from: false, to: false });
  const [zone, setZone] = useState<string | null>(null);
  const badZone = zone !== null && !isTimeZone(zone.trim());
  const text = quietText(time, t, language);
  const problem =
    badTime.from || badTime.to
      ? t('rules.quietBadTime')
      : badZone
        ? t('errors.team.zone', { zone: zone.trim() })
        : time.days.length === 0
          ? t('rules.quietNoDay')
          : null;
  const note = time.from === time.to ? t('rules.quietWhole') : time.from > time.to ? t('rules.quietOver') : '';

  const commitZone = () => {
    if (zone === null || badZone) return;
    setZone(null);
    if (zone.trim() !== time.timeZone) onChange({ ...time, timeZone: zone.trim() });
  };
  const toggleDay = (day: number) =>
    onChange({
      ...time,
      days: time.days.includes(day) ? time.days.filter((one) => one !== day) : [...time.days, day].sort(),
    });
  const end = (name: 'from' | 'to') => (
    <TimeField
      label={t(name === 'from' ? 'rules.quietFrom' : 'rules.quietTo')}
      minutes={time[name]}
      describedBy={below}
      testId={`quiet-${name}`}
      onChange={(minutes) => onChange({ ...time, [name]: minutes })}
      onWrong={(wrong) => setBadTime((old) => ({ ...old, [name]: wrong }))}
    />
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a grid in every engine
    <div role="group" className="quiet-hours" aria-label={text} data-testid="quiet-time">
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="group" className="quiet-days" aria-label={t('rules.quietDays')}>
        {WEEK.map((day) => (
          <button
            key={day}
            type="button"
            className="quiet-day"
            aria-pressed={time.days.includes(day)}
            aria-label={dayText(day, language, 'long')}
            data-testid={`quiet-day-${day}`}
            onClick={() => toggleDay(day)}
          >
            {dayText(day, language, 'short')}
          </button>
        ))}
      </div>
      <div className="quiet-span">
        {end('from')}
        <span aria-hidden="true">–</span>
        {end('to')}
      </div>
      <input
        className="input quiet-zone"
        list={zones}
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        aria-label={t('rules.quietZone')}
        placeholder={t('rules.quietZoneOwn')}
        aria-invalid={badZone}
        aria-describedby={below}
        data-testid="quiet-zone"
        value={zone ?? time.timeZone}
        onChange={(event) => setZone(event.target.value)}
        onBlur={commitZone}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commitZone();
        }}
      />
      <IconButton
        icon={Trash2}
        tone="ghost"
        label={t('rules.quietRemove', { text })}
        data-testid="quiet-remove"
        onClick={onRemove}
      />
      <p id={below} className={problem === null ? 'quiet-note quiet' : 'quiet-note setting-error'} aria-live="polite">
        {problem ?? note}
      </p>
    </div>
  );
}
