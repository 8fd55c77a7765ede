// SPDX-License-Identifier: MIT
import { Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { TeamMember } from '../../../src-shared/rules/team.ts';
import { useT } from '../../i18n/index.ts';
import { IconButton } from '../../ui/controls.tsx';
import { takeFocus } from '../../ui/hooks.ts';
import { nameOf, type PersonProblem } from './people.ts';

type Props = {
  readonly member: TeamMember;
  readonly problem: PersonProblem | null;
  /** The account has no such extension, as far as the relay knows. */
  readonly isUnknown: boolean;
  readonly online: boolean | null;
  readonly seesBalance: boolean;
  /** Id of the `datalist` of free extensions. */
  readonly extensions: string;
  /** Just added: has the keyboard. */
  readonly isNew: boolean;
  readonly onChange: (patch: Partial<TeamMember>) => void;
  readonly onBalance: (on: boolean) => void;
  readonly onRemove: () => void;
};

/** One person of the team, edited in place; what is wrong stands below its field. */
export function PersonRow({ member, problem, extensions, isUnknown, online, isNew, ...props }: Props) {
  const t = useT();
  const name = nameOf(member);
  const { extension, email, crmUser } = problem ?? {};
  const isKnown = member.extension !== '' && !isUnknown;
  const extensionText =
    extension?.why === 'bad'
      ? t('team.badExtension')
      : extension?.why === 'taken'
        ? t('team.takenExtension', { name: extension.with })
        : isUnknown
          ? t('team.unknownExtension')
          : '';
  return (
    <tr className="person" data-testid="person">
      <td className="person-extension" data-online={isKnown ? online : null}>
        <PersonField
          label={`${t('team.extension')}: ${name}`}
          value={member.extension}
          problem={extensionText}
          isWrong={extension !== undefined}
          max={6}
          list={extensions}
          isFirst={isNew}
          testId="person-extension"
          onChange={(text) => props.onChange({ extension: text })}
        />
        {isKnown && online !== null ? (
          <span
            className={online ? 'person-state person-on' : 'person-state'}
            title={t(online ? 'team.online' : 'team.offline')}
          >
            <span className="screen-reader">{t(online ? 'team.online' : 'team.offline')}</span>
          </span>
        ) : null}
      </td>
      <td>
        <PersonField
          label={`${t('team.name')}: ${name}`}
          placeholder={t('team.name')}
          value={member.name}
          max={200}
          testId="person-name"
          onChange={(text) => props.onChange({ name: text })}
        />
      </td>
      <td>
        <PersonField
          label={`${t('team.email')}: ${name}`}
          placeholder={t('team.email')}
          value={member.email}
          problem={
            email?.why === 'bad'
              ? t('team.badEmail')
              : email?.why === 'taken'
                ? t('team.twiceEmail', { name: email.with })
                : ''
          }
          isWrong={email !== undefined}
          max={254}
          testId="person-email"
          onChange={(text) => props.onChange({ email: text })}
        />
      </td>
      <td>
        <PersonField
          label={`${t('team.crmUser')}: ${name}`}
          placeholder={t('team.crmUser')}
          value={member.crmUser}
          problem={crmUser === undefined ? '' : t('team.twiceCrmUser', { name: crmUser.with })}
          isWrong={crmUser !== undefined}
          max={200}
          testId="person-crm"
          onChange={(text) => props.onChange({ crmUser: text })}
        />
      </td>
      <td className="person-balance">
        <label>
          <input
            type="checkbox"
            aria-label={t('team.balanceOf', { name })}
            checked={props.seesBalance}
            data-testid="person-balance"
            onChange={(event) => props.onBalance(event.target.checked)}
          />
          <span aria-hidden="true">{t('team.balance')}</span>
        </label>
      </td>
      <td className="person-remove">
        <IconButton
          icon={Trash2}
          tone="ghost"
          label={t('team.removePerson', { name })}
          data-testid="person-remove"
          onClick={props.onRemove}
        />
      </td>
    </tr>
  );
}

/** Kept as typed; handed on when the field is left, so that half an extension is nobody's. */
function PersonField({
  label,
  placeholder,
  value,
  problem = '',
  isWrong = false,
  max,
  list,
  isFirst = false,
  testId,
  onChange,
}: {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly problem?: string;
  readonly isWrong?: boolean;
  readonly max: number;
  readonly list?: string;
  readonly isFirst?: boolean;
  readonly testId: string;
  readonly onChange: (text: string) => void;
}) {
  const below = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [isLeft, setLeft] = useState(value !== '');
  // A new row is not blamed for what nobody has typed yet.
  const isShown = isWrong && isLeft && typed === null;
  const commit = () => {
    setLeft(true);
    if (typed === null) return;
    setTyped(null);
    if (typed.trim() !== value) onChange(typed.trim());
  };
  return (
    <>
      <input
        className="input"
        ref={isFirst ? takeFocus : null}
        aria-label={label}
        placeholder={placeholder}
        aria-invalid={isShown}
        aria-describedby={problem === '' ? undefined : below}
        autoComplete="off"
        spellCheck={false}
        maxLength={max}
        list={list}
        value={typed ?? value}
        data-testid={testId}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
      {problem === '' || typed !== null ? null : (
        <p id={below} className={isShown ? 'person-problem setting-error' : 'person-problem quiet'}>
          {problem}
        </p>
      )}
    </>
  );
}
