// SPDX-License-Identifier: MIT
import type { AppState, HistoryRow } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import './crm.css';

const selectOutcomes = (app: AppState) => app.settings.crm.outcomes;

/** Whether there is anything to say about a call: outcomes to choose from, or one that was chosen. */
export function useOutcomes(row: HistoryRow | null): readonly string[] {
  const outcomes = useApp(selectOutcomes);
  const said = row?.outcome ?? '';
  return said === '' || outcomes.includes(said) ? outcomes : [...outcomes, said];
}

/** What a call came to: one of the outcomes, or none. Saved at once; pressing the chosen one takes it back. */
export function Outcome({ row, onSaved }: { readonly row: HistoryRow; readonly onSaved?: (text: string) => void }) {
  const t = useT();
  const outcomes = useOutcomes(row);
  const { run, busy, error } = useAction();
  if (outcomes.length === 0) return null;
  const save = (text: string) =>
    void run(async () => {
      await request('history.outcome', row.id, text);
      onSaved?.(text);
    });
  return (
    <fieldset className="outcome">
      <legend>{t('crm.outcome')}</legend>
      <div className="outcome-choices">
        {outcomes.map((text) => (
          <button
            key={text}
            type="button"
            className="outcome-choice"
            aria-pressed={row.outcome === text}
            disabled={busy}
            data-testid="outcome"
            onClick={() => save(row.outcome === text ? '' : text)}
          >
            <bdi className="cut">{text}</bdi>
          </button>
        ))}
      </div>
      {error ? (
        <p className="field-error" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </fieldset>
  );
}
