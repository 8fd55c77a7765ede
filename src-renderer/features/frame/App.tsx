// SPDX-License-Identifier: MIT
import { lazy, Suspense, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useApp, useMaybeApp } from '../state/store.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Frame } from './Frame.tsx';
import { KeychainPanel, needsKeychain } from './KeychainPanel.tsx';
import { StoreProblem } from './StoreProblem.tsx';
import './frame.css';

/** Most windows never show it. */
const Setup = lazy(() => import('../onboarding/Setup.tsx'));

const selectStage = (app: AppState) => app.stage;
const selectProblem = (app: AppState) => app.storeProblem;

export function App() {
  return (
    <ErrorBoundary>
      <Stages />
    </ErrorBoundary>
  );
}

function Stages() {
  const t = useT();
  const stage = useMaybeApp(selectStage);
  if (stage === null) return <Starting text={t('app.loading')} />;
  return <Started stage={stage} />;
}

/** What the window is for just now: a problem of the store, set-up, or the phone. */
function Started({ stage }: { readonly stage: AppState['stage'] }) {
  const t = useT();
  const problem = useApp(selectProblem);
  const keychain = useApp(needsKeychain);
  // Main says `ready` as soon as the account is complete; the last step of set-up stays until it is left.
  const [finishing, setFinishing] = useState(false);

  if (problem !== null) return <StoreProblem problem={problem} />;
  if (stage === 'starting') return <Starting text={t('app.loading')} />;
  if (stage === 'setup' || finishing) {
    // Set-up stays behind the question about the keychain, with all that was typed.
    const asks = keychain && stage === 'setup';
    return (
      <>
        {asks ? <KeychainPanel /> : null}
        <div className="stage" hidden={asks}>
          <Suspense fallback={<Starting text={t('app.loading')} />}>
            <Setup
              onConnecting={() => setFinishing(true)}
              onBack={() => setFinishing(false)}
              onDone={() => setFinishing(false)}
            />
          </Suspense>
        </div>
      </>
    );
  }
  return <Frame />;
}

function Starting({ text }: { readonly text: string }) {
  return (
    <main className="starting" aria-busy="true">
      <p className="quiet">{text}</p>
    </main>
  );
}
