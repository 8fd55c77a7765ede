// SPDX-License-Identifier: MIT
import { type FormEvent, useState } from 'react';
import type { Contact, ContactDraft } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button, Field } from '../../ui/controls.tsx';
import { takeFocus, useAction } from '../../ui/hooks.ts';
import { Segments } from '../../ui/Segments.tsx';
import { isEmail, isExtension, isNumber, isWebAddress } from '../../ui/valid.ts';
import { ManyFields } from './ManyFields.tsx';
import { Responsible } from './Responsible.tsx';
import '../../i18n/screens.ts';

type Props = {
  readonly draft: ContactDraft;
  readonly onChange: (draft: ContactDraft) => void;
  readonly onCancel: () => void;
  readonly onSaved: (contact: Contact) => void;
};

/** As many as main takes. */
const MOST = { numbers: 20, emails: 10 };

const emailsOf = (draft: ContactDraft): readonly string[] => [draft.email, ...(draft.otherEmails ?? [])];

function withEmails(draft: ContactDraft, [email = '', ...otherEmails]: readonly string[]): ContactDraft {
  return { ...draft, email, otherEmails };
}

/** What is wrong with a draft, field by field; null where nothing is. */
function problemsOf(draft: ContactDraft, t: T) {
  const numbers: (string | null)[] = draft.numbers.map((number) =>
    number.trim() === '' || isNumber(number) ? null : t('contacts.badNumber'),
  );
  const emails = emailsOf(draft).map((email) =>
    email.trim() === '' || isEmail(email) ? null : t('contacts.badEmail'),
  );
  if (draft.numbers.every((number) => number.trim() === '')) numbers[0] = t('contacts.needNumber');
  return {
    name: draft.name.trim() === '' ? t('contacts.needName') : null,
    url: draft.url.trim() === '' || isWebAddress(draft.url) ? null : t('contacts.badUrl'),
    responsible:
      draft.responsible.trim() === '' || isExtension(draft.responsible.trim()) ? null : t('contacts.badResponsible'),
    numbers,
    emails,
  };
}

/** What is sent to main: trimmed, without empty fields; a company works for nobody. */
function cleaned(draft: ContactDraft) {
  const filled = (values: readonly string[]) => values.map((value) => value.trim()).filter((value) => value !== '');
  const { id, kind = 'person', name, company, url, responsible } = draft;
  const [email = '', ...otherEmails] = filled(emailsOf(draft));
  return {
    ...{ id, kind, email, otherEmails, numbers: filled(draft.numbers) },
    name: name.trim(),
    company: kind === 'company' ? '' : company.trim(),
    url: url.trim(),
    responsible: responsible.trim(),
  };
}

export function ContactForm({ draft, onChange, onCancel, onSaved }: Props) {
  const t = useT();
  const [tried, setTried] = useState(false);
  const { run, busy, error } = useAction();
  const { kind = 'person' } = draft;
  const problems = problemsOf({ ...draft, numbers: draft.numbers.length === 0 ? [''] : draft.numbers }, t);
  const { name, url, responsible, numbers, emails } = problems;
  const wrong = name ?? url ?? responsible ?? [...numbers, ...emails].find((text) => text !== null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (wrong != null) return;
    const saved = await run(() => request('contacts.save', cleaned(draft)));
    if (saved !== undefined) onSaved(saved);
  }

  const text = (field: 'name' | 'company' | 'url', max: number, hint?: string) => (
    <Field label={t(`contacts.${field}`)} hint={hint} error={tried && field !== 'company' ? problems[field] : null}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          ref={field === 'name' ? takeFocus : null}
          autoComplete="off"
          spellCheck={false}
          maxLength={max}
          value={draft[field]}
          data-testid={`contact-${field}`}
          onChange={(event) => onChange({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );

  return (
    <form className="split-detail" noValidate data-testid="contact-form" onSubmit={(event) => void submit(event)}>
      <h1>{draft.id === null ? t('contacts.add') : t('contacts.edit')}</h1>
      <Segments
        label={t('people.kind')}
        value={kind}
        options={[
          { value: 'person', label: t('people.person') },
          { value: 'company', label: t('people.isCompany') },
        ]}
        testId="contact-kind"
        onChange={(value) => onChange({ ...draft, kind: value })}
      />
      {text('name', 200)}
      {kind === 'company' ? null : text('company', 200)}
      <ManyFields
        values={draft.numbers}
        words={{
          all: t('contacts.numbers'),
          one: (index) => t('contacts.number', { index }),
          remove: (index) => t('contacts.removeNumber', { index }),
          add: t('contacts.addNumber'),
        }}
        problems={tried ? numbers : []}
        most={MOST.numbers}
        longest={60}
        mode="tel"
        testId="contact-number"
        onChange={(values) => onChange({ ...draft, numbers: values })}
      />
      <ManyFields
        values={emailsOf(draft)}
        words={{
          all: t('people.emails'),
          one: (index) => t('people.email', { index }),
          remove: (index) => t('people.removeEmail', { index }),
          add: t('people.addEmail'),
        }}
        problems={tried ? emails : []}
        most={MOST.emails}
        longest={254}
        mode="email"
        testId="contact-email"
        onChange={(values) => onChange(withEmails(draft, values))}
      />
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
