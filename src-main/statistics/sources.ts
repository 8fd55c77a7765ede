// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../../src-megacall/client.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { RelayMethods } from '../../src-shared/relay/protocol.ts';
import type { StatisticsSource } from './pages.ts';

/**
 * The PBX itself, asked with the account's own keys.
 *
 * @param readClock asks the PBX for its offset; needed once before a wall clock can be read
 * @param offsetMs the account's offset of today
 */
export function pbxSource(
  client: Pick<MegacallClient, 'statisticsPbx'>,
  readClock: () => Promise<void>,
  offsetMs: () => number,
): StatisticsSource {
  let isRead = false;
  return {
    async ready() {
      if (!isRead) await readClock();
      isRead = true;
    },
    page: (query) => client.statisticsPbx(query, offsetMs()),
  };
}

type Statistics = RelayMethods['pbx.statistics'];

/** A team's relay, which asks the PBX for all its desktops and cannot skip, but says where to go on. */
export function relaySource(
  ask: (method: 'pbx.statistics', params: Statistics['params']) => Promise<Statistics['value']>,
): StatisticsSource {
  return {
    ready: async () => undefined,
    async page({ start, end, callType }) {
      const { rows, complete, until } = await ask('pbx.statistics', { from: start, to: end, callType });
      if (!complete && !(until > start)) throw new AppError('team.bad-reply');
      return { rows, more: !complete, until };
    },
  };
}
