// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { RelayMethod, Role } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES } from '../../src-shared/rules/team.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CallView } from '../../src-shared/state.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from '../../test/fakes.ts';
import type { Ask, RelayClientOptions, Welcome } from '../events/relay-client.ts';
import { createTeam } from './team.ts';
import { DIRECTORY_CURSOR, EVENTS_AT_CURSOR, EVENTS_CURSOR } from './team-contact.ts';

const NOW = Date.UTC(2026, 4, 4, 10);
const team = { rules: DEFAULT_RULES, defaultResponsible: '102', country: 'ES', members: [] };

function bench(options: { role?: Role; stored?: Partial<Settings>; secrets?: Record<string, string> } = {}) {
  const { role = 'agent' } = options;
  let time = NOW;
  const hub = fakeHub(() => time);
  const settings = fakeSettings(hub, options.stored);
  const secrets = fakeSecrets(options.secrets);
  const cursors = new Map<string, number>();
  const clients: { options: RelayClientOptions; stopped: boolean }[] = [];
  let on = false;
  const planned: (() => void)[] = [];
  const answers: Partial<Record<RelayMethod, () => unknown>> = {
    'pbx.sip-password': () => ({ password: 'sip-secret', pbxId: '123456' }),
  };
  const reply = { token: 'mdt_secret', device: 'd', tenant: 't', extension: '101', role };
  const fetch = vi.fn(async (..._asked: Parameters<typeof globalThis.fetch>) => new Response(JSON.stringify(reply)));
  const fillGap = vi.fn(async () => undefined);
  const reloadAccount = vi.fn(async () => undefined);
  const keysAtLeaving: boolean[] = [];
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const service = createTeam({
    ...{ hub, settings, secrets, fetch, fillGap, reloadAccount, log: silentLog },
    leaveDirect: async () => void keysAtLeaving.push(secrets.values.has('api-key')),
    cursors: {
      get: async (name) => cursors.get(name) ?? null,
      save: async (values) => {
        for (const [name, value] of Object.entries(values)) {
          if (value === null) cursors.delete(name);
          else cursors.set(name, value);
        }
      },
    },
    handle: async () => {},
    now: () => time,
    schedule: (run) => void planned.push(run),
    ca: () => [],
    connect: (given) => {
      const client = { options: given, stopped: false };
      clients.push(client);
      return {
        ask: (async (method: RelayMethod) => answers[method]?.()) as Ask,
        isOn: () => on,
        refresh: () => {},
        stop: async () => {
          client.stopped = true;
          on = false;
        },
      };
    },
  });
  return {
    ...{
      hub,
      settings,
      secrets,
      cursors,
      clients,
      answers,
      fetch,
      fillGap,
      reloadAccount,
      service,
      settled,
      keysAtLeaving,
    },
    last: () => {
      const client = clients.at(-1);
      if (client === undefined) throw new Error('no client');
      return client.options;
    },
    /** All that was to happen later happens now. */
    pass: () => {
      for (const run of planned.splice(0)) run();
    },
    /** The relay greets, at this moment. */
    async welcome(extra: Partial<Welcome> = {}, at = NOW) {
      time = at;
      on = true;
      const who = { tenant: 't', extension: '101', role, device: 'd', offsetMinutes: 120, team } as const;
      clients
        .at(-1)
        ?.options.onWelcome({ type: 'welcome', version: 1, ...who, oldest: 1, newest: 77, gaps: [], ...extra });
      await settled();
    },
    async down(code: AppError['code'], final = false) {
      on = false;
      clients.at(-1)?.options.onDown({ error: new AppError(code), final });
      await settled();
    },
    setTime: (at: number) => {
      time = at;
    },
  };
}
const request = { url: 'relay.example', code: 'AB12CD34', name: 'Desk' };
const inTeam = {
  stored: { teamUrl: 'https://relay.example', extension: '101' },
  secrets: { 'relay-token': 'mdt_secret' },
};

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
