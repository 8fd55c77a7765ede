// SPDX-License-Identifier: MIT
import type { Call } from '../../src-shared/calls/model.ts';
import type { StoreApi } from '../store/api.ts';

const PAGE = 100;

/** Rows of calls that began since then, newest first. */
export async function* recentCalls(
  calls: Pick<StoreApi['calls'], 'page'>,
  since: number,
): AsyncIterable<{ id: number; call: Call }> {
  const filter = { direction: null, missed: false, disposition: null, search: '' };
  for (let before: number | null = null; ; ) {
    const { rows, next }: Awaited<ReturnType<StoreApi['calls']['page']>> = await calls.page({
      before,
      limit: PAGE,
      filter,
    });
    for (const { id, call } of rows) {
      if (call.startedAt < since) return;
      yield { id, call };
    }
    if (next === null) return;
    before = next;
  }
}
