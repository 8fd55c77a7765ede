// SPDX-License-Identifier: MIT
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Field } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';

const selectMembers = (app: AppState) => app.team.members;

/** Whose the contact is: one of the team, or an extension typed where there is none. */
export function Responsible({
  value,
  error,
  onChange,
}: {
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (extension: string) => void;
}) {
  const t = useT();
  const members = useApp(selectMembers);
  const isKnown = value === '' || members.some((one) => one.extension === value);
  return (
    <Field label={t('contacts.responsible')} hint={t('contacts.responsibleHint')} error={error}>
      {(ids) =>
        members.length === 0 ? (
          <input
            {...ids}
            className="input"
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            value={value}
            data-testid="contact-responsible"
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <select
            {...ids}
            className="input"
            value={value}
            data-testid="contact-responsible"
            onChange={(event) => onChange(event.target.value)}
          >
            <option value="">{t('team.nobody')}</option>
            {isKnown ? null : <option value={value}>{t('team.notMember', { extension: value })}</option>}
            {members.map(({ extension, name }) => (
              <option key={extension} value={extension}>
                {name === '' ? extension : `${extension} · ${name}`}
              </option>
            ))}
          </select>
        )
      }
    </Field>
  );
}

/** Name and extension of whoever is responsible, '' for nobody. */
export function useResponsibleText(extension: string): string {
  const members = useApp(selectMembers);
  const name = members.find((one) => one.extension === extension)?.name ?? '';
  return [name, extension].filter(Boolean).join(' · ');
}
