// SPDX-License-Identifier: MIT
import { Plus, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Contact, ContactDraft } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button, Field, IconButton } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { isEmail, isExtension, isNumber, isWebAddress } from '../../ui/valid.ts';
import { Responsible } from './Responsible.tsx';

type Props = {
  readonly draft: ContactDraft;
  readonly onChange: (draft: ContactDraft) => void;
  readonly onCancel: () => void;
  readonly onSaved: (contact: Contact) => void;
};

const MOST_NUMBERS = 20;

/** What is wrong with a draft, field by field; null where nothing is. */
function problemsOf(draft: ContactDraft, t: T) {
  const numbers: (string | null)[] = draft.numbers.map((number) =>
    number.trim() === '' || isNumber(number) ? null : t('contacts.badNumber'),
  );
  if (draft.numbers.every((number) => number.trim() === '')) numbers[0] = t('contacts.needNumber');
  return {
    name: draft.name.trim() === '' ? t('contacts.needName') : null,
    email: draft.email.trim() === '' || isEmail(draft.email) ? null : t('contacts.badEmail'),
    url: draft.url.trim() === '' || isWebAddress(draft.url) ? null : t('contacts.badUrl'),
    responsible:
      draft.responsible.trim() === '' || isExtension(draft.responsible.trim()) ? null : t('contacts.badResponsible'),
    numbers,
  };
}

export function ContactForm({ draft, onChange, onCancel, onSaved }: Props) {
  const t = useT();
  const [tried, setTried] = useState(false);
  const { run, busy, error } = useAction();
  const numbers = draft.numbers.length === 0 ? [''] : draft.numbers;
  const problems = problemsOf({ ...draft, numbers }, t);
  const { name, email, url, responsible } = problems;
  const wrong = name ?? email ?? url ?? responsible ?? problems.numbers.find((text) => text !== null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (wrong != null) return;
    const saved = await run(() =>
      request('contacts.save', {
        id: draft.id,
        name: draft.name.trim(),
        company: draft.company.trim(),
        email: draft.email.trim(),
        url: draft.url.trim(),
        responsible: draft.responsible.trim(),
        numbers: numbers.map((number) => number.trim()).filter((number) => number !== ''),
      }),
    );
    if (saved !== undefined) onSaved(saved);
  }

  const text = (name: 'name' | 'company' | 'email' | 'url', max: number, hint?: string) => (
    <Field label={t(`contacts.${name}`)} hint={hint} error={tried && name !== 'company' ? problems[name] : null}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          ref={name === 'name' ? takeFocus : null}
          autoComplete="off"
          spellCheck={false}
          maxLength={max}
          value={draft[name]}
          data-testid={`contact-${name}`}
          onChange={(event) => onChange({ ...draft, [name]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <form className="split-detail" noValidate data-testid="contact-form" onSubmit={(event) => void submit(event)}>
      <h1>{draft.id === null ? t('contacts.add') : t('contacts.edit')}</h1>
      {text('name', 200)}
      <fieldset className="contact-fields" aria-label={t('contacts.numbers')}>
        {numbers.map((number, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a number has no other identity while it is typed
          <div key={index} className="contact-number">
            <Field label={t('contacts.number', { index: index + 1 })} error={tried ? problems.numbers[index] : null}>
              {(ids) => (
                <input
                  {...ids}
                  className="input"
                  inputMode="tel"
                  autoComplete="off"
                  maxLength={60}
                  value={number}
                  data-testid={`contact-number-${index + 1}`}
                  onChange={(event) => onChange({ ...draft, numbers: numbers.with(index, event.target.value) })}
                />
              )}
            </Field>
            <IconButton
              icon={X}
              tone="ghost"
              label={t('contacts.removeNumber', { index: index + 1 })}
              disabled={numbers.length === 1}
              onClick={() => onChange({ ...draft, numbers: numbers.toSpliced(index, 1) })}
            />
          </div>
        ))}
        <Button
          size="small"
          icon={Plus}
          disabled={numbers.length >= MOST_NUMBERS}
          data-testid="contact-add-number"
          onClick={() => onChange({ ...draft, numbers: [...numbers, ''] })}
        >
          {t('contacts.addNumber')}
        </Button>
      </fieldset>
      {text('company', 200)}
      {text('email', 254)}
      {text('url', 2000, t('contacts.urlHint'))}
      <Responsible
        value={draft.responsible}
        error={tried ? responsible : null}
        onChange={(extension) => onChange({ ...draft, responsible: extension })}
      />
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <div className="detail-actions">
        <Button tone="primary" submit disabled={busy} data-testid="contact-save">
          {t('app.save')}
        </Button>
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
      </div>
    </form>
  );
}
