// SPDX-License-Identifier: MIT
import { useState } from 'react';
import { errorText, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { discard, draftProblem, save, takeTheirs, useDraft } from './draft.ts';

/** Below the screen while something is not saved: save, or go back to what the relay has; and why it was not taken. */
export function SaveBar({ onPeople }: { readonly onPeople: () => void }) {
  const t = useT();
  const { draft, state, error, theirs } = useDraft();
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState(false);
  const isDirty = draft !== null;

  function trySave(overwrite: boolean) {
    if (draft === null) return;
    const isPeople = draftProblem(draft) === 'people';
    // A field that holds what cannot be saved keeps it, so the draft does not have it: the person is led there.
    const wrong = document.querySelector<HTMLElement>('.team-page [aria-invalid="true"]');
    setTried(isPeople || wrong !== null);
    if (isPeople) onPeople();
    if (wrong !== null) wrong.focus();
    else if (!isPeople) void save({ overwrite });
  }

  if (!isDirty && state !== 'saved') return null;
  const problem = error !== null ? errorText(t, error) : tried && isDirty ? t('team.checkFirst') : null;
  return (
    <footer className="team-save" data-testid="team-save-bar">
      <p className={problem === null ? 'team-save-text' : 'team-save-text setting-error selectable'} role="status">
        {theirs !== null
          ? t('team.conflict')
          : (problem ?? t(state === 'saving' ? 'team.saving' : isDirty ? 'team.notSaved' : 'team.saved'))}
      </p>
      {theirs !== null ? (
        <>
          <Button data-testid="team-take-theirs" onClick={takeTheirs}>
            {t('team.conflictTheirs')}
          </Button>
          <Button tone="primary" data-testid="team-save-mine" onClick={() => trySave(true)}>
            {t('team.conflictMine')}
          </Button>
        </>
      ) : isDirty ? (
        <>
          <Button disabled={state === 'saving'} data-testid="team-discard" onClick={() => setAsking(true)}>
            {t('team.discard')}
          </Button>
          <Button tone="primary" disabled={state === 'saving'} data-testid="team-save" onClick={() => trySave(false)}>
            {t('app.save')}
          </Button>
        </>
      ) : null}
      <Confirm
        open={asking}
        title={t('team.discardTitle')}
        text={t('team.discardText')}
        action={t('team.discard')}
        testId="team-discard-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          setTried(false);
          if (yes) discard();
        }}
      />
    </footer>
  );
}
