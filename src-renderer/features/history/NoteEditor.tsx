// SPDX-License-Identifier: MIT
import { useEffect } from 'react';
import type { HistoryRow } from '../../../src-shared/state.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { save, useNotes, writeNote } from './notes.ts';

/** Saves itself. The state stands beside the heading, in a place of its own. */
export function NoteEditor({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const draft = useNotes((notes) => notes.drafts[row.id]);
  useEffect(() => () => void save(row.id), [row.id]);
  const state =
    draft === undefined
      ? ''
      : draft.state === 'saved'
        ? t('history.noteSaved')
        : draft.error !== null
          ? t('history.noteUnsaved', { reason: errorText(t, draft.error) })
          : t('history.noteSaving');
  return (
    <section className="detail-part">
      <div className="detail-head">
        <h2 id={`note-${row.id}`}>{t('history.note')}</h2>
        <span
          className={draft?.error ? 'note-state note-state-error' : 'note-state quiet'}
          aria-live="polite"
          data-testid="note-state"
        >
          {state}
        </span>
      </div>
      <textarea
        className="input"
        rows={3}
        maxLength={10_000}
        aria-labelledby={`note-${row.id}`}
        placeholder={t('history.notePlaceholder')}
        value={draft?.text ?? row.note}
        data-testid="history-note"
        onChange={(event) => writeNote(row.id, event.target.value)}
        onBlur={() => void save(row.id)}
      />
    </section>
  );
}
