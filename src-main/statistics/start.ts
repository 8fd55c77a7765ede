// SPDX-License-Identifier: MIT
import type { MegacallClient } from '../../src-megacall/client.ts';
import type { Log } from '../log.ts';
import type { Account } from '../services/account.ts';
import { zoneOf } from '../services/account-zone.ts';
import type { CallService } from '../services/calls.ts';
import type { Hub } from '../services/hub.ts';
import type { SettingsService } from '../services/settings.ts';
import type { Shell } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import type { StatisticsSource } from './pages.ts';
import { createPoller, type Poller } from './poller.ts';
import { pbxSource } from './sources.ts';

export type StatisticsParts = {
  readonly client: Pick<MegacallClient, 'statisticsPbx'>;
  readonly account: Pick<Account, 'syncClock'>;
  readonly calls: Pick<CallService, 'feedRows'>;
  readonly settings: SettingsService;
  readonly hub: Hub;
  readonly store: Pick<StoreApi, 'cursors'>;
  /** In a team: its relay, null while it is not connected. */
  readonly relay: () => StatisticsSource | null;
  readonly shell: Pick<Shell, 'on'>;
  readonly now: () => number;
  readonly log: Log;
};

const DAY = 24 * 3_600_000;

/** The poller on the app: looks when the account, the network or a setting has changed, and when a call has ended. */
export function startStatistics(parts: StatisticsParts): Poller {
  const { client, account, calls, settings, hub, store, relay, shell, now, log } = parts;
  const offsetMs = (): number => settings.get().accountOffsetMinutes * 60_000;
  const isTeam = (): boolean => settings.get().teamUrl !== '';
  const own = pbxSource(client, account.syncClock, offsetMs);
  const poller = createPoller({
    source: () => (isTeam() ? relay() : hub.get().stage === 'ready' ? own : null),
    account: () => {
      const { account: mine } = hub.get();
      return mine === null ? null : `${mine.pbxId}-${mine.extension}`;
    },
    mode: () => (isTeam() ? 'team' : 'alone'),
    zone: () => zoneOf(settings, now()),
    settings: settings.get,
    cursors: store.cursors,
    feed: calls.feedRows,
    tell: (statistics) => {
      if (JSON.stringify(statistics) !== JSON.stringify(hub.get().statistics)) hub.patch({ statistics });
    },
    now,
    schedule: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    log,
  });

  let { stage, account: whose } = hub.get();
  let live = new Set<string>();
  hub.subscribe((state) => {
    const changed = state.stage !== stage || state.account?.extension !== whose?.extension;
    [stage, whose] = [state.stage, state.account];
    if (changed) poller.wake();
    const still = new Set(state.calls.filter((call) => call.phase !== 'ended').map((call) => call.viewId));
    if ([...live].some((id) => !still.has(id))) poller.callEnded();
    live = still;
  });
  settings.onChange((next, before) => {
    if (next.historyDays > before.historyDays) {
      const noted = poller.fillGap(now() - next.historyDays * DAY, now());
      noted.catch((error: unknown) => log.warn('a gap of the history was not noted', { error }));
    }
    if (next.pollMinutes !== before.pollMinutes || next.teamUrl !== before.teamUrl) poller.wake();
  });
  shell.on('resume', () => poller.wake());
  return poller;
}
