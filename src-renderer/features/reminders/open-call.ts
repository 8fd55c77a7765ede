// SPDX-License-Identifier: MIT
import type { ReminderView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { openHistoryRow } from '../state/ui.ts';

/**
 * Shows the missed call of a reminder in the history, else the newest one of that number.
 *
 * @returns false when this computer's history has none
 * @throws AppError `store.*`
 */
export async function openCall({ id, number }: ReminderView): Promise<boolean> {
  const filter = { direction: 'in', missed: true, disposition: null, search: number.slice(0, 100) } as const;
  const { rows } = await request('history.page', { before: null, limit: 50, filter });
  const row = rows.find(({ call }) => call.pbxCallId === id || call.key === id) ?? rows[0];
  if (row === undefined) return false;
  openHistoryRow(row.id);
  return true;
}
