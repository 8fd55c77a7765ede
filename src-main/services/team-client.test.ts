// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import type { MegacallClient } from '../../src-megacall/client.ts';
import type { RelayMethod } from '../../src-shared/relay/protocol.ts';
import type { Ask } from '../events/relay-client.ts';
import { createTeamClient, eitherClient } from './team-client.ts';

function bench(values: Partial<Record<RelayMethod, unknown>>) {
  const asked: unknown[] = [];
  const ask = (async (method: RelayMethod, params: unknown) => {
    asked.push([method, params]);
    return values[method];
  }) as Ask;
  const known = { offsetMinutes: null as number | null, isLocal: false };
  return { asked, known, client: createTeamClient(ask, () => known) };
}

test('asks for the own extension, whatever extension is named', async () => {
  const forwarding = { on: true, to: '+34600111222', condition: 'always' } as const;
  const { client, asked } = bench({
    'pbx.callback': { from: '101', to: '+34600111222' },
    'pbx.numbers': { numbers: ['34912345678'] },
    'pbx.set-redirection': forwarding,
  });
  expect(await client.callback({ from: '999', to: '+34600111222', sip: '999' })).toMatchObject({ from: '101' });
  expect(await client.directNumbers()).toEqual(['34912345678']);
  expect(await client.setRedirection('999', forwarding)).toEqual(forwarding);
  expect(asked).toEqual([
    ['pbx.callback', { to: '+34600111222' }],
    ['pbx.numbers', null],
    ['pbx.set-redirection', forwarding],
  ]);
});

test('a recording is asked for by its call, and fetched over https unless the relay is on this computer', async () => {
  const links = ['http://files.example/a.mp3', 'https://files.example/a.mp3', 'nonsense'];
  const { client, asked, known } = bench({ 'pbx.recording': { links } });
  const record = { callId: '17', pbxCallId: 'in_1' };
  expect(await client.recordLinks(record, 600)).toEqual(['https://files.example/a.mp3']);
  expect(await client.recordLinks({ pbxCallId: 'in_1' }, 600)).toHaveLength(1);
  known.isLocal = true;
  expect(await client.recordLinks(record, 600)).toHaveLength(2);
  expect(asked.slice(0, 2)).toEqual([
    ['pbx.recording', { pbxCallId: 'in_1', recordId: '17' }],
    ['pbx.recording', { pbxCallId: 'in_1', recordId: null }],
  ]);
  await expect(client.recordLinks({ callId: '17' }, 600)).rejects.toMatchObject({ code: 'api.rejected' });
});

test('links that may not be followed are no answer; none yet are none yet', async () => {
  const { client } = bench({ 'pbx.recording': { links: ['http://files.example/a.mp3'] } });
  await expect(client.recordLinks({ pbxCallId: 'in_1' }, 600)).rejects.toMatchObject({ code: 'api.bad-reply' });
  const none = bench({ 'pbx.recording': { links: [] } });
  expect(await none.client.recordLinks({ pbxCallId: 'in_1' }, 600)).toEqual([]);
});

test('the account’s clock is what the relay told', async () => {
  const { client, known } = bench({});
  await expect(client.timezone()).rejects.toMatchObject({ code: 'team.offline' });
  known.offsetMinutes = 120;
  expect(await client.timezone()).toMatchObject({ offsetMs: 7_200_000 });
});

test('in a team the relay is asked, alone the PBX', async () => {
  let isTeam = true;
  const own = { balance: vi.fn(async () => ({ balance: 1, currency: 'EUR' })), extensions: vi.fn() };
  const { client } = bench({ 'pbx.balance': { balance: 2, currency: 'EUR' } });
  const either = eitherClient(own as unknown as MegacallClient, client, () => isTeam);
  expect((await either.balance()).balance).toBe(2);
  expect(either.extensions).toBe(own.extensions);
  isTeam = false;
  expect((await either.balance()).balance).toBe(1);
});
