// SPDX-License-Identifier: MIT
import { BellOff, CircleCheck, CircleDashed, CircleX, type LucideIcon, RotateCw, Stethoscope } from 'lucide-react';
import type { RegistrationState } from '../../../src-shared/engine-protocol.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction, useNow } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { goTo, openSettings } from '../state/ui.ts';

const ICONS: Readonly<Record<RegistrationState, LucideIcon>> = {
  off: CircleDashed,
  connecting: CircleDashed,
  registering: CircleDashed,
  registered: CircleCheck,
  failed: CircleX,
};

const selectRegistration = (app: AppState) => app.registration;
const selectTeam = (app: AppState) => app.team.state;
const selectDnd = (app: AppState) => app.settings.dnd;
const selectAccount = (app: AppState) => app.account;

/** Whether calls can reach me and, when not, why, when it is tried again, and a way not to wait. */
export function RegistrationBar() {
  const t = useT();
  const registration = useApp(selectRegistration);
  const account = useApp(selectAccount);
  const dnd = useApp(selectDnd);
  const { run, busy, error } = useAction();
  const problem = error ?? registration.error;
  const Icon = ICONS[registration.state];
  const failed = registration.state === 'failed';
  return (
    <header className="bar" data-state={registration.state} data-dnd={dnd} data-testid="registration-status">
      <Icon className="icon bar-icon" aria-hidden="true" />
      <p className="bar-text" aria-live="polite">
        <strong>{t(`registration.${registration.state}`)}</strong>
        {account ? (
          <span className="quiet"> · {t('registration.extension', { extension: account.extension })}</span>
        ) : null}
        <TeamTrouble />
        {dnd ? <span className="bar-dnd"> · {t('dnd.text')}</span> : null}
        {failed && problem ? <span className="bar-reason selectable">{errorText(t, problem)}</span> : null}
      </p>
      {failed ? (
        <>
          <RetryIn at={registration.retryAt} t={t} />
          <Button
            size="small"
            className="bar-action"
            icon={RotateCw}
            disabled={busy}
            data-testid="registration-retry"
            onClick={() => void run(() => request('registration.retry'))}
          >
            {t('app.retry')}
          </Button>
          <Button
            size="small"
            className="bar-action"
            icon={Stethoscope}
            data-testid="registration-doctor"
            onClick={() => goTo('doctor')}
          >
            {t('registration.findOut')}
          </Button>
        </>
      ) : null}
      <Button
        size="small"
        icon={BellOff}
        className="bar-dnd-button"
        aria-label={t('dnd.turnOn')}
        title={t('dnd.turnOn')}
        aria-pressed={dnd}
        data-testid="dnd-toggle"
        onClick={() => void run(() => request('settings.set', { dnd: !dnd }))}
      >
        {t('dnd.on')}
      </Button>
    </header>
  );
}

/** In the bar's own line: a relay that comes and goes moves nothing. */
function TeamTrouble() {
  const t = useT();
  const team = useApp(selectTeam);
  if (team !== 'failed' && team !== 'revoked') return null;
  return (
    <>
      {' · '}
      <button type="button" className="bar-team" data-testid="bar-team" onClick={() => openSettings('team')}>
        {t(team === 'failed' ? 'badge.teamFailed' : 'badge.teamRevoked')}
      </button>
    </>
  );
}

function RetryIn({ at, t }: { readonly at: number | null; readonly t: T }) {
  const now = useNow(at !== null);
  if (at === null) return null;
  const seconds = Math.ceil((at - now) / 1000);
  return (
    <span className="bar-retry quiet">
      {seconds > 0 ? t('registration.retryIn', { seconds }) : t('registration.retryNow')}
    </span>
  );
}
