// SPDX-License-Identifier: MIT
import type { SomeHandlers } from '../parts.ts';
import type { Pbx } from '../pbx.ts';

/** `pbx.*`: the PBX asked for a desktop, and what an admin asks of it. */
export function pbxMethods(pbx: Pbx) {
  return {
    'pbx.callback': (caller, { to }) => pbx.callback(caller, to),
    'pbx.sms': (caller, { number, text }) => pbx.sms(caller, number, text),
    'pbx.recording': (caller, { pbxCallId, recordId }) => pbx.recording(caller, pbxCallId, recordId),
    'pbx.sip-password': (caller) => pbx.sipPassword(caller),
    'pbx.numbers': (caller) => pbx.numbers(caller),
    'pbx.redirection': (caller) => pbx.redirection(caller),
    'pbx.set-redirection': (caller, forwarding) => pbx.setRedirection(caller, forwarding),
    'pbx.balance': (caller) => pbx.balance(caller),
    'pbx.statistics': (caller, query) => pbx.statistics(caller, query),
    'admin.set-keys': (caller, { key, secret }) => pbx.setKeys(caller, key, secret),
    'admin.allow-password': async (caller, { device }) => {
      await pbx.allowPassword(caller.tenant, device);
      return null;
    },
  } satisfies SomeHandlers;
}
