// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { CrmReply, CrmRequest } from '../../api.ts';
import { limitRefreshes } from './refresh-limit.ts';

const never = new AbortController().signal;
const MINUTE = 60_000;
const refresh: CrmRequest = { method: 'POST', url: 'https://t', body: 'client_id=1&grant_type=refresh_token' };
const exchange: CrmRequest = { method: 'POST', url: 'https://t', body: 'grant_type=authorization_code' };

function stand() {
  let at = 0;
  let sent = 0;
  const http = limitRefreshes(
    async () => {
      sent += 1;
      return {} as CrmReply;
    },
    () => at,
  );
  const ask = (request: CrmRequest) =>
    http(request, never).then(
      () => 'sent',
      (error: { failure: string; retryAfterMs: number }) => [error.failure, error.retryAfterMs],
    );
  const go = (ms: number): void => {
    at = ms;
  };
  return { ask, go, sent: () => sent };
}

it('lets five a minute pass, and says when the next may go', async () => {
  const { ask, go, sent } = stand();
  for (const ms of [0, 1_000, 2_000, 3_000, 4_000]) {
    go(ms);
    expect(await ask(refresh)).toBe('sent');
  }
  go(10_000);
  expect(await ask(refresh)).toEqual(['quota', 50_000]);
  expect(sent()).toBe(5);
  go(MINUTE);
  expect([await ask(refresh), await ask(refresh)]).toEqual(['sent', ['quota', 1_000]]);
});

it('lets ten pass in ten minutes', async () => {
  const { ask, go } = stand();
  for (let index = 0; index < 10; index += 1) {
    go(index * 0.9 * MINUTE);
    expect(await ask(refresh)).toBe('sent');
  }
  go(9 * MINUTE);
  expect(await ask(refresh)).toEqual(['quota', MINUTE]);
  go(10 * MINUTE);
  expect(await ask(refresh)).toBe('sent');
});

it('counts nothing else', async () => {
  const { ask } = stand();
  for (let index = 0; index < 20; index += 1) expect(await ask(exchange)).toBe('sent');
  expect(await ask({ method: 'GET', url: 'https://t' })).toBe('sent');
  expect(await ask(refresh)).toBe('sent');
});
