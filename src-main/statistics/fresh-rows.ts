// SPDX-License-Identifier: MIT
import type { RowEvent } from '../../src-shared/calls/events.ts';

/** Each look goes back some hours, so most rows come again and again: only calls with a new or changed row go on. */
export class FreshRows {
  readonly #known = new Map<string, { readonly callStart: number; readonly content: string }>();

  /** All rows of the calls of which at least one row was not here before, each once. */
  of(rows: readonly RowEvent[]): readonly RowEvent[] {
    const calls = new Map<string, RowEvent[]>();
    const fresh = new Set<string>();
    for (const row of new Map(rows.map((one) => [one.callId, one])).values()) {
      const call = row.pbxCallId ?? row.callId;
      calls.set(call, [...(calls.get(call) ?? []), row]);
      if (this.#known.get(row.callId)?.content !== JSON.stringify(row)) fresh.add(call);
    }
    return [...fresh].flatMap((call) => calls.get(call) ?? []);
  }

  /** These were told on and need not be again; those that began before `oldest` will not come again. */
  keep(rows: readonly RowEvent[], oldest: number): void {
    for (const row of rows) {
      this.#known.set(row.callId, { callStart: row.callStart, content: JSON.stringify(row) });
    }
    for (const [id, { callStart }] of this.#known) if (callStart < oldest) this.#known.delete(id);
  }
}
