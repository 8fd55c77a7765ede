// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import { wallClock } from '../clock.ts';
import type { Sandbox } from '../index.ts';

export type ScenarioParams = { readonly from: string; readonly did: string; readonly extension: string };

type Scenario = (sandbox: Sandbox, params: ScenarioParams) => Promise<unknown>;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls that exist only as webhooks: no phone rings. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  missed: async ({ calls }, { from, did, extension }) => {
    const call = calls.incoming({ from, did });
    await call.start();
    await call.ring(extension);
    await pause(1500);
    await call.end({ disposition: 'cancel' });
    return { pbxCallId: call.pbxCallId };
  },

  'answered-elsewhere': async ({ calls, account }, { from, did, extension }) => {
    const other = account.extensions.find((item) => item.number !== extension)?.number ?? extension;
    const call = calls.incoming({ from, did });
    await call.start();
    await Promise.all([call.ring(extension), call.ring(other)]);
    await pause(1500);
    await call.answer(other);
    await pause(1500);
    await call.end({ disposition: 'answered', isRecorded: false });
    return { pbxCallId: call.pbxCallId };
  },

  'answered-recorded': async ({ calls }, { from, did, extension }) => {
    const call = calls.incoming({ from, did });
    await call.start();
    await call.ring(extension);
    await call.answer(extension);
    await call.end({ disposition: 'answered', duration: 62, isRecorded: true });
    await call.record({ readyAfterMs: 3000 });
    return { pbxCallId: call.pbxCallId, recordId: call.recordId() };
  },

  blacklisted: async ({ calls }, { from, did }) => {
    const call = calls.incoming({ from, did });
    const answer = await call.start();
    await call.end({ disposition: answer?.redirect === 'blacklist' ? 'busy' : 'cancel' });
    return { pbxCallId: call.pbxCallId, answer };
  },

  'unknown-event': ({ webhooks, account }, { from, did }) =>
    webhooks.send('NOTIFY_PARKED', {
      pbx_call_id: `in_${randomBytes(20).toString('hex')}`,
      call_start: wallClock(Date.now(), account.timezone),
      caller_id: from,
      called_did: did,
      lot: '7',
    }),

  forged: ({ webhooks, account }, { from, did }) =>
    webhooks.send(
      'NOTIFY_START',
      {
        pbx_call_id: `in_${randomBytes(20).toString('hex')}`,
        call_start: wallClock(Date.now(), account.timezone),
        caller_id: from,
        called_did: did,
      },
      { forged: true },
    ),

  sms: ({ webhooks }, { from, did }) =>
    webhooks.send('SMS', {
      result: JSON.stringify({ caller_did: did, caller_id: from, text: 'Buenos días, ¿me llaman por favor?' }),
    }),
};

/** Runs one; null when there is none of that name. */
export async function runScenario(sandbox: Sandbox, name: string, params: ScenarioParams): Promise<unknown> {
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  return scenario === undefined ? null : scenario(sandbox, params);
}
