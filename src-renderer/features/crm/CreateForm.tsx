// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { CrmDraft, CrmKind, CrmRecord } from '../../../src-shared/crm/model.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { isEmail, isNumber } from '../../ui/valid.ts';
import { useApp } from '../state/store.ts';
import { type CreateField, FIELDS, fieldOf, isMissing, splitName } from './create-problems.ts';
import { creators, kindText, selectConnectors } from './crm-state.ts';
import { ownerOf } from './owner.ts';
import './crm.css';

/**
 * A new record for a number nobody knows. What the CRM objects to stands beside its field, and nothing typed is lost.
 * Draws nothing while no connector can make one.
 */
export function CreateForm({
  number,
  name,
  onDone,
  onCancel,
}: {
  readonly number: string;
  /** What the network calls them, '' for nothing. */
  readonly name: string;
  readonly onDone: (record: CrmRecord) => void;
  readonly onCancel: () => void;
}) {
  const t = useT();
  const able = creators(useApp(selectConnectors));
  const agents = useApp((app) => app.settings.crm.agents);
  const extension = useApp((app) => app.settings.extension);
  const { run, busy, error, clear } = useAction();
  const [connector, setConnector] = useState('');
  const [tried, setTried] = useState(false);
  const [draft, setDraft] = useState<CrmDraft>({
    ...{ kind: 'contact', email: '', company: '', ownerId: '', number },
    ...splitName(name),
  });
  const into = able.find(({ id }) => id === connector) ?? able[0];
  if (into === undefined) return <p className="quiet">{t('crm.cannotCreate')}</p>;
  const kind = into.kinds.includes(draft.kind) ? draft.kind : (into.kinds[0] ?? 'contact');
  const shown = { ...draft, kind };
  const fields = FIELDS[kind];
  const refused = error === null ? null : fieldOf(error, kind);
  const wrong = (field: CreateField): string | null => {
    if (refused === field && error !== null) return String(error.params.message ?? errorText(t, error));
    return tried ? problemOf(shown, field, t) : null;
  };

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const target = into;
    const form = event.currentTarget as HTMLElement;
    if (target === undefined || busy) return;
    if (fields.some((field) => problemOf(shown, field, t) !== null)) return goToMistake(form);
    const has = (field: CreateField) => (fields.includes(field) ? draft[field].trim() : '');
    const sent: CrmDraft = {
      kind,
      firstName: has('firstName'),
      lastName: has('lastName'),
      email: has('email'),
      company: has('company'),
      number: has('number'),
      ownerId: ownerOf(agents, extension, target.id),
    };
    const record = await run(() => request('crm.create', target.id, sent));
    if (record !== undefined) onDone(record);
    else goToMistake(form);
  }

  return (
    <form className="crm-create" noValidate data-testid="crm-create" onSubmit={(event) => void submit(event)}>
      {able.length < 2 ? null : (
        <Field label={t('crm.createIn')}>
          {(ids) => (
            <select
              {...ids}
              className="input"
              value={into.id}
              data-testid="crm-create-connector"
              onChange={(event) => {
                setConnector(event.target.value);
                clear();
              }}
            >
              {able.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {into.kinds.length < 2 ? null : (
        <Segments<CrmKind>
          label={t('crm.kind')}
          value={kind}
          options={into.kinds.map((value) => ({ value, label: kindText(value, t) }))}
          testId="crm-create-kind"
          onChange={(value) => {
            setDraft({ ...draft, kind: value });
            clear();
          }}
        />
      )}
      <div className="crm-create-fields">
        {fields.map((field, index) => (
          <Field key={field} label={labelOf(kind, field, t)} error={wrong(field)}>
            {(ids) => (
              <input
                {...ids}
                className="input"
                ref={index === 0 ? takeFocus : null}
                autoComplete="off"
                spellCheck={false}
                inputMode={field === 'number' ? 'tel' : field === 'email' ? 'email' : 'text'}
                maxLength={LENGTHS[field]}
                value={draft[field]}
                data-testid={`crm-create-${field}`}
                onChange={(event) => {
                  setDraft({ ...draft, [field]: event.target.value });
                  if (refused === field) clear();
                }}
              />
            )}
          </Field>
        ))}
      </div>
      {error !== null && refused === null ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <div className="crm-create-actions">
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
        <Button tone="primary" submit disabled={busy} data-testid="crm-create-save">
          {busy ? t('crm.creating') : t('crm.createAction')}
        </Button>
      </div>
    </form>
  );
}

/** The keyboard goes to the first field that is wrong, as soon as it is marked. */
function goToMistake(form: HTMLElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
}

const LENGTHS: Readonly<Record<CreateField, number>> = {
  firstName: 100,
  lastName: 100,
  email: 254,
  company: 200,
  number: 60,
};

function labelOf(kind: CrmKind, field: CreateField, t: T): string {
  if (field === 'company' && kind === 'company') return t('crm.companyName');
  if (field === 'company' && kind === 'deal') return t('crm.dealName');
  return t(`crm.field-${field}`);
}

function problemOf(draft: CrmDraft, field: CreateField, t: T): string | null {
  if (isMissing(draft, field)) return field === 'number' ? t('crm.badNumber') : t('crm.needName');
  if (field === 'number' && !isNumber(draft.number)) return t('crm.badNumber');
  if (field === 'email' && draft.email.trim() !== '' && !isEmail(draft.email)) return t('crm.badEmail');
  return null;
}
