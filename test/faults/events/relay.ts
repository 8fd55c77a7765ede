// SPDX-License-Identifier: MIT
import { createCalls } from '../../../src-relay/calls.ts';
import { createIntake } from '../../../src-relay/intake.ts';
import { createPublish } from '../../../src-relay/publish.ts';
import { DEFAULT_TEAM } from '../../../src-relay/team.ts';
import type { Call } from '../../../src-shared/calls/model.ts';
import type { RelayEvent } from '../../../src-shared/relay/protocol.ts';
import { memoryStore, startCallStand } from '../../call-stand.ts';
import { silentRelayLog } from '../../fakes-relay.ts';
import { createMemoryStore } from '../../relay/memory-store.ts';
import { sameHistory, trueHistory } from './history.ts';
import { admit } from './post.ts';
import { ownThings, take } from './service.ts';
import { MINE } from './story.ts';
import { type Delivery, type Scenario, withOwnPhone } from './trouble.ts';

const TENANT = {
  ...{ id: 'acme', urlSecret: 'a-secret-in-the-url', zdUserId: null, apiBaseUrl: 'https://api.test' },
  ...{ apiKey: 'key', apiSecret: 'secret', offsetMinutes: 120 },
};

/**
 * A team: the relay's real intake works out what my extension may see, and its log gives that in its own order, after an
 * absence and once more when an acknowledgement was lost. Whoever is responsible by default hears of what rang nowhere.
 */
export async function throughRelay(scenario: Scenario): Promise<void> {
  const wanted = await historyAfter(scenario.clean, []);
  trueHistory(scenario.plans, wanted, true);
  // What comes late to the relay has its late stamp.
  sameHistory(wanted, await historyAfter(withOwnPhone(scenario), scenario.restarts), 'before');
}

/** @param absences while so many deliveries pass, twice each, the desktop is away */
async function historyAfter(deliveries: readonly Delivery[], absences: readonly number[]): Promise<readonly Call[]> {
  let now = deliveries[0]?.at ?? 0;
  const relay = createMemoryStore(() => now);
  const intake = createIntake({
    ...{ calls: createCalls(relay), publish: createPublish(relay.log), log: silentRelayLog, now: () => now },
    team: { settings: async () => ({ ...DEFAULT_TEAM, defaultResponsible: MINE }) },
    answerer: {
      answer: async (_tenant, fields) => ({
        ...{ pbxCallId: fields.pbx_call_id ?? '', at: now, answer: null, reason: 'off', extension: null },
      }),
    },
    reminders: { reached: async () => undefined },
  });
  const store = memoryStore();
  const stand = startCallStand({ store, now, extension: MINE });
  const own = ownThings(stand, []);
  let acknowledged = 0;
  const catchUp = async (): Promise<void> => {
    const entries = await relay.log.read(TENANT.id, MINE, acknowledged, 1000);
    for (const { body } of entries) {
      const event = JSON.parse(body) as RelayEvent;
      if (event.kind === 'notification') await take(stand, event, event.receivedAt);
    }
    acknowledged = entries.at(-1)?.seq ?? acknowledged;
  };
  for (const [index, delivery] of deliveries.entries()) {
    now = Math.max(now, delivery.at);
    stand.clock.now = now;
    for (const run of stand.later.splice(0)) run();
    const admitted = delivery.kind === 'post' ? await admit(delivery.post) : null;
    if (admitted !== null) await intake.take(TENANT, { ...admitted, verified: true });
    else await own(delivery);
    const isAway = absences.some((start) => index >= start && index < start + 4);
    if (!isAway) await catchUp();
    // The acknowledgement was lost with the connection: the last ones come again.
    if (absences.includes(index)) acknowledged = Math.max(0, acknowledged - 3);
  }
  await catchUp();
  const history = await stand.history();
  await store.close();
  return history.map(({ call }) => call);
}
