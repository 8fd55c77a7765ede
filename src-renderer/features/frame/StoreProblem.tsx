// SPDX-License-Identifier: MIT
import { DatabaseBackup, DatabaseZap } from 'lucide-react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { Panel } from './Panel.tsx';

type Problem = NonNullable<AppState['storeProblem']>;

/** A history that could not be opened. A newer one is never touched; a damaged one was set aside and can be restored. */
export function StoreProblem({ problem }: { readonly problem: Problem }) {
  const t = useT();
  const { run, busy, error } = useAction();

  if (problem.error.code !== 'store.corrupt') {
    const future = problem.error.code === 'store.future';
    return (
      <Panel
        icon={DatabaseZap}
        title={future ? t('store.futureTitle') : t('store.otherTitle')}
        testId={future ? 'store-future' : 'store-problem'}
      >
        {future ? <p>{t('store.futureText')}</p> : null}
        <p className={future ? 'quiet' : undefined}>{errorText(t, problem.error)}</p>
      </Panel>
    );
  }
  return (
    <Panel
      icon={DatabaseBackup}
      title={t('store.corruptTitle')}
      testId="store-corrupt"
      actions={
        <>
          {problem.canRestore ? (
            <Button
              tone="primary"
              size="large"
              disabled={busy}
              data-testid="store-restore"
              onClick={() => void run(() => request('store.restore', 'backup'))}
            >
              {busy ? t('store.restoring') : t('store.corruptRestore')}
            </Button>
          ) : null}
          <Button
            tone={problem.canRestore ? 'plain' : 'primary'}
            size="large"
            disabled={busy}
            data-testid="store-go-on"
            onClick={() => void run(() => request('store.restore', 'empty'))}
          >
            {t('store.corruptEmpty')}
          </Button>
        </>
      }
    >
      <p>{t('store.corruptText')}</p>
      <p>{problem.canRestore ? t('store.corruptRestoreText') : t('store.noCopy')}</p>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </Panel>
  );
}
