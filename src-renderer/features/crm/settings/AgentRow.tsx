// SPDX-License-Identifier: MIT
import { X } from 'lucide-react';
import type { CrmAgent } from '../../../../src-shared/crm/settings.ts';
import type { ConnectorView } from '../../../../src-shared/crm/view.ts';
import { type T, useT } from '../../../i18n/index.ts';
import { Field, IconButton } from '../../../ui/controls.tsx';
import { isEmail, isExtension } from '../../../ui/valid.ts';
import { type Users, userOf } from './use-users.ts';

/** Whether a row can be saved beside the others: an extension is one person's. */
export function isUsable(agent: CrmAgent, all: readonly CrmAgent[]): boolean {
  return problems(agent, all).every((problem) => problem === null);
}

type Problem = 'badExtension' | 'twiceExtension' | 'badEmail';

function problems({ extension, email }: CrmAgent, all: readonly CrmAgent[]): readonly [Problem | null, Problem | null] {
  const isTwice = all.filter((one) => one.extension === extension).length > 1;
  return [
    !isExtension(extension) ? 'badExtension' : isTwice ? 'twiceExtension' : null,
    email === '' || isEmail(email) ? null : 'badEmail',
  ];
}

/** One agent: extension, name, e-mail, and the user of each CRM. */
export function AgentRow({
  agent,
  all,
  connectors,
  users,
  onType,
  onKeep,
  onRemove,
}: {
  readonly agent: CrmAgent;
  readonly all: readonly CrmAgent[];
  readonly connectors: readonly ConnectorView[];
  readonly users: Readonly<Record<string, Users>>;
  readonly onType: (agent: CrmAgent) => void;
  readonly onKeep: (agent: CrmAgent) => void;
  readonly onRemove: () => void;
}) {
  const t = useT();
  const [extensionProblem, emailProblem] = problems(agent, all);
  const wrong = { extension: agent.extension === '' ? null : extensionProblem, name: null, email: emailProblem };
  const text = (name: 'extension' | 'name' | 'email', most: number) => (
    <Field label={t(`crmSet.agent-${name}`)} error={wrong[name] === null ? null : t(`crmSet.${wrong[name]}`)}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          autoComplete="off"
          spellCheck={false}
          maxLength={most}
          value={agent[name]}
          data-testid={`agent-${name}`}
          onChange={(event) => onType({ ...agent, [name]: event.target.value })}
          onBlur={() => onKeep({ ...agent, [name]: agent[name].trim() })}
        />
      )}
    </Field>
  );
  return (
    <li className="agent" data-testid="agent">
      <div className="agent-person">
        {text('extension', 6)}
        {text('name', 200)}
        {text('email', 254)}
        <IconButton
          icon={X}
          tone="ghost"
          className="agent-remove"
          label={t('crmSet.agentRemove', { name: agent.name || agent.extension })}
          data-testid="agent-remove"
          onClick={onRemove}
        />
      </div>
      {connectors.length === 0 ? null : (
        <div className="agent-users">
          {connectors.map((connector) => (
            <Field key={connector.id} label={t('crmSet.userIn', { name: connector.name })}>
              {(ids) => (
                <select
                  {...ids}
                  className="input"
                  value={agent.userIds[connector.id] ?? ''}
                  data-testid={`agent-user-${connector.id}`}
                  onChange={(event) => {
                    const { [connector.id]: _, ...others } = agent.userIds;
                    const id = event.target.value;
                    onKeep({ ...agent, userIds: id === '' ? others : { ...others, [connector.id]: id } });
                  }}
                >
                  <Options agent={agent} connector={connector.id} known={users[connector.id]} t={t} />
                </select>
              )}
            </Field>
          ))}
        </div>
      )}
    </li>
  );
}

/** First what the e-mail finds by itself, then all users; one chosen before stays although the list cannot be read. */
function Options({
  agent,
  connector,
  known,
  t,
}: {
  readonly agent: CrmAgent;
  readonly connector: string;
  readonly known: Users | undefined;
  readonly t: T;
}) {
  const list = known?.list ?? [];
  const chosen = agent.userIds[connector] ?? '';
  const byEmail = userOf(list, agent.email, agent.extension);
  const waiting = known === undefined || (known.list === null && known.error === null);
  return (
    <>
      <option value="">
        {waiting
          ? t('crmSet.usersLoading')
          : byEmail === null
            ? t('crmSet.byEmailNobody')
            : t('crmSet.byEmail', { name: byEmail.name })}
      </option>
      {chosen !== '' && !list.some(({ id }) => id === chosen) ? <option value={chosen}>{chosen}</option> : null}
      {list.map((user) => (
        <option key={user.id} value={user.id}>
          {user.email ? `${user.name} (${user.email})` : user.name}
        </option>
      ))}
    </>
  );
}
