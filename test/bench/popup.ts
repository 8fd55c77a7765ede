// SPDX-License-Identifier: MIT

import { build } from '../../scripts/setup.mjs';
import type { Bridge } from '../../src-shared/ipc/map.ts';
import { runtimeName } from '../e2e/support/app.ts';
import { type Stand, startStand } from '../e2e/support/stand.ts';
import { until } from '../lab/process.ts';
import { webhookSignature } from '../sandbox/sign.ts';
import { startFloor } from './bare/floor.ts';
import { openPaintClock } from './bare/paint.ts';
import { percentiles } from './stats.ts';

const WARM_UP = 5;
const SAMPLES = 60;
const LIMITS = { p99: 50, p50TimesFloor: 1.5 };
const FORM = 'application/x-www-form-urlencoded';

/**
 * Webhook POST to painted popup, and beside it, in turns, the same POST to a painted bare page on a bare WebSocket.
 * Each call is a new one from another contact, and comes when the popup of the one before has gone.
 */
export default async function run(): Promise<{ ok: boolean; figures: Record<string, unknown> }> {
  await build();
  const stand = await startStand({ sessionOnly: true });
  try {
    const popup = await stand.app.window('popup');
    const floor = await startFloor(popup);
    try {
      const callers = await saveContacts(stand, WARM_UP + SAMPLES);
      const [popupClock, floorClock] = [await openPaintClock(popup), await openPaintClock(floor.page)];
      const samples: { popup: number[]; floor: number[] } = { popup: [], floor: [] };
      for (const [at, caller] of callers.entries()) {
        const { fields, start, end } = ring(stand, caller.number);
        // As at the PBX: the call is announced before an extension rings (megacall-api.md section 3.6).
        await start();
        const body = new URLSearchParams(fields).toString();
        const signature = webhookSignature(stand.sandbox.account.secret, 'NOTIFY_INTERNAL', fields);
        const headers = { 'content-type': FORM, 'content-length': String(body.length), signature };
        const sight = {
          selector: `[data-call-key="pbx:${fields.pbx_call_id}"] [data-testid="popup-name"]`,
          text: caller.name,
        };
        const ours = () => popupClock.postToPaint(stand.webhookUrl, headers, body, sight);
        const bare = () => floorClock.postToPaint(floor.url, headers, body, { selector: '#text', text: body });

        const first = at % 2 === 0 ? null : await bare();
        const popupMs = await ours();
        if (!(await stand.app.isVisible('popup'))) throw new Error('the popup painted but was not shown');
        await end();
        await until('the popup to go', async () => !(await stand.app.isVisible('popup')));
        const floorMs = first ?? (await bare());
        if (at < WARM_UP) continue;
        samples.popup.push(popupMs);
        samples.floor.push(floorMs);
      }
      const figures = {
        unit: 'ms, webhook POST to painted',
        runtime: runtimeName(),
        popup: percentiles(samples.popup),
        floor: percentiles(samples.floor),
        clockError: Math.round(Math.max(popupClock.error, floorClock.error) * 100) / 100,
        limits: LIMITS,
      };
      const ok = figures.popup.p99 <= LIMITS.p99 && figures.popup.p50 <= LIMITS.p50TimesFloor * figures.floor.p50;
      return { ok, figures };
    } finally {
      await floor.stop();
    }
  } finally {
    await stand.stop();
  }
}

type Caller = { readonly name: string; readonly number: string };

async function saveContacts({ app }: Stand, count: number): Promise<readonly Caller[]> {
  const main = await app.window('main');
  const callers = Array.from({ length: count }, (_, at) => ({
    name: `Ana García ${at}`,
    number: `34600${String(111_000 + at)}`,
  }));
  await main.getByTestId('registration-status').and(main.locator('[data-state="registered"]')).waitFor();
  await main.evaluate(async (list) => {
    const { megadial } = globalThis as unknown as { megadial: Bridge };
    for (const { name, number } of list) {
      const draft = { id: null, name, company: 'Talleres Sol', email: '', url: '', responsible: '', numbers: [number] };
      const reply = await megadial.invoke('contacts.save', draft);
      if (!reply.ok) throw new Error(reply.error.code);
    }
  }, callers);
  return callers;
}

/** A new call to the agent: what NOTIFY_INTERNAL says of it, and how it ends. */
function ring({ sandbox }: Stand, from: string) {
  const { extensions, dids } = sandbox.account;
  const [extension, did = ''] = [extensions[0]?.number ?? '', dids[0]];
  const call = sandbox.calls.incoming({ from, did });
  const fields = {
    event: 'NOTIFY_INTERNAL',
    call_start: call.callStart,
    pbx_call_id: call.pbxCallId,
    caller_id: from,
    called_did: did,
    internal: extension,
  };
  return { fields, start: () => call.start(), end: () => call.end({ disposition: 'cancel' }) };
}
