// SPDX-License-Identifier: MIT
import type { CallEvent } from '../../../src-shared/calls/events.ts';
import { callsOf, emptyTracker, trackAll } from '../../../src-shared/calls/tracker.ts';
import { parseStatisticsRow } from '../../../src-shared/megacall/statistics.ts';
import { parseNotification } from '../../../src-shared/megacall/webhook.ts';
import { fixedZone } from '../../../src-shared/megacall/zone.ts';
import { sameHistory, trueHistory } from './history.ts';
import { admit } from './post.ts';
import { OFFSET_MS } from './things.ts';
import type { Delivery, Scenario } from './trouble.ts';

/** What the tracker is given of a delivery, or null for what is refused at the door. */
export async function eventOf(delivery: Delivery): Promise<CallEvent | null> {
  switch (delivery.kind) {
    case 'session':
      return delivery.event;
    case 'row':
      return parseStatisticsRow(delivery.row, fixedZone(OFFSET_MS), delivery.callType);
    case 'post': {
      const admitted = await admit(delivery.post);
      return admitted === null ? null : parseNotification(admitted.fields, OFFSET_MS, delivery.receivedAt);
    }
  }
}

/** The pure part alone: everything folded in the order in which it came. */
export async function throughTracker({ plans, clean, faulty, lost }: Scenario): Promise<void> {
  const calls = async (deliveries: readonly Delivery[]) => {
    const events: CallEvent[] = [];
    for (const one of deliveries) {
      const event = await eventOf(one);
      if (event !== null) events.push(event);
    }
    return callsOf(trackAll(emptyTracker, events));
  };
  const wanted = await calls(clean);
  trueHistory(plans, wanted);
  sameHistory(wanted, await calls(faulty), lost);
}
