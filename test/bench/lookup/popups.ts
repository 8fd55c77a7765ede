// SPDX-License-Identifier: MIT
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import type { Bridge } from '../../../src-shared/ipc/map.ts';
import { type Stand, startStand } from '../../e2e/support/stand.ts';
import { until } from '../../lab/process.ts';
import { openPaintClock } from '../bare/paint.ts';
import { announce, saveCallers } from '../popup/call.ts';
import { type Percentiles, percentiles } from '../stats.ts';

/** The CRM answers after so long; a look-up is given up after 15 s (`src-main/crm/lookup.ts`). */
const CRM_MS = 20_000;
const GIVEN_UP_MS = 16_000;
/** Blocks in this order, so that what grows with time meets both alike; the first call of each does not count. */
const BLOCKS = ['none', 'slow', 'slow', 'none'] as const;
const EACH = Number(process.env.MEGADIAL_BENCH_POPUPS ?? 50);

export type Popups = {
  readonly none: Percentiles;
  readonly slow: Percentiles;
  /** Questions the slow CRM was asked. */
  readonly asked: number;
};

/** Webhook to painted popup, as `popup.ts` measures it, without a CRM and with one that takes 20 s. */
export async function measurePopups(): Promise<Popups> {
  const crm = await startSlowCrm();
  const stand = await startStand({ sessionOnly: true });
  try {
    const clock = await openPaintClock(await stand.app.window('popup'));
    const callers = [...(await saveCallers(stand, BLOCKS.length * (EACH + 1)))];
    const samples = { none: [] as number[], slow: [] as number[] };
    for (const block of BLOCKS) {
      await setConnectors(stand, block === 'slow' ? [connector(crm.url)] : []);
      const askedBefore = crm.asked();
      for (const [at, caller] of callers.splice(0, EACH + 1).entries()) {
        const call = await announce(stand, caller);
        const ms = await call.postToPaint(clock);
        await call.end();
        if (at > 0) samples[block].push(ms);
      }
      const asked = crm.asked() - askedBefore;
      if (asked > EACH !== (block === 'slow')) throw new Error(`the CRM was asked ${asked} times in ${block}`);
      // What is still asked ends before the next block begins.
      if (block === 'slow') await sleep(GIVEN_UP_MS);
    }
    return { none: percentiles(samples.none), slow: percentiles(samples.slow), asked: crm.asked() };
  } finally {
    await stand.stop();
    await crm.stop();
  }
}

async function setConnectors({ app }: Stand, connectors: readonly ConnectorSettings[]): Promise<void> {
  const main = await app.window('main');
  await main.evaluate(async (list) => {
    const { megadial } = globalThis as unknown as { megadial: Bridge };
    const state = await megadial.invoke('state.get');
    if (!state.ok) throw new Error(state.error.code);
    const patch = { crm: { ...state.value.settings.crm, connectors: list } };
    const reply = await megadial.invoke('settings.set', structuredClone(patch) as never);
    if (!reply.ok) throw new Error(reply.error.code);
  }, connectors as never);
  await until('the CRM to be set', () =>
    main.evaluate(async (wanted) => {
      const { megadial } = globalThis as unknown as { megadial: Bridge };
      const state = await megadial.invoke('state.get');
      return state.ok && state.value.crm.connectors.filter((one) => one.state === 'ready').length === wanted;
    }, connectors.length),
  );
}

function connector(baseUrl: string): ConnectorSettings {
  const lookup = { path: '/contacts', query: { number: '{{e164}}' }, list: 'contacts' };
  return {
    ...{ id: 'own-1', type: 'own', name: 'Slow CRM', enabled: true, rewrite: [], prefer: null, linkHosts: [] },
    match: { strategy: 'tail', digits: 7 },
    options: {
      definition: { version: 1, name: 'Slow CRM', baseUrl, timeoutMs: 30_000, operations: { lookupByNumber: lookup } },
    },
  };
}

/** Knows nobody, and takes its time to say so. */
async function startSlowCrm() {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    const answer = setTimeout(() => response.end('{"contacts":[]}'), CRM_MS);
    response.on('close', () => clearTimeout(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
