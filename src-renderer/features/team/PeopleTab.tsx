// SPDX-License-Identifier: MIT
import { Plus, Search, Users } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import type { TeamSettings } from '../../../src-shared/rules/team.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { Row } from '../settings/rows.tsx';
import { change } from './draft.ts';
import { PersonRow } from './PersonRow.tsx';
import { freeExtensions, nameOf, personProblems, withoutPerson, withPeople, withPerson } from './people.ts';
import { useExtensions } from './use-extensions.ts';
import './people.css';

/** So many at once: a row has five fields. */
const AT_ONCE = 100;

/** Who has which extension, who may see the balance, and who gets what belongs to nobody. */
export function PeopleTab({ settings }: { readonly settings: TeamSettings }) {
  const t = useT();
  const id = useId();
  const { members } = settings;
  const [filter, setFilter] = useState('');
  const [shown, setShown] = useState(AT_ONCE);
  const add = useRef<HTMLButtonElement>(null);
  const [added, setAdded] = useState(0);
  const { known, error } = useExtensions();
  const problems = useMemo(() => personProblems(members), [members]);
  const free = useMemo(
    () =>
      freeExtensions(
        known.map((one) => one.extension),
        members,
      ),
    [known, members],
  );
  const found = [...members.entries()].filter(([, { extension, name, email, crmUser }]) =>
    [extension, name, email, crmUser].some((text) => text.toLowerCase().includes(filter.trim().toLowerCase())),
  );
  const stateOf = (extension: string) => known.find((one) => one.extension === extension)?.online ?? null;

  const insert = (extensions: readonly string[]) => {
    setFilter('');
    setAdded(added + 1);
    change(withPeople(settings, extensions));
  };
  return (
    <>
      <p className="team-text quiet">{t('team.peopleText')}</p>
      <DefaultResponsible settings={settings} />
      <div className="team-tools">
        <label className="search">
          <Search className="icon" aria-hidden="true" />
          <input
            type="search"
            className="input"
            aria-label={t('team.filterPeople')}
            placeholder={t('team.filterPeople')}
            value={filter}
            data-testid="people-filter"
            onChange={(event) => {
              setFilter(event.target.value);
              setShown(AT_ONCE);
            }}
          />
        </label>
        <Button ref={add} icon={Plus} data-testid="people-add" onClick={() => insert([''])}>
          {t('team.addPerson')}
        </Button>
        {free.length === 0 ? null : (
          <Button tone="ghost" data-testid="people-add-all" onClick={() => insert(free)}>
            {t('team.addAll', { count: free.length })}
          </Button>
        )}
      </div>
      {error ? (
        <p className="team-note setting-error">{t('team.extensionsFailed', { reason: errorText(t, error) })}</p>
      ) : null}
      <datalist id={id}>
        {free.map((extension) => (
          <option key={extension} value={extension} />
        ))}
      </datalist>
      {members.length === 0 ? (
        <Empty icon={Users} title={t('team.noPeople')} text={t('team.noPeopleText')} />
      ) : found.length === 0 ? (
        <Empty icon={Users} title={t('team.noneFound')} text={t('team.noneFoundText')} />
      ) : (
        <table className="people">
          <thead>
            <tr>
              <th scope="col">{t('team.extension')}</th>
              <th scope="col">{t('team.name')}</th>
              <th scope="col">{t('team.email')}</th>
              <th scope="col">{t('team.crmUser')}</th>
              <th scope="col">{t('team.balance')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map(([index, member]) => (
              <PersonRow
                key={`${index} ${members.length} ${added}`}
                member={member}
                problem={problems[index] ?? null}
                isUnknown={known.length > 0 && !known.some((one) => one.extension === member.extension)}
                online={stateOf(member.extension)}
                seesBalance={settings.balanceFor.includes(member.extension)}
                extensions={id}
                isNew={added > 0 && index === 0 && nameOf(member) === member.extension}
                onChange={(patch) => change(withPerson(settings, index, patch))}
                onBalance={(on) =>
                  change({
                    balanceFor: [
                      ...settings.balanceFor.filter((one) => one !== member.extension),
                      ...(on ? [member.extension] : []),
                    ],
                  })
                }
                onRemove={() => {
                  change(withoutPerson(settings, index));
                  add.current?.focus();
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {found.length > shown ? (
        <Button size="small" onClick={() => setShown(shown + AT_ONCE)}>
          {t('team.showMore')}
        </Button>
      ) : null}
    </>
  );
}

function DefaultResponsible({ settings }: { readonly settings: TeamSettings }) {
  const t = useT();
  const id = useId();
  const { members, defaultResponsible } = settings;
  const isMember = defaultResponsible === null || members.some((one) => one.extension === defaultResponsible);
  return (
    <Row
      label={t('team.defaultResponsible')}
      hint={t('team.defaultResponsibleHint')}
      error={isMember ? null : t('errors.team.responsible', { extension: defaultResponsible })}
      htmlFor={id}
      belowId={`${id}-below`}
    >
      <select
        id={id}
        className="input"
        aria-describedby={`${id}-below`}
        aria-invalid={!isMember}
        value={defaultResponsible ?? ''}
        data-testid="default-responsible"
        onChange={(event) => change({ defaultResponsible: event.target.value || null })}
      >
        <option value="">{t('team.nobody')}</option>
        {isMember ? null : (
          <option value={defaultResponsible}>{t('team.notMember', { extension: defaultResponsible })}</option>
        )}
        {members
          .filter(({ extension }) => extension !== '')
          .map((member, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an extension may be there twice, for a moment
            <option key={index} value={member.extension}>
              {member.name === '' ? member.extension : `${member.extension} · ${member.name}`}
            </option>
          ))}
      </select>
    </Row>
  );
}
