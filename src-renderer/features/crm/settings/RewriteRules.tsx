// SPDX-License-Identifier: MIT
import { ChevronDown, ChevronUp, Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import { type RewriteRule, rewrite, ruleProblem } from '../../../../src-shared/crm/rewrite.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { useT } from '../../../i18n/index.ts';
import { Button, IconButton } from '../../../ui/controls.tsx';
import { useCrmSettings } from '../use-crm-settings.ts';
import { moved } from './new-connector.ts';

const MOST = 50;

/**
 * How a caller's number is rewritten before this CRM is asked. Rules are saved as soon as all of them can be used; until
 * then they stay as typed, with what is wrong beside them. A number can be tried meanwhile.
 */
export function RewriteRules({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { error, changeConnector } = useCrmSettings();
  const [draft, setDraft] = useState<readonly RewriteRule[] | null>(null);
  const rules = draft ?? connector.rewrite;
  const unsaved = rules !== connector.rewrite && rules.some((rule) => ruleProblem(rule) !== null);

  const keep = async (next: readonly RewriteRule[]) => {
    setDraft(next);
    if (next.some((rule) => ruleProblem(rule) !== null)) return;
    if (await changeConnector(connector.id, (one) => ({ ...one, rewrite: next }))) {
      setDraft((now) => (now === next ? null : now));
    }
  };
  return (
    <section className="settings-section" aria-label={t('crmSet.rewrite')}>
      <h2>{t('crmSet.rewrite')}</h2>
      <p className="setting-hint">{t('crmSet.rewriteText')}</p>
      {rules.length === 0 ? null : (
        <ol className="rules">
          {rules.map((rule, index) => (
            <Rule
              // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no other identity while it is typed
              key={index}
              rule={rule}
              index={index}
              last={index === rules.length - 1}
              onType={(next) => setDraft(rules.with(index, next))}
              onKeep={() => void keep(rules)}
              onMove={(step) => void keep(moved(rules, index, step))}
              onRemove={() => void keep(rules.toSpliced(index, 1))}
            />
          ))}
        </ol>
      )}
      <div className="rules-below">
        <Button
          size="small"
          icon={Plus}
          disabled={rules.length >= MOST}
          data-testid="rule-add"
          onClick={() => setDraft([...rules, { pattern: '', replacement: '' }])}
        >
          {t('crmSet.ruleAdd')}
        </Button>
        <span className={error === null ? 'quiet row-small' : 'field-error'} aria-live="polite">
          {error ?? (unsaved ? t('crmSet.rulesUnsaved') : '')}
        </span>
      </div>
      <TryRules rules={rules} />
    </section>
  );
}

function Rule({
  rule,
  index,
  last,
  onType,
  onKeep,
  onMove,
  onRemove,
}: {
  readonly rule: RewriteRule;
  readonly index: number;
  readonly last: boolean;
  readonly onType: (rule: RewriteRule) => void;
  readonly onKeep: () => void;
  readonly onMove: (step: number) => void;
  readonly onRemove: () => void;
}) {
  const t = useT();
  const id = useId();
  const problem = rule.pattern === '' && rule.replacement === '' ? null : ruleProblem(rule);
  const field = (name: 'pattern' | 'replacement') => (
    <input
      className="input mono"
      aria-label={t(`crmSet.rule-${name}`, { index: index + 1 })}
      aria-invalid={problem === name || (problem === 'group' && name === 'replacement')}
      aria-describedby={id}
      placeholder={name === 'pattern' ? '0(.*)' : '+34\\1'}
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      value={rule[name]}
      data-testid={`rule-${name}`}
      onChange={(event) => onType({ ...rule, [name]: event.target.value })}
      onBlur={onKeep}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onKeep();
      }}
    />
  );
  return (
    <li className="rule">
      {field('pattern')}
      <span className="rule-arrow" aria-hidden="true">
        →
      </span>
      {field('replacement')}
      <span className="device-buttons">
        <IconButton
          icon={ChevronUp}
          tone="ghost"
          size="small"
          label={t('crmSet.ruleUp', { index: index + 1 })}
          disabled={index === 0}
          onClick={() => onMove(-1)}
        />
        <IconButton
          icon={ChevronDown}
          tone="ghost"
          size="small"
          label={t('crmSet.ruleDown', { index: index + 1 })}
          disabled={last}
          onClick={() => onMove(1)}
        />
        <IconButton
          icon={X}
          tone="ghost"
          size="small"
          label={t('crmSet.ruleRemove', { index: index + 1 })}
          data-testid="rule-remove"
          onClick={onRemove}
        />
      </span>
      <p id={id} className="field-error rule-problem" aria-live="polite" data-testid="rule-problem">
        {problem === null ? '' : t(`crmSet.ruleProblem-${problem}`)}
      </p>
    </li>
  );
}

/** What becomes of a number, at once, with the rules as they are typed. */
function TryRules({ rules }: { readonly rules: readonly RewriteRule[] }) {
  const t = useT();
  const id = useId();
  const [number, setNumber] = useState('');
  const tried = number.replace(/[\s().-]/g, '');
  const hit = tried === '' ? -1 : rules.findIndex((rule) => matches(tried, rule));
  return (
    <div className="rules-try">
      <label htmlFor={id}>{t('crmSet.ruleTry')}</label>
      <input
        id={id}
        className="input mono"
        inputMode="tel"
        autoComplete="off"
        maxLength={60}
        placeholder="+34 911 22 23 33"
        value={number}
        data-testid="rule-try"
        onChange={(event) => setNumber(event.target.value)}
      />
      <output htmlFor={id} className="rules-result" data-testid="rule-result">
        {tried === '' ? null : (
          <>
            <strong className="mono">{rewrite(tried, rules)}</strong>{' '}
            <span className="quiet">{hit < 0 ? t('crmSet.ruleNone') : t('crmSet.ruleHit', { index: hit + 1 })}</span>
          </>
        )}
      </output>
    </div>
  );
}

/** Whether this rule alone takes the number: it then comes out as its replacement, also when that is the same. */
function matches(number: string, rule: RewriteRule): boolean {
  if (ruleProblem(rule) !== null) return false;
  const marked = { pattern: rule.pattern, replacement: '0*#*0' };
  return rewrite(number, [marked]) === marked.replacement;
}
