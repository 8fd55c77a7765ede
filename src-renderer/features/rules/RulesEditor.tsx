// SPDX-License-Identifier: MIT
import { Plus } from 'lucide-react';
import { useId, useMemo, useRef } from 'react';
import type { QuietHours, RuleSettings } from '../../../src-shared/rules/team.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { isWhole } from '../../ui/valid.ts';
import { SwitchRow, TextRow } from '../settings/rows.tsx';
import { QuietTime } from './QuietTime.tsx';
import '../settings/settings.css';
import './rules.css';

const NIGHTS: QuietHours = { days: [1, 2, 3, 4, 5], from: 20 * 60, to: 8 * 60, timeZone: '' };
const MOST_TIMES = 50;

type Switches = { [K in keyof RuleSettings]: RuleSettings[K] extends boolean ? K : never }[keyof RuleSettings];

type Props = {
  readonly rules: RuleSettings;
  readonly onChange: (rules: RuleSettings) => void;
  /** Changes are kept for later only. */
  readonly isDraft?: boolean;
};

/** The switches of a company, or of one agent alone: what the PBX is told while a caller waits, and when not. */
export function RulesEditor({ rules, onChange, isDraft = false }: Props) {
  const t = useT();
  const flip = (name: Switches, label: string, hint?: string, disabled = false) => (
    <SwitchRow
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={rules[name]}
      disabled={disabled}
      testId={`rules-${name}`}
      onChange={(on) => onChange({ ...rules, [name]: on })}
    />
  );
  const count = (
    name: 'returnTimeout' | 'callerNameMax',
    { hint, disabled, isRight }: { hint?: string; disabled: boolean; isRight: (text: string) => boolean },
  ) => (
    <TextRow
      label={t(`rules.${name}`)}
      hint={hint}
      testId={`rules-${name}`}
      stored={String(rules[name])}
      disabled={disabled}
      isDraft={isDraft}
      check={(text) => (isRight(text) ? null : t(`rules.${name}Bad`))}
      save={async (text) => {
        onChange({ ...rules, [name]: Number(text) });
        return true;
      }}
      error={null}
    />
  );
  const off = !rules.routeToResponsible;
  return (
    <div className="rules">
      {flip('routeToResponsible', t('rules.route'), t('rules.routeHint'))}
      <div className="rules-more" data-off={off}>
        {count('returnTimeout', {
          hint: t('rules.returnTimeoutHint'),
          disabled: off,
          isRight: (text) => text === '0' || isWhole(text, 3, 600),
        })}
        {flip('leaveWhenBusy', t('rules.leaveWhenBusy'), t('rules.leaveHint'), off)}
        {flip('leaveWhenOffline', t('rules.leaveWhenOffline'), undefined, off)}
      </div>
      {flip('sendCallerName', t('rules.callerName'), t('rules.callerNameHint'))}
      <div className="rules-more" data-off={!rules.sendCallerName}>
        {count('callerNameMax', { disabled: !rules.sendCallerName, isRight: (text) => isWhole(text, 1, 200) })}
      </div>
      {flip('refuseBlacklisted', t('rules.blacklist'), t('rules.blacklistHint'))}
      {flip('remindMissed', t('rules.remind'), t('rules.remindHint'))}
      <QuietTimes times={rules.quietHours} onChange={(quietHours) => onChange({ ...rules, quietHours })} />
    </div>
  );
}

function QuietTimes({
  times,
  onChange,
}: {
  readonly times: readonly QuietHours[];
  readonly onChange: (times: readonly QuietHours[]) => void;
}) {
  const t = useT();
  const id = useId();
  const add = useRef<HTMLButtonElement>(null);
  // A time has no identity of its own; half-typed ones must not move to another when one goes.
  const ids = useRef<number[]>([]);
  while (ids.current.length < times.length) ids.current.push(Math.max(0, ...ids.current) + 1);
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  return (
    <section className="rules-quiet" aria-labelledby={id}>
      <h3 id={id} className="field-label">
        {t('rules.quiet')}
      </h3>
      <p className="setting-hint">{t('rules.quietHint')}</p>
      <datalist id={`${id}-zones`}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      {times.length === 0 ? <p className="rules-none quiet">{t('rules.quietNone')}</p> : null}
      {times.map((time, index) => (
        <QuietTime
          key={ids.current[index]}
          time={time}
          zones={`${id}-zones`}
          onChange={(next) => onChange(times.with(index, next))}
          onRemove={() => {
            ids.current.splice(index, 1);
            onChange(times.toSpliced(index, 1));
            add.current?.focus();
          }}
        />
      ))}
      <Button
        ref={add}
        size="small"
        icon={Plus}
        disabled={times.length >= MOST_TIMES}
        data-testid="quiet-add"
        onClick={() => onChange([...times, NIGHTS])}
      >
        {t('rules.quietAdd')}
      </Button>
    </section>
  );
}
