// SPDX-License-Identifier: MIT
/** One leg of a finished call: what `statistics/pbx` shows a row for (megacall-api.md section 2.9). */
export type HistoryRow = {
  readonly callId: string;
  readonly pbxCallId: string;
  readonly direction: 'in' | 'out';
  /** Extension, or `0` for the menu. */
  readonly extension: string;
  readonly startedAt: number;
  readonly number: string;
  readonly name: string | null;
  readonly destination: string;
  readonly disposition: string;
  readonly seconds: number;
  readonly isRecorded: boolean;
};

export class History {
  readonly rows: HistoryRow[] = [];

  add(...rows: HistoryRow[]): void {
    this.rows.push(...rows);
    this.rows.sort((a, b) => a.startedAt - b.startedAt);
  }

  between(start: number, end: number): HistoryRow[] {
    return this.rows.filter((row) => row.startedAt >= start && row.startedAt <= end);
  }
}
