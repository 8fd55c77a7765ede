// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';
import type { CrmDraft } from '../../src-shared/crm/model.ts';
import { CrmError, type CrmFailure } from './api.ts';

/** One idempotency key for one record a person wants, however often the button is pressed. */
export type DraftKeys = {
  /**
   * Runs with the draft's key. The same draft gets the same key again for half an hour, for its answer may have been
   * lost; one that was made or refused is done with, and the same once more is another record.
   */
  use<T>(connector: string, draft: CrmDraft, run: (key: string) => Promise<T>): Promise<T>;
};

const KEPT_MS = 30 * 60_000;
const MOST_KEPT = 100;
const SETTLED: ReadonlySet<CrmFailure> = new Set(['refused', 'duplicate']);

export function createDraftKeys(now: () => number): DraftKeys {
  const kept = new Map<string, { readonly key: string; readonly at: number }>();

  return {
    async use(connector, draft, run) {
      const fields = Object.entries(draft).sort(([one], [other]) => (one < other ? -1 : 1));
      const hash = createHash('sha256')
        .update(JSON.stringify([connector, fields]))
        .digest('hex')
        .slice(0, 16);
      const before = kept.get(hash);
      const isFresh = before !== undefined && now() - before.at < KEPT_MS;
      const own = isFresh ? before : { key: `new:${draft.number.replace(/\D/g, '')}/${now()}-${hash}`, at: now() };
      kept.set(hash, own);
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      try {
        const made = await run(own.key);
        kept.delete(hash);
        return made;
      } catch (error) {
        // A request that never left says nothing of the one before it: only the CRM's own word is certain.
        if (error instanceof CrmError && SETTLED.has(error.failure) && !error.unsure) kept.delete(hash);
        throw error;
      }
    },
  };
}
