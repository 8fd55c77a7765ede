// SPDX-License-Identifier: MIT
import { useState } from 'react';
import type { Results } from '../../../src-shared/ipc/map.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { asError, request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { Connecting } from './Connecting.tsx';
import { ExtensionStep } from './ExtensionStep.tsx';
import { JoinForm } from './JoinForm.tsx';
import { KeysStep } from './KeysStep.tsx';
import { PasswordStep } from './PasswordStep.tsx';
import { TeamPasswordStep } from './TeamPasswordStep.tsx';
import { Welcome } from './Welcome.tsx';
import '../../i18n/screens.ts';
import './setup.css';

export type Account = Results['setup.check-keys'];
export type Keys = { readonly key: string; readonly secret: string; readonly apiBaseUrl: string };
type Step = 'welcome' | 'keys' | 'extension' | 'password' | 'team' | 'team-password' | 'connecting';

const DOTS = ['setup.stepWelcome', 'setup.stepKeys', 'setup.stepExtension', 'setup.stepDone'] as const;
const TEAM_DOTS = ['setup.stepWelcome', 'join.stepTeam', 'join.stepPassword', 'setup.stepDone'] as const;
const DOT_OF: Readonly<Record<Step, number>> = {
  ...{ welcome: 0, keys: 1, team: 1, extension: 2, password: 2, 'team-password': 2, connecting: 3 },
};

const selectTeam = (app: AppState) => app.team;
const selectApiBaseUrl = (app: AppState) => app.settings.apiBaseUrl;

type Props = {
  /** The account is about to be complete: keep this flow open although main is ready. */
  readonly onConnecting: () => void;
  readonly onBack: () => void;
  readonly onDone: () => void;
};

/**
 * First-run set-up. All that was typed is held here, above the steps: no failure and no step back loses it. It is
 * never stored in the window; secrets leave it only towards main.
 */
export default function Setup({ onConnecting, onBack, onDone }: Props) {
  const t = useT();
  const apiBaseUrl = useApp(selectApiBaseUrl);
  const team = useApp(selectTeam);
  // A place in a team without a password is half a set-up: after a start it goes on from there.
  const [step, setStep] = useState<Step>(
    team.state === 'off' ? 'welcome' : team.state === 'revoked' ? 'team' : 'team-password',
  );
  const [keys, setKeys] = useState<Keys>({ key: '', secret: '', apiBaseUrl });
  const [account, setAccount] = useState<Account | null>(null);
  const [extension, setExtension] = useState(team.extension);
  const [takeOver, setTakeOver] = useState(false);
  const [password, setPassword] = useState('');
  const check = useAction();
  const choose = useAction();

  async function checkKeys() {
    const found = await check.run(() =>
      request('setup.check-keys', {
        key: keys.key.trim(),
        secret: keys.secret.trim(),
        apiBaseUrl: keys.apiBaseUrl.trim() === apiBaseUrl ? null : keys.apiBaseUrl.trim(),
      }),
    );
    if (found === undefined) return;
    setAccount(found);
    if (!found.extensions.some(({ number }) => number === extension)) {
      setExtension(found.extensions.find(({ taken }) => !taken)?.number ?? '');
    }
    setStep('extension');
  }

  async function connect(typed: string | null) {
    onConnecting();
    const done = await choose.run(async () => {
      try {
        return await request('setup.choose', { extension, password: typed, takeOver });
      } catch (thrown) {
        onBack();
        if (asError(thrown).code === 'setup.password-refused') setStep('password');
        throw thrown;
      }
    });
    if (done !== undefined) setStep('connecting');
  }

  function back(to: Step) {
    check.clear();
    choose.clear();
    setStep(to);
  }

  const isTeam = step === 'team' || step === 'team-password' || (step === 'connecting' && team.state !== 'off');
  const dots = isTeam ? TEAM_DOTS : DOTS;
  return (
    <main className="setup" data-testid="setup" data-step={step}>
      <div className="setup-body">
        <ol className="setup-dots" aria-label={t('setup.progress', { step: DOT_OF[step] + 1, total: dots.length })}>
          {dots.map((name, index) => (
            <li
              key={name}
              className={index <= DOT_OF[step] ? 'setup-dot setup-dot-done' : 'setup-dot'}
              aria-current={index === DOT_OF[step] ? 'step' : undefined}
            >
              {t(name)}
            </li>
          ))}
        </ol>
        {step === 'welcome' ? <Welcome onBegin={() => setStep('keys')} onJoin={() => setStep('team')} /> : null}
        {step === 'team' ? (
          <>
            <h1>{t('join.title')}</h1>
            <JoinForm
              before={team.state === 'revoked' && team.error !== null ? errorText(t, team.error) : null}
              onCancel={() => back('welcome')}
              onJoining={onConnecting}
              onFailed={onBack}
              onJoined={(place) => {
                setExtension(place.extension);
                setStep(place.password ? 'connecting' : 'team-password');
              }}
            />
          </>
        ) : null}
        {step === 'team-password' ? (
          <TeamPasswordStep
            extension={extension}
            onConnecting={onConnecting}
            onFailed={onBack}
            onConnected={() => setStep('connecting')}
            onLeft={() => back('welcome')}
          />
        ) : null}
        {step === 'keys' ? (
          <KeysStep
            keys={keys}
            onChange={(next) => {
              setKeys(next);
              check.clear();
            }}
            busy={check.busy}
            error={check.error}
            onBack={() => back('welcome')}
            onCheck={() => void checkKeys()}
          />
        ) : null}
        {step === 'extension' && account !== null ? (
          <ExtensionStep
            account={account}
            extension={extension}
            takeOver={takeOver}
            busy={choose.busy}
            error={choose.error}
            onChoose={(number) => {
              setExtension(number);
              setTakeOver(false);
              choose.clear();
            }}
            onTakeOver={setTakeOver}
            onBack={() => back('keys')}
            onUse={() => void connect(null)}
          />
        ) : null}
        {step === 'password' ? (
          <PasswordStep
            extension={extension}
            password={password}
            busy={choose.busy}
            error={choose.error?.code === 'setup.password-refused' ? null : choose.error}
            onChange={setPassword}
            onBack={() => back('extension')}
            onConnect={() => void connect(password)}
          />
        ) : null}
        {step === 'connecting' ? (
          <Connecting
            extension={extension}
            onPassword={() => back(isTeam ? 'team-password' : 'password')}
            onOther={isTeam ? null : () => back(account === null ? 'keys' : 'extension')}
            onDone={onDone}
          />
        ) : null}
      </div>
    </main>
  );
}
