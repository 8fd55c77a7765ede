// SPDX-License-Identifier: MIT
import { vi } from 'vitest';
import type { Ask, RelayClientOptions, Welcome } from '../src-main/events/relay-client.ts';
import { createTeam } from '../src-main/services/team.ts';
import { AppError } from '../src-shared/errors.ts';
import type { RelayMethod, Role } from '../src-shared/relay/protocol.ts';
import { DEFAULT_RULES } from '../src-shared/rules/team.ts';
import type { Settings } from '../src-shared/settings.ts';
import { fakeHub, fakeSecrets, fakeSettings, silentLog } from './fakes.ts';

/** When it all happens, UTC ms. */
export const NOW = Date.UTC(2026, 4, 4, 10);
export const team = { rules: DEFAULT_RULES, defaultResponsible: '102', country: 'ES', members: [] };

/** A desktop's place in a team, on a relay and a clock that the test plays. */
export function teamBench(options: { role?: Role; stored?: Partial<Settings>; secrets?: Record<string, string> } = {}) {
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
export const request = { url: 'relay.example', code: 'AB12CD34', name: 'Desk' };
export const inTeam = {
  stored: { teamUrl: 'https://relay.example', extension: '101' },
  secrets: { 'relay-token': 'mdt_secret' },
};
