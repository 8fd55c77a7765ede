// SPDX-License-Identifier: MIT
import { UserRoundPlus, Users as UsersIcon } from 'lucide-react';
import { useState } from 'react';
import type { CrmAgent } from '../../../../src-shared/crm/settings.ts';
import type { AppState } from '../../../../src-shared/state.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button, Empty } from '../../../ui/controls.tsx';
import { useApp } from '../../state/store.ts';
import { ready, selectConnectors } from '../crm-state.ts';
import { useCrmSettings } from '../use-crm-settings.ts';
import { AgentRow, isUsable } from './AgentRow.tsx';
import { useUsers } from './use-users.ts';

const selectOwn = (app: AppState) => app.settings.extension;
const selectMembers = (app: AppState) => app.team.members;

/** Which user of each CRM an agent is: found by e-mail, or chosen. Saved as soon as a row is complete. */
export function AgentsTab() {
  const t = useT();
  const { crm, error, change } = useCrmSettings();
  const own = useApp(selectOwn);
  const members = useApp(selectMembers);
  const withUsers = ready(useApp(selectConnectors)).filter(({ capabilities }) => capabilities?.users === true);
  const users = useUsers(withUsers.map(({ id }) => id));
  const [draft, setDraft] = useState<readonly CrmAgent[] | null>(null);
  const agents = draft ?? crm.agents;
  const others = members.filter(({ extension }) => !agents.some((one) => one.extension === extension));

  /** Rows that cannot be saved yet stay here, the rest is saved. */
  const keep = async (next: readonly CrmAgent[]) => {
    setDraft(next);
    if (!next.every((one) => isUsable(one, next))) return;
    if (await change((now) => ({ ...now, agents: next }))) setDraft((now) => (now === next ? null : now));
  };
  const blank = (extension: string, name = ''): CrmAgent => ({ extension, name, email: '', userIds: {} });
  const add = () => setDraft([...agents, blank(agents.some(({ extension }) => extension === own) ? '' : own)]);
  const failed = withUsers.flatMap(({ id, name }) => {
    const problem = users[id]?.error;
    return problem ? [{ id, text: `${name}: ${errorText(t, problem)}` }] : [];
  });
  return (
    <div className="crm-page">
      <section className="settings-section crm-agents" aria-label={t('crmSet.agents')}>
        <p className="setting-hint">{t('crmSet.agentsText')}</p>
        {failed.map(({ id, text }) => (
          <p key={id} className="error-box" role="alert">
            {text}
          </p>
        ))}
        {agents.length === 0 ? (
          <Empty icon={UsersIcon} title={t('crmSet.noAgents')} text={t('crmSet.noAgentsText')} />
        ) : (
          <ul className="agents">
            {agents.map((agent, index) => (
              <AgentRow
                // biome-ignore lint/suspicious/noArrayIndexKey: an extension changes while it is typed
                key={index}
                agent={agent}
                all={agents}
                connectors={withUsers}
                users={users}
                onType={(next) => setDraft(agents.with(index, next))}
                onKeep={(next) => void keep(agents.with(index, next))}
                onRemove={() => void keep(agents.toSpliced(index, 1))}
              />
            ))}
          </ul>
        )}
        <div className="agents-add">
          <Button icon={UserRoundPlus} data-testid="agent-add" onClick={add}>
            {t('crmSet.agentAdd')}
          </Button>
          {others.length === 0 ? null : (
            <Button
              data-testid="agents-team"
              onClick={() => void keep([...agents, ...others.map(({ extension, name }) => blank(extension, name))])}
            >
              {t('crmSet.agentsFromTeam', { count: others.length })}
            </Button>
          )}
          <span className={error === null ? 'quiet row-small' : 'field-error'} aria-live="polite">
            {error ?? (draft === null ? '' : t('crmSet.agentsUnsaved'))}
          </span>
        </div>
      </section>
    </div>
  );
}
