// SPDX-License-Identifier: MIT
import { createHmac } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import { createWebhooks } from './webhooks.ts';

test('NOTIFY_START is answered once it is kept, other events are not', async () => {
  const hub = fakeHub();
  hub.patch({ stage: 'ready' });
  const order: string[] = [];
  const webhooks = createWebhooks({
    messages: { received: async () => undefined },
    hub,
    settings: fakeSettings(hub, { relayPort: 0, relayPath: '/hook', relaySources: ['127.0.0.1/32'] }),
    secrets: fakeSecrets({ 'api-secret': 'one' }),
    calls: { feed: async () => void order.push('kept') } as never,
    raw: {} as never,
    answers: {
      answer: async ({ caller_id: caller }) => {
        order.push(`asked for ${caller}`);
        return { caller_name: 'Marta' };
      },
    },
    now: () => 0,
    log: silentLog,
  });
  await webhooks.restart();
  const post = async (event: string): Promise<string> => {
    const signed = createHmac('sha1', 'one').update('34600111222349123456782026-05-14 09:30:05').digest('hex');
    const response = await fetch(`http://127.0.0.1:${hub.get().relay.port}/hook`, {
      method: 'POST',
      headers: { signature: Buffer.from(signed).toString('base64') },
      body: new URLSearchParams({
        ...{ event, pbx_call_id: 'in_1', caller_id: '34600111222', called_did: '34912345678' },
        call_start: '2026-05-14 09:30:05',
      }),
    });
    return response.text();
  };
  expect([await post('NOTIFY_START'), await post('NOTIFY_INTERNAL'), await post('NOTIFY_END')]).toEqual([
    '{"caller_name":"Marta"}',
    '',
    '',
  ]);
  expect(order).toEqual(['asked for 34600111222', 'kept', 'kept', 'kept']);
  await webhooks.stop();
});

test('the keychain is asked once for the secret, and anew for another account', async () => {
  const hub = fakeHub();
  hub.patch({ stage: 'ready' });
  const settings = fakeSettings(hub, { relayPort: 0, relayPath: '/hook', relaySources: ['127.0.0.1/32'] });
  const secrets = fakeSecrets();
  const get = vi.spyOn(secrets, 'get');
  const add = vi.fn(async () => undefined);
  const webhooks = createWebhooks({
    messages: { received: async () => undefined },
    hub,
    settings,
    secrets,
    // RECORD without a call: nothing to fold, only to keep.
    calls: { feed: add } as never,
    raw: { add, count: async () => 0 } as never,
    answers: { answer: async () => null },
    now: () => 0,
    log: silentLog,
  });
  const post = async (secret: string): Promise<number> => {
    const signed = createHmac('sha1', secret).update('p11').digest('hex');
    const response = await fetch(`http://127.0.0.1:${hub.get().relay.port}/hook`, {
      method: 'POST',
      headers: { signature: Buffer.from(signed).toString('base64') },
      body: new URLSearchParams({ event: 'NOTIFY_RECORD', pbx_call_id: 'p1', call_id_with_rec: '1' }),
    });
    return response.status;
  };

  await webhooks.restart();
  // A keychain that is locked is asked again: only an answer is remembered.
  expect(await post('one')).toBe(503);
  secrets.values.set('api-secret', 'one');
  expect([await post('one'), await post('one')]).toEqual([200, 200]);
  expect(get).toHaveBeenCalledTimes(2);

  secrets.values.set('api-secret', 'two');
  await webhooks.restart();
  expect([await post('one'), await post('two')]).toEqual([403, 200]);
  await webhooks.stop();
});
