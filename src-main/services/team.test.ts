// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import { teamBench as bench, inTeam, NOW, request, team } from '../../test/team-bench.ts';
import { DIRECTORY_CURSOR, EVENTS_AT_CURSOR, EVENTS_CURSOR } from './team-contact.ts';

test('pairing: the token instead of the keys, the events from the start, then the line', async () => {
  const { service, settled, welcome, secrets, settings, cursors, last, reloadAccount, keysAtLeaving } = bench({
    secrets: { 'api-key': 'k', 'api-secret': 's', 'sip-password': 'old' },
  });
  cursors.set(DIRECTORY_CURSOR, 9);
  const paired = service.pair(request);
  await settled();
  expect(last()).toMatchObject({ url: 'https://relay.example', token: 'mdt_secret', after: 0 });
  await welcome();
  expect(await paired).toEqual({ extension: '101', role: 'agent', password: true });
  expect(Object.fromEntries(secrets.values)).toEqual({ 'relay-token': 'mdt_secret', 'sip-password': 'sip-secret' });
  expect(settings.get()).toMatchObject({ teamUrl: 'https://relay.example', extension: '101', pbxId: '123456' });
  expect(settings.get().accountOffsetMinutes).toBe(120);
  expect(cursors.has(DIRECTORY_CURSOR)).toBe(false);
  expect(keysAtLeaving).toEqual([true]);
  expect(reloadAccount).toHaveBeenCalledTimes(1);
});

test('a relay that greets long after the pairing still gives the line', async () => {
  const { service, settled, welcome, answers, secrets, pass, settings, hub } = bench();
  const given = answers['pbx.sip-password'];
  answers['pbx.sip-password'] = () => {
    throw new AppError('team.offline');
  };
  const paired = service.pair(request);
  await settled();
  pass();
  expect(await paired).toEqual({ extension: '101', role: 'agent', password: false });
  if (given !== undefined) answers['pbx.sip-password'] = given;
  hub.patch({ stage: 'setup' });
  await welcome();
  expect(secrets.values.get('sip-password')).toBe('sip-secret');
  expect(settings.get().pbxId).toBe('123456');
});

test('whoever sees a whole company begins with what comes, and goes on from there', async () => {
  const { service, settled, welcome, cursors, last } = bench({ role: 'admin' });
  const paired = service.pair(request);
  await settled();
  expect(last().after).toBeNull();
  await welcome();
  await paired;
  expect(cursors.get(EVENTS_CURSOR)).toBe(77);
});

test('a keychain that is locked says so before the code is used up', async () => {
  const { service, secrets, fetch } = bench();
  vi.spyOn(secrets, 'get').mockRejectedValue(new AppError('keychain.locked'));
  await expect(service.pair(request)).rejects.toMatchObject({ code: 'keychain.locked' });
  expect(fetch).not.toHaveBeenCalled();
});

test('a password that is not given out is typed, or asked for again', async () => {
  const { service, settled, welcome, down, answers, secrets, settings, hub, reloadAccount } = bench();
  hub.patch({ stage: 'setup' });
  answers['pbx.sip-password'] = () => {
    throw new AppError('team.password');
  };
  const paired = service.pair(request);
  await settled();
  await welcome();
  expect(await paired).toMatchObject({ password: false });
  expect(secrets.values.has('sip-password')).toBe(false);
  await service.password({ pbxId: '777', password: 'typed' });
  expect([secrets.values.get('sip-password'), settings.get().pbxId]).toEqual(['typed', '777']);

  secrets.values.delete('sip-password');
  answers['pbx.sip-password'] = () => ({ password: 'given', pbxId: '123456' });
  await service.retry();
  expect(secrets.values.get('sip-password')).toBe('given');
  // A relay that comes back may have what it had not.
  secrets.values.delete('sip-password');
  await down('team.unreachable');
  await welcome();
  expect(secrets.values.get('sip-password')).toBe('given');
  expect(reloadAccount).toHaveBeenCalledTimes(4);
});

test('what the relay tells of the team is shown; trouble is shown as well', async () => {
  const { service, hub, welcome, down, last } = bench(inTeam);
  await service.load();
  expect(hub.get().team).toMatchObject({ state: 'connecting', url: 'https://relay.example', extension: '101' });
  await welcome();
  expect(hub.get().team).toMatchObject({ state: 'on', role: 'agent', defaultResponsible: '102', error: null });
  last().onTeam({ ...team, defaultResponsible: null });
  expect(hub.get().team.defaultResponsible).toBeNull();
  await down('team.unreachable');
  expect(hub.get()).toMatchObject({ team: { state: 'failed', error: { code: 'team.unreachable' } }, notices: [] });
  await down('team.replaced', true);
  expect(hub.get().notices).toMatchObject([{ error: { code: 'team.replaced' } }]);
});

test('goes on after the last committed event, and knows which one that was', async () => {
  const first = bench(inTeam);
  await first.service.load();
  expect(first.last()).toMatchObject({ after: null, mark: null });
  await first.last().save(5, NOW, '00f3456789ab');
  const again = bench(inTeam);
  for (const [name, value] of first.cursors) again.cursors.set(name, value);
  await again.service.load();
  expect(again.last()).toMatchObject({ after: 5, mark: '00f3456789ab' });
  const joined = again.service.pair(request);
  await again.settled();
  expect(again.last()).toMatchObject({ after: 0, mark: null });
  await again.welcome();
  await joined;
});

test('a keychain that cannot be read is no revocation', async () => {
  const { service, hub, secrets, clients } = bench(inTeam);
  vi.spyOn(secrets, 'get').mockRejectedValue(new AppError('keychain.locked'));
  await service.load();
  expect(hub.get().team).toMatchObject({ state: 'failed', error: { code: 'keychain.locked' } });
  expect(clients).toEqual([]);
});

test('lost events are told with their time, and asked of the statistics', async () => {
  const { service, hub, welcome, down, last, cursors, fillGap, setTime, settled } = bench(inTeam);
  const away = NOW - 3 * 24 * 60 * 60_000;
  cursors.set(EVENTS_AT_CURSOR, away);
  await service.load();
  await welcome();
  last().onLost();
  await settled();
  expect(fillGap.mock.calls).toEqual([[away, NOW]]);
  expect(hub.get().notices).toMatchObject([
    { error: { code: 'team.gap', params: { from: expect.stringContaining('26') } } },
  ]);

  // Gone for a moment only: there was nothing for this extension for long, and nothing is lost.
  setTime(NOW + 60 * 60_000);
  await down('team.unreachable');
  await welcome({}, NOW + 60 * 60_000 + 20_000);
  last().onLost();
  await settled();
  expect(fillGap).toHaveBeenCalledTimes(1);
});

test('what the relay itself could not take is fetched from the statistics, each gap once', async () => {
  const { service, welcome, down, fillGap, settled } = bench(inTeam);
  await service.load();
  const gap = { from: NOW - 7_200_000, to: NOW - 3_600_000 };
  await welcome({ gaps: [gap] });
  await settled();
  expect(fillGap.mock.calls).toEqual([[gap.from - 1_800_000, gap.to]]);
  await down('team.offline');
  const later = { from: NOW - 600_000, to: NOW - 300_000 };
  await welcome({ gaps: [gap, later] });
  await settled();
  expect(fillGap.mock.calls.slice(1)).toEqual([[later.from - 1_800_000, later.to]]);
});
