// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { methodParams } from '../src-shared/relay/protocol-schemas.ts';
import { silentRelayLog } from '../test/fakes-relay.ts';
import { type Caller, type MethodHandlers, WireFailure } from './parts.ts';
import { createRpc, type Rpc } from './rpc.ts';
import { RelayError } from './store/api.ts';

const AGENT: Caller = { tenant: 'acme', extension: '101', role: 'agent', device: 'd1' };
const SUPERVISOR: Caller = { ...AGENT, role: 'supervisor' };
const ADMIN: Caller = { ...AGENT, role: 'admin' };

const handler = vi.fn();
let ask: Rpc;

beforeEach(() => {
  handler.mockReset().mockResolvedValue(null);
  const handlers = Object.fromEntries(Object.keys(methodParams).map((method) => [method, handler]));
  ask = createRpc(handlers as unknown as MethodHandlers, silentRelayLog);
});

it('gives a handler the caller and checked parameters', async () => {
  handler.mockResolvedValue({ state: 'granted' });
  const reply = await ask(AGENT, 'lease.take', { job: 'contact:in_1', ms: 20_000, tenant: 'other' });
  expect(reply).toEqual({ ok: true, value: { state: 'granted' } });
  expect(handler.mock.calls).toEqual([[AGENT, { job: 'contact:in_1', ms: 20_000 }]]);
});

describe('refuses before any handler', () => {
  it.each([
    ['a method nobody knows', AGENT, 'admin.everything', null, 'ask.unknown-method'],
    ['a name every object has', AGENT, 'constructor', null, 'ask.unknown-method'],
    ['parameters of another shape', AGENT, 'lease.take', { job: 7 }, 'ask.bad-params'],
    ['an admin’s method to an agent', AGENT, 'admin.settings', null, 'team.not-allowed'],
    ['an admin’s method to a supervisor', SUPERVISOR, 'admin.devices', null, 'team.not-allowed'],
    [
      'an agent who takes a number off the blacklist',
      AGENT,
      'blacklist.set',
      { number: '1', on: false },
      'team.not-allowed',
    ],
  ])('%s', async (_what, caller, method, params, code) => {
    expect(await ask(caller, method, params)).toMatchObject({ ok: false, code });
    expect(handler).not.toHaveBeenCalled();
  });

  it('every method named after the admin, to everybody else', async () => {
    for (const method of Object.keys(methodParams).filter((name) => name.startsWith('admin.'))) {
      expect(await ask(SUPERVISOR, method, null)).toMatchObject({ code: 'team.not-allowed' });
    }
    expect(handler).not.toHaveBeenCalled();
  });
});

it('lets an agent put on the blacklist, and an admin take off', async () => {
  expect(await ask(AGENT, 'blacklist.set', { number: '1', on: true })).toMatchObject({ ok: true });
  expect(await ask(ADMIN, 'blacklist.set', { number: '1', on: false })).toMatchObject({ ok: true });
});

it.each([
  [new WireFailure('lease.lost'), { ok: false, code: 'lease.lost', message: 'lease.lost' }],
  [
    new WireFailure('callback.refused', 'no', { message: 'busy' }),
    { ok: false, code: 'callback.refused', message: 'no', params: { message: 'busy' } },
  ],
  [new RelayError('relay.full'), { ok: false, code: 'relay.full', message: 'the store cannot be reached' }],
  [new Error('password 1234'), { ok: false, code: 'internal', message: 'failed' }],
])('tells of a failure by its code and nothing that is not meant to be told: %s', async (error, reply) => {
  handler.mockRejectedValue(error);
  expect(await ask(AGENT, 'presence.list', null)).toEqual(reply);
});

it('answers whatever it is asked', async () => {
  const method = fc.oneof(fc.constantFrom(...Object.keys(methodParams)), fc.string());
  await fc.assert(
    fc.asyncProperty(method, fc.anything(), async (name, params) => {
      expect(await ask(AGENT, name, params)).toHaveProperty('ok');
    }),
  );
});
