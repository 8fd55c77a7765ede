// SPDX-License-Identifier: MIT
import type { AdminMethod, AdminParams, AdminValue } from '../../../src-shared/ipc/map.ts';
import { request } from '../../bridge.ts';

/**
 * Asks the team's relay as its administrator. Main has checked the reply against the protocol.
 *
 * @throws AppError `team.offline`, `team.not-allowed`, `team.refused`, `team.bad-reply`, or `api.*` of the relay's PBX
 */
export async function askAdmin<K extends AdminMethod>(method: K, params: AdminParams<K>): Promise<AdminValue<K>> {
  return (await request('team.admin', { method, params: params as never })) as AdminValue<K>;
}
