// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fakeSecrets } from '../../../test/fakes.ts';
import { redact } from '../../log.ts';
import { createTokenStore } from './token-store.ts';

const tokens = { access: 'access-token-1', refresh: 'refresh-token-1', expiresAt: 5, facts: { host: 'https://a' } };

it('keeps tokens as one item under the connector’s name, and out of the log', async () => {
  const secrets = fakeSecrets();
  const store = createTokenStore(secrets, 'salesforce');
  expect(await store.load()).toBeNull();
  await store.save(tokens);
  expect([[...secrets.values.keys()], await store.load()]).toEqual([['crm:salesforce'], tokens]);
  expect(redact('Bearer access-token-1, refresh-token-1', false)).toBe('Bearer [secret], [secret]');
  await store.clear();
  expect(await store.load()).toBeNull();
});

it('keeps the end of a connection with its facts', async () => {
  const store = createTokenStore(fakeSecrets(), 'zoho');
  await store.save({ ...tokens, access: '', refresh: null, expiresAt: null });
  expect(await store.load()).toEqual({ access: '', refresh: null, expiresAt: null, facts: tokens.facts });
});

it('leaves an access token out that no keychain item could hold', async () => {
  const secrets = fakeSecrets();
  const store = createTokenStore(secrets, 'salesforce');
  await store.save({ ...tokens, access: 'x'.repeat(4_000) });
  expect(await store.load()).toEqual({ ...tokens, access: '', expiresAt: null });
  expect((secrets.values.get('crm:salesforce') ?? '').length).toBeLessThan(2_400);
});

it('is not misled by anything that stands there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const loaded = await createTokenStore(fakeSecrets({ 'crm:x': text }), 'x').load();
      if (loaded !== null) expect(typeof loaded.access).toBe('string');
    }),
  );
});
