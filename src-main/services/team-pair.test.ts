// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import { pair, unpair } from './team-pair.ts';

const reply = { token: 'mdt_1', device: 'd', tenant: 't', extension: '101', role: 'agent' };

test('trades a code for a token, and sends nothing else', async () => {
  const fetch = vi.fn(async () => new Response(JSON.stringify({ ...reply, more: 1 })));
  expect(await pair(fetch, 'Relay.Example/team/', ' AB12 ', ' Desk ')).toEqual({
    ...reply,
    url: 'https://relay.example/team',
  });
  const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
  expect(url).toBe('https://relay.example/team/pair');
  expect(JSON.parse(String(init.body))).toEqual({ code: 'AB12', name: 'Desk' });
  expect(init).toMatchObject({ method: 'POST', redirect: 'error', credentials: 'omit' });
});

const answer = (status: number, body: string) => async () => new Response(body, { status });
test.each([
  ['a wrong code', answer(404, '{"code":"pair.unknown"}'), 'team.code'],
  ['too many wrong codes', answer(429, '{"code":"pair.locked"}'), 'team.locked'],
  ['a relay that is starting', answer(503, '{"code":"relay.unavailable"}'), 'team.unreachable'],
  ['a page of another server', answer(404, '<html>'), 'team.bad-reply'],
  ['a page where an answer was due', answer(200, '<html>'), 'team.bad-reply'],
  ['half an answer', answer(200, '{"token":"x"}'), 'team.bad-reply'],
  ['an answer without end', answer(200, 'x'.repeat(20_000)), 'team.bad-reply'],
  ['nobody', async () => Promise.reject(new TypeError('fetch failed')), 'team.unreachable'],
])('%s', async (_what, fetch, code) => {
  await expect(pair(fetch, 'relay.example', 'X', '')).rejects.toMatchObject({ code });
});

test('no code goes to an address in the clear', async () => {
  const fetch = vi.fn();
  await expect(pair(fetch, 'http://relay.example', 'X', '')).rejects.toMatchObject({ code: 'team.url' });
  expect(fetch).not.toHaveBeenCalled();
});

test('gives the token back, to the relay alone', async () => {
  const fetch = vi.fn(async () => new Response(null, { status: 204 }));
  expect(await unpair(fetch, 'https://relay.example/team', 'mdt_1')).toBe(true);
  const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
  expect(url).toBe('https://relay.example/team/pair');
  expect(init).toMatchObject({ method: 'DELETE', headers: { authorization: 'Bearer mdt_1' }, redirect: 'error' });
});

test.each([
  ['a token nobody knows any more', answer(401, ''), true],
  ['a relay without a store', answer(503, 'Refused'), false],
  ['a relay of before', answer(404, 'Not found'), false],
  ['nobody', async () => Promise.reject(new TypeError('fetch failed')), false],
])('left while there is %s', async (_what, fetch, told) => {
  expect(await unpair(fetch, 'https://relay.example', 'mdt_1')).toBe(told);
});
