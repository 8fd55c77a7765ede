// SPDX-License-Identifier: MIT

import { FreshRows } from '../../../src-main/statistics/fresh-rows.ts';
import { notificationHash } from '../../../src-relay/hash.ts';
import { createIngress, type Notification } from '../../../src-relay/ingress.ts';
import type { RowEvent } from '../../../src-shared/calls/events.ts';
import type { Call } from '../../../src-shared/calls/model.ts';
import { parseStatisticsRow } from '../../../src-shared/megacall/statistics.ts';
import { parseNotification } from '../../../src-shared/megacall/webhook.ts';
import { fixedZone } from '../../../src-shared/megacall/zone.ts';
import { type CallStand, memoryStore, startCallStand } from '../../call-stand.ts';
import { silentLog } from '../../fakes.ts';
import { sameHistory, trueHistory } from './history.ts';
import { type Post, SECRET, SOURCES } from './post.ts';
import { MINE } from './story.ts';
import { OFFSET_MS } from './things.ts';
import { type Delivery, type Scenario, withOwnPhone } from './trouble.ts';

/** The real ingress, call service and store of one desktop, which is started anew now and then. */
export async function throughService(scenario: Scenario): Promise<void> {
  const wanted = await historyAfter(scenario.clean, []);
  trueHistory(scenario.plans, wanted, true);
  sameHistory(wanted, await historyAfter(withOwnPhone(scenario), scenario.restarts), scenario.lost);
}

/** @param restarts after so many deliveries, when no call of ours is live: the program would end it */
async function historyAfter(deliveries: readonly Delivery[], restarts: readonly number[]): Promise<readonly Call[]> {
  const store = memoryStore();
  const begin = (now: number): CallStand => startCallStand({ store, now, extension: MINE });
  let stand = begin(deliveries[0]?.at ?? 0);
  const shown: RowEvent[] = [];
  let own = ownThings(stand, shown);
  const ingress = createIngress({
    ...{ path: '/hook', secret: async () => SECRET, sources: () => SOURCES, log: silentLog },
    onNotification: (notification) => take(stand, notification, stand.clock.now),
  });
  const live = new Set<string>();
  for (const [index, delivery] of deliveries.entries()) {
    stand.clock.now = Math.max(stand.clock.now, delivery.at);
    for (const run of stand.later.splice(0)) run();
    if (delivery.kind === 'post') await post(ingress.app, delivery.post, delivery.receivedAt, stand);
    else await own(delivery);
    if (delivery.kind === 'session') {
      if (delivery.event.state === 'ended') live.delete(delivery.event.sessionId);
      else live.add(delivery.event.sessionId);
    }
    if (restarts.includes(index) && live.size === 0) {
      stand = begin(stand.clock.now);
      own = ownThings(stand, shown);
      await stand.calls.resume();
    }
  }
  const history = await stand.history();
  await ingress.app.close();
  await store.close();
  return history.map(({ call }) => call);
}

/**
 * Takes what comes to a desktop by itself: its phone's word, and the statistics.
 *
 * @param shown what the statistics have had so far: each look shows all of it again
 */
export function ownThings(stand: CallStand, shown: RowEvent[]): (delivery: Delivery) => Promise<void> {
  const fresh = new FreshRows();
  return async (delivery) => {
    if (delivery.kind === 'session') await stand.calls.feed(delivery.event, null);
    if (delivery.kind !== 'row') return;
    const row = parseStatisticsRow(delivery.row, fixedZone(OFFSET_MS), delivery.callType);
    if (row !== null) shown.push(row);
    const news = fresh.of(shown);
    await stand.calls.feedRows(news, 0);
    fresh.keep(news, 0);
  };
}

/** Events that a relay stamped are fed with its stamp; all others with the moment in which they come. */
async function post(
  app: ReturnType<typeof createIngress>['app'],
  { from, type, length, body, signature }: Post,
  receivedAt: number,
  stand: CallStand,
): Promise<void> {
  const now = stand.clock.now;
  stand.clock.now = receivedAt;
  const headers = {
    'content-type': type,
    'content-length': String(length),
    ...(signature === null ? {} : { signature }),
  };
  await app.inject({ method: 'POST', url: '/hook', remoteAddress: from, headers, payload: body });
  stand.clock.now = now;
}

/** As `services/webhooks.ts` and `services/team-events.ts` do. */
export async function take(
  stand: CallStand,
  { fields, verified }: Pick<Notification, 'fields' | 'verified'>,
  receivedAt: number,
): Promise<null> {
  const event = verified ? parseNotification(fields, OFFSET_MS, receivedAt) : null;
  const raw = {
    ...{ hash: notificationHash(fields), receivedAt, name: fields.event ?? '', event },
    ...{ pbxCallId: fields.pbx_call_id ?? null, fields: JSON.stringify(fields) },
  };
  if (event === null) await stand.store.raw.add(raw);
  else await stand.calls.feed(event, raw);
  return null;
}
