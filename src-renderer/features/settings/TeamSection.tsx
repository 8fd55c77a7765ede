// SPDX-License-Identifier: MIT
import { LogOut, RotateCw, Users } from 'lucide-react';
import { useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button, Foreign } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { selectIsAdmin } from '../frame/NavRail.tsx';
import { JoinForm } from '../onboarding/JoinForm.tsx';
import { useApp } from '../state/store.ts';
import { goTo } from '../state/ui.ts';
import { Row } from './rows.tsx';

const selectTeam = (app: AppState) => app.team;

/** Whose computer this is in a team and how its relay is doing; alone, the way into one. */
export function TeamSection() {
  const team = useApp(selectTeam);
  return team.state === 'off' ? <Alone /> : <InTeam />;
}

function Alone() {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <p className="setting-hint">{t('teamState.off')}</p>
      {open ? (
        <div className="settings-join">
          <JoinForm onCancel={() => setOpen(false)} onJoined={() => setOpen(false)} />
        </div>
      ) : (
        <Row label={t('teamState.join')} hint={t('teamState.joinHint')}>
          <Button icon={Users} data-testid="settings-join" onClick={() => setOpen(true)}>
            {t('teamState.joinAction')}
          </Button>
        </Row>
      )}
    </>
  );
}

function InTeam() {
  const t = useT();
  const team = useApp(selectTeam);
  const isAdmin = useApp(selectIsAdmin);
  const { run, busy, error } = useAction();
  const [asking, setAsking] = useState(false);
  const isReplaced = team.error?.code === 'team.replaced';
  const state = isReplaced ? 'replaced' : team.state;
  const name = team.members.find((one) => one.extension === team.extension)?.name ?? '';
  const problem = error ?? (team.state === 'on' ? null : team.error);
  const isTrying = team.state === 'failed' && !isReplaced;
  return (
    <>
      <Row label={t('teamState.me')}>
        <span className="selectable" data-testid="settings-team-me">
          {name === '' ? null : (
            <>
              <Foreign>{name}</Foreign>
              {' · '}
            </>
          )}
          {t('registration.extension', { extension: team.extension })}
          {team.role === null ? '' : ` · ${t(`teamRole.${team.role}`)}`}
        </span>
      </Row>
      <Row label={t('teamState.url')}>
        <span className="selectable">{team.url}</span>
      </Row>
      <Row
        label={t('teamState.status')}
        {...(isTrying ? { hint: t('teamState.trying') } : {})}
        error={problem ? errorText(t, problem) : null}
      >
        <div className="settings-buttons">
          <span data-testid="settings-team-state" data-state={state}>
            {t(`teamState.status-${state}`)}
          </span>
          {team.state === 'failed' ? (
            <Button
              size="small"
              icon={RotateCw}
              disabled={busy}
              data-testid="settings-team-retry"
              onClick={() => void run(() => request('team.retry'))}
            >
              {t(isReplaced ? 'teamState.connectHere' : 'app.retry')}
            </Button>
          ) : null}
        </div>
      </Row>
      {isAdmin ? (
        <Row label={t('team.title')}>
          <Button icon={Users} data-testid="settings-open-team" onClick={() => goTo('team')}>
            {t('teamState.openTeam')}
          </Button>
        </Row>
      ) : null}
      <Row label={t('teamState.leave')} hint={t('teamState.leaveText')}>
        <Button icon={LogOut} disabled={busy} data-testid="settings-team-leave" onClick={() => setAsking(true)}>
          {t('teamState.leave')}
        </Button>
      </Row>
      <Confirm
        open={asking}
        title={t('teamState.leaveTitle')}
        text={`${t('teamState.leaveText')} ${t('teamState.leaveNote')}`}
        action={t('teamState.leave')}
        testId="settings-team-leave-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) void run(() => request('team.leave'));
        }}
      />
    </>
  );
}
