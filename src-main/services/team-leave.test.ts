// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { CallView } from '../../src-shared/state.ts';
import { teamBench as bench, inTeam, request } from '../../test/team-bench.ts';

test('revoked, it forgets its place when the call is over, and no earlier', async () => {
  const { service, hub, welcome, down, secrets, reloadAccount, settled, settings } = bench(inTeam);
  secrets.values.set('sip-password', 'x');
  await service.load();
  await welcome();
  hub.patch({ calls: [{} as CallView] });
  await down('team.revoked', true);
  expect(hub.get().team.state).toBe('revoked');
  expect(secrets.values.size).toBe(2);
  hub.patch({ calls: [] });
  await settled();
  expect(secrets.values.size).toBe(0);
  expect(reloadAccount).toHaveBeenCalledTimes(1);
  expect(settings.get().teamUrl).toBe('https://relay.example');
  await service.load();
  expect(hub.get().team).toMatchObject({ state: 'revoked', error: { code: 'team.revoked' } });
});

test('revoked while the keychain is locked, it says so in the log and goes on', async () => {
  const { service, welcome, down, secrets, settled, hub } = bench(inTeam);
  await service.load();
  await welcome();
  secrets.remove = async () => {
    throw new AppError('keychain.locked');
  };
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  await down('team.revoked', true);
  await settled();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(hub.get().team.state).toBe('revoked');
});

test('left, nothing of the team stays, here or at the relay', async () => {
  const { service, hub, welcome, secrets, settings, cursors, clients, fetch } = bench(inTeam);
  await service.load();
  await welcome();
  await service.leave();
  expect(clients.every((client) => client.stopped)).toBe(true);
  expect([secrets.values.size, cursors.size]).toEqual([0, 0]);
  expect(settings.get()).toMatchObject({ teamUrl: '', extension: '', pbxId: '' });
  expect(hub.get().team.state).toBe('off');
  await expect(service.ask('presence.list', null)).rejects.toMatchObject({ code: 'team.offline' });
  expect(fetch.mock.calls).toMatchObject([
    ['https://relay.example/pair', { method: 'DELETE', headers: { authorization: 'Bearer mdt_secret' } }],
  ]);
});

test('a relay that cannot be reached keeps nobody from leaving', async () => {
  const { service, hub, secrets, fetch, settings } = bench(inTeam);
  await service.load();
  fetch.mockRejectedValue(new TypeError('fetch failed'));
  await service.leave();
  expect(fetch).toHaveBeenCalledTimes(1);
  expect([secrets.values.size, settings.get().teamUrl, hub.get().team.state]).toEqual([0, '', 'off']);
});

test('a new code takes this desktop’s former place off its relay', async () => {
  const { service, settled, welcome, fetch, secrets } = bench({
    stored: { teamUrl: 'https://old.example', extension: '101' },
    secrets: { 'relay-token': 'mdt_old' },
  });
  await service.load();
  const paired = service.pair(request);
  await settled();
  await welcome();
  await paired;
  expect(fetch.mock.calls.at(-1)).toMatchObject([
    'https://old.example/pair',
    { method: 'DELETE', headers: { authorization: 'Bearer mdt_old' } },
  ]);
  expect(secrets.values.get('relay-token')).toBe('mdt_secret');
});

test('keys of one’s own end the place in the team', async () => {
  const { service, hub, welcome, secrets, settings, fetch } = bench(inTeam);
  await service.load();
  await welcome();
  await settings.set({ teamUrl: '' });
  await service.load();
  expect(fetch.mock.calls).toMatchObject([['https://relay.example/pair', { method: 'DELETE' }]]);
  expect(hub.get().team.state).toBe('off');
  expect(secrets.values.has('relay-token')).toBe(false);
});
