// SPDX-License-Identifier: MIT
import { useRef, useState } from 'react';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import type { WireError } from '../../../../src-shared/errors.ts';
import { errorText, type T, useT } from '../../../i18n/index.ts';
import { Button } from '../../../ui/controls.tsx';
import { Row } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { selectConnectors } from '../crm-state.ts';
import { type Place, placeOfPath, readJson } from './json-place.ts';
import { OwnTry } from './OwnTry.tsx';
import { SecretRow, useOption } from './options.tsx';
import { TestButton } from './TestButton.tsx';

type Problem = { readonly text: string; readonly place: Place | null };

/** A company's own CRM: its definition, what it signs in with, and each operation tried (docs/crm-own.md). */
export function OwnPart({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const view = useApp(selectConnectors).find(({ id }) => id === connector.id);
  const { save, error } = useOption(connector);
  const stored = asText(connector.options.definition);
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typed ?? stored;
  const read = readJson(text);
  const definition = read.ok ? read.value : null;
  const changed = typed !== null && typed !== stored;
  const problem = problemOf(text, changed ? null : (view?.error ?? null), t);

  const keep = async () => {
    if (!read.ok) return;
    setBusy(true);
    if (await save('definition', read.value)) setTyped(null);
    setBusy(false);
  };
  const show = ({ offset }: Place) => {
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset + 1);
  };
  return (
    <>
      <section className="settings-section" aria-label={t('crmSet.definition')}>
        <h2 id={`definition-${connector.id}`}>{t('crmSet.definition')}</h2>
        <p className="setting-hint">{t('crmSet.definitionText')}</p>
        <textarea
          ref={area}
          className="input mono definition"
          rows={18}
          maxLength={200_000}
          spellCheck={false}
          wrap="off"
          aria-labelledby={`definition-${connector.id}`}
          aria-describedby={`definition-${connector.id}-below`}
          aria-invalid={problem !== null}
          value={text}
          data-testid="definition"
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="definition-below" id={`definition-${connector.id}-below`}>
          <p className={problem ? 'field-error' : 'quiet row-small'} role="status" data-testid="definition-problem">
            {problem !== null ? problem.text : (error ?? (changed ? t('crmSet.definitionUnsaved') : ''))}
          </p>
          {problem?.place ? (
            <Button size="small" tone="ghost" onClick={() => problem.place && show(problem.place)}>
              {t('crmSet.showPlace')}
            </Button>
          ) : null}
          <Button disabled={!changed || busy} data-testid="definition-discard" onClick={() => setTyped(null)}>
            {t('crmSet.discard')}
          </Button>
          <Button
            tone="primary"
            disabled={!changed || !read.ok || busy}
            data-testid="definition-save"
            onClick={() => void keep()}
          >
            {t('app.save')}
          </Button>
        </div>
      </section>
      <section className="settings-section" aria-label={t('crmSet.access')}>
        <h2>{t('crmSet.access')}</h2>
        {secretsOf(definition).map((name) => (
          <SecretRow key={name} optional connector={connector} name={name} label={name} />
        ))}
        <Row label={t('crmSet.test')} hint={t('crmSet.testHint')}>
          <TestButton connector={connector.id} disabled={view?.state !== 'ready'} />
        </Row>
      </section>
      <OwnTry connector={connector.id} definition={definition} />
    </>
  );
}

function asText(definition: unknown): string {
  return definition === undefined ? '' : JSON.stringify(definition, null, 2);
}

/** What is wrong with the text as JSON, else what main says of the definition as it is saved. */
function problemOf(text: string, error: WireError | null, t: T): Problem | null {
  if (text.trim() === '') return null;
  const read = readJson(text);
  if (!read.ok) {
    const { line, column } = read.place;
    return { text: t('crmSet.jsonBad', { line, column, what: t(`crmSet.json-${read.expected}`) }), place: read.place };
  }
  if (error === null) return null;
  const reason = String(error.params.reason ?? '');
  const place = placeOfPath(text, (/^([^:\s]+):/.exec(reason)?.[1] ?? '').split('.').filter(Boolean));
  const where = place === null ? '' : t('crmSet.inLine', { line: place.line });
  return { text: [where, errorText(t, error)].filter(Boolean).join(' '), place };
}

/** Names the definition wants to be asked for; only those main takes. */
function secretsOf(definition: unknown): readonly string[] {
  const { secrets } = (definition ?? {}) as { readonly secrets?: unknown };
  if (!Array.isArray(secrets)) return [];
  const names = secrets.filter((name): name is string => typeof name === 'string' && /^[A-Za-z]{1,30}$/.test(name));
  return [...new Set(names)].slice(0, 10);
}
