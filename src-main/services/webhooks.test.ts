// SPDX-License-Identifier: MIT
import { createHmac } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import { createWebhooks } from './webhooks.ts';

test('the keychain is asked once for the secret, and anew for another account', async () => {
  const hub = fakeHub();
  hub.patch({ stage: 'ready' });
  const settings = fakeSettings(hub, { relayPort: 0, relayPath: '/hook', relaySources: ['127.0.0.1/32'] });
  const secrets = fakeSecrets();
  const get = vi.spyOn(secrets, 'get');
  const add = vi.fn(async () => undefined);
  const webhooks = createWebhooks({
    hub,
    settings,
    secrets,
    // RECORD without a call: nothing to fold, only to keep.
    calls: { feed: add } as never,
    raw: { add, count: async () => 0 } as never,
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
