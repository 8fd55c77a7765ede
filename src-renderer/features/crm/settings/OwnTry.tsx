// SPDX-License-Identifier: MIT
import { Play } from 'lucide-react';
import { useState } from 'react';
import type { OwnTry as Tried } from '../../../../src-shared/crm/view.ts';
import type { AppState } from '../../../../src-shared/state.ts';
import { request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button, Field, Foreign } from '../../../ui/controls.tsx';
import { useAction } from '../../../ui/hooks.ts';
import { useApp } from '../../state/store.ts';
import { recordLine } from '../crm-state.ts';
import { EXAMPLES, type Operation, operationsOf, placesOf, valuesFor, writes } from './own-values.ts';

const selectCountry = (app: AppState) => app.settings.country;

/** Each operation of a definition, as it is typed, carried out once: what was sent, what came, and what was read of it. */
export function OwnTry({ connector, definition }: { readonly connector: string; readonly definition: unknown }) {
  const t = useT();
  const country = useApp(selectCountry);
  const { run, busy, error } = useAction();
  const [chosen, setChosen] = useState<Operation>('me');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [tried, setTried] = useState<Tried | null>(null);
  const operations = operationsOf(definition);
  const operation = operations.includes(chosen) ? chosen : operations[0];
  if (operation === undefined) return null;
  const places = placesOf(definition, operation);

  const start = async () => {
    setTried(null);
    const values = valuesFor(places, typed, country);
    const done = await run(() => request('crm.try', { connector, definition: definition as never, operation, values }));
    if (done !== undefined) setTried(done);
  };
  return (
    <section className="settings-section own-try" aria-label={t('crmSet.try')}>
      <h2>{t('crmSet.try')}</h2>
      <p className="setting-hint">{t('crmSet.tryText')}</p>
      <div className="own-try-fields">
        <Field label={t('crmSet.operation')} hint={writes(operation) ? t('crmSet.tryWrites') : ''}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={operation}
              data-testid="try-operation"
              onChange={(event) => {
                setChosen(event.target.value as Operation);
                setTried(null);
              }}
            >
              {operations.map((name) => (
                <option key={name} value={name}>
                  {t(`crmSet.operation-${name}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {places.map((name) => (
          <Field key={name} label={name === 'number' ? t('crm.field-number') : name}>
            {(ids) => (
              <input
                {...ids}
                className="input"
                autoComplete="off"
                spellCheck={false}
                maxLength={2000}
                value={typed[name] ?? EXAMPLES[name] ?? ''}
                data-testid={`try-${name}`}
                onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <Button icon={Play} disabled={busy} data-testid="try-start" onClick={() => void start()}>
        {busy ? t('crmSet.trying') : t('crmSet.tryAction')}
      </Button>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      {tried === null ? null : <Result tried={tried} />}
    </section>
  );
}

function Result({ tried }: { readonly tried: Tried }) {
  const t = useT();
  const { request: sent, status, body, records, error } = tried;
  const part = (title: string, text: string) =>
    text === '' ? null : (
      <div className="own-result-part">
        <h3>{title}</h3>
        <Text text={text} label={title} />
      </div>
    );
  return (
    <div className="own-result" role="status" data-testid="try-result">
      <p className={error === null ? 'own-result-ok' : 'field-error'} data-testid="try-verdict">
        {error === null ? t('crmSet.tryWorks', { count: records.length }) : t('crmSet.tryFailed', { message: error })}
        {status === 0 ? '' : ` · ${t('crmSet.status', { status })}`}
      </p>
      {records.length === 0 ? null : (
        <ul className="own-records">
          {records.slice(0, 20).map((record) => (
            <li key={`${record.kind} ${record.id}`}>
              <Foreign className="row-name">{record.name}</Foreign>
              <Foreign className="quiet row-small">
                {[recordLine(record, t), ...record.phones.slice(0, 3), record.email, record.id]
                  .filter(Boolean)
                  .join(' · ')}
              </Foreign>
            </li>
          ))}
        </ul>
      )}
      {sent.method === ''
        ? null
        : part(t('crmSet.sent'), `${sent.method} ${sent.url}${sent.body === '' ? '' : `\n\n${pretty(sent.body)}`}`)}
      {part(t('crmSet.answer'), pretty(body))}
    </div>
  );
}

/** A box that scrolls, reachable by the keyboard. */
function Text({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <section
      className="own-text mono selectable"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
      tabIndex={0}
      aria-label={label}
    >
      {text}
    </section>
  );
}

/** JSON with lines; anything else as it came. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
