// SPDX-License-Identifier: MIT
import type { Bridge } from '../../../src-shared/ipc/map.ts';
import type { Stand } from '../../e2e/support/stand.ts';
import { until } from '../../lab/process.ts';
import { webhookSignature } from '../../sandbox/sign.ts';
import type { PaintClock } from '../bare/paint.ts';

const FORM = 'application/x-www-form-urlencoded';

export type Caller = { readonly name: string; readonly number: string };

/** Saves so many contacts in the app, once it is registered. */
export async function saveCallers({ app }: Stand, count: number): Promise<readonly Caller[]> {
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

export type AnnouncedCall = {
  /** The signed NOTIFY_INTERNAL that makes it ring. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sends it; milliseconds until the popup has painted the caller's name. Throws when its window was not shown. */
  postToPaint(clock: PaintClock): Promise<number>;
  /** Ends the call, and waits until the popup has gone. */
  end(): Promise<void>;
};

/**
 * A new call to the agent. As at the PBX it is announced before an extension rings (megacall-api.md section 3.6); that is
 * done when this resolves.
 */
export async function announce({ sandbox, app, webhookUrl }: Stand, { name, number }: Caller): Promise<AnnouncedCall> {
  const { extensions, dids, secret } = sandbox.account;
  const [extension, did = ''] = [extensions[0]?.number ?? '', dids[0]];
  const call = sandbox.calls.incoming({ from: number, did });
  const fields = {
    event: 'NOTIFY_INTERNAL',
    call_start: call.callStart,
    pbx_call_id: call.pbxCallId,
    caller_id: number,
    called_did: did,
    internal: extension,
  };
  const body = new URLSearchParams(fields).toString();
  const signature = webhookSignature(secret, 'NOTIFY_INTERNAL', fields);
  const headers = { 'content-type': FORM, 'content-length': String(body.length), signature };
  await call.start();
  return {
    headers,
    body,
    async postToPaint(clock) {
      const selector = `[data-call-key="pbx:${fields.pbx_call_id}"] [data-testid="popup-name"]`;
      const ms = await clock.postToPaint(webhookUrl, headers, body, { selector, text: name });
      if (!(await app.isVisible('popup'))) throw new Error('the popup painted but was not shown');
      return ms;
    },
    async end() {
      await call.end({ disposition: 'cancel' });
      await until('the popup to go', async () => !(await app.isVisible('popup')));
    },
  };
}
