// SPDX-License-Identifier: MIT
import { AppError, toWireError } from '../../src-shared/errors.ts';
import type { Results } from '../../src-shared/ipc/map.ts';
import type { RelayEvent, TeamView } from '../../src-shared/relay/protocol.ts';
import type { TeamState } from '../../src-shared/state.ts';
import {
  type Ask,
  type RelayClient,
  type RelayClientOptions,
  startRelayClient,
  type Welcome,
} from '../events/relay-client.ts';
import { hideInLogs, type Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { StoreApi } from '../store/api.ts';
import type { Hub } from './hub.ts';
import type { SettingsService } from './settings.ts';
import { createTeamContact, EVENTS_CURSOR, NO_CURSORS } from './team-contact.ts';
import { pair, unpair } from './team-pair.ts';
import { whenIdle } from './when-idle.ts';

/**
 * This desktop's place in a team. In a team the relay has the account's keys; this computer has a token that is worth
 * one extension, and that extension's SIP password.
 */
export type Team = {
  /** True in a team, whether or not its relay is connected. */
  isTeam(): boolean;
  /** The relay is connected. */
  isOn(): boolean;
  readonly ask: Ask;
  /** The account's offset from UTC as the relay told it, minutes; null before it did. */
  offsetMinutes(): number | null;
  pair(request: { url: string; code: string; name: string }): Promise<Results['team.pair']>;
  /** A password that the relay did not give out. */
  password(login: { pbxId: string; password: string }): Promise<void>;
  leave(): Promise<void>;
  retry(): Promise<void>;
  /** Connects when there is a team; to be called when the account is loaded. */
  load(): Promise<void>;
  /** The computer woke or has another network. */
  refresh(): void;
  /** The relay is there, for the first time or again. Returns the unsubscribe function. */
  onWelcome(listener: (welcome: Welcome, isFirst: boolean) => void): () => void;
  stop(): Promise<void>;
};

export type TeamOptions = {
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  readonly cursors: StoreApi['cursors'];
  readonly fetch: typeof globalThis.fetch;
  readonly handle: (event: RelayEvent) => Promise<void>;
  /** Fetches the calls of a time (UTC ms) whose events are lost. */
  readonly fillGap: (from: number, to: number) => Promise<void>;
  /** The account became complete, changed, or is gone. */
  readonly reloadAccount: () => Promise<void>;
  /** The account's keys are about to go: the PBX is not to go on sending here. */
  readonly leaveDirect: () => Promise<void>;
  readonly now: () => number;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly ca: () => readonly string[];
  readonly connect?: (options: RelayClientOptions) => RelayClient;
  readonly log: Log;
};

const WELCOME_MS = 15_000;
const OFF: TeamState = {
  ...{ state: 'off', url: '', extension: '', role: null, error: null },
  ...{ members: [], defaultResponsible: null, rules: null },
};

export function createTeam(options: TeamOptions): Team {
  const { hub, settings, secrets, cursors, log, connect = startRelayClient } = options;
  let client: RelayClient | null = null;
  let offsetMinutes: number | null = null;
  let isFirst = false;
  /** It asks for the line itself. */
  let isPairing = false;
  const contact = createTeamContact(options);
  const listeners = new Set<(welcome: Welcome, isFirst: boolean) => void>();
  let turn: Promise<unknown> = Promise.resolve();

  const show = (part: Partial<TeamState>): void => hub.patch({ team: { ...hub.get().team, ...part } });
  const isTeam = (): boolean => settings.get().teamUrl !== '';

  /** Connecting and leaving never overlap. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run, run);
    turn = result.catch(() => undefined);
    return result;
  };

  const ask: Ask = (method, params) =>
    client === null ? Promise.reject(new AppError('team.offline')) : client.ask(method, params);

  const showTeam = ({ members, defaultResponsible, rules }: TeamView): void =>
    show({ members, defaultResponsible, rules });

  const onWelcome = (welcome: Welcome): void => {
    ({ offsetMinutes } = welcome);
    show({ state: 'on', error: null, role: welcome.role, extension: welcome.extension });
    showTeam(welcome.team);
    begin(welcome).catch((error: unknown) => log.warn('where to go on from was not kept', { error }));
    const first = isFirst;
    isFirst = false;
    for (const listener of listeners) listener(welcome, first);
    if (!isPairing) inTurn(completeLine).catch((error: unknown) => log.warn('the line was not completed', { error }));
  };
  const begin = async ({ newest, gaps, offsetMinutes: offset }: Welcome): Promise<void> => {
    await contact.connected(newest);
    await contact.missed(gaps);
    if (offset !== settings.get().accountOffsetMinutes) await settings.set({ accountOffsetMinutes: offset });
  };

  const disconnect = async (): Promise<void> => {
    const old = client;
    client = null;
    contact.disconnected();
    await old?.stop();
  };

  const open = async (token: string): Promise<void> => {
    await disconnect();
    const position = await contact.load();
    show({ state: 'connecting', url: settings.get().teamUrl, extension: settings.get().extension, error: null });
    client = connect({
      ...{ url: settings.get().teamUrl, token, ...position, ca: options.ca(), log },
      handle: options.handle,
      save: contact.save,
      schedule: options.schedule,
      onWelcome,
      onLost: () => void contact.lost().catch((error: unknown) => log.warn('a gap was not filled', { error })),
      onTeam: showTeam,
      onDown: ({ error, final }) => {
        contact.disconnected();
        show({ state: error.code === 'team.revoked' ? 'revoked' : 'failed', error: toWireError(error) });
        if (final) hub.notice(toWireError(error));
        if (error.code === 'team.revoked') whenIdle(hub, () => void inTurn(forgetPlace).catch(notForgotten));
      },
    });
  };

  /** Taken out of the team: what this computer had for it goes, but no call under way. */
  const forgetPlace = async (): Promise<void> => {
    await disconnect();
    for (const name of ['relay-token', 'sip-password'] as const) await secrets.remove(name);
    await options.reloadAccount();
  };
  /** A keychain that is locked keeps it; the next start is refused by the relay again. */
  const notForgotten = (error: unknown): void => log.warn('the place in the team was not forgotten', { error });

  const forgetToken = async (): Promise<string | null> => {
    const token = await secrets.get('relay-token');
    await secrets.remove('relay-token');
    await cursors.save(NO_CURSORS);
    return token;
  };
  /** Nothing here waits for a relay that cannot be reached. */
  const takeLeave = async (url: string, token: string | null): Promise<void> => {
    if (token === null || url === '' || (await unpair(options.fetch, url, token))) return;
    log.warn('the relay was not told that this desktop has left');
  };

  const load = async (): Promise<void> => {
    if (!isTeam()) {
      await disconnect();
      const { url, state } = hub.get().team;
      const token = state === 'off' ? null : await forgetToken();
      hub.patch({ team: OFF });
      void takeLeave(url, token);
      return;
    }
    let token: string | null;
    try {
      token = await secrets.get('relay-token');
    } catch (error) {
      show({ state: 'failed', url: settings.get().teamUrl, error: toWireError(error) });
      return;
    }
    if (token === null) {
      const revoked = toWireError(new AppError('team.revoked'));
      show({ state: 'revoked', url: settings.get().teamUrl, extension: settings.get().extension, error: revoked });
      return;
    }
    hideInLogs(token);
    if (client === null) await open(token);
  };

  const welcomed = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        listeners.delete(done);
        resolve();
      };
      listeners.add(done);
      options.schedule(done, WELCOME_MS);
    });

  /** False when the relay does not give the password: it has given it before, or the PBX refuses. */
  const fetchPassword = async (): Promise<boolean> => {
    try {
      const { password, pbxId } = await ask('pbx.sip-password', null);
      await keepLogin(pbxId, password);
      return true;
    } catch (error) {
      log.warn('the relay gave no SIP password', { error });
      return false;
    }
  };
  /** The relay had no keys, or the PBX refused, when this desktop joined: by now that may be different. */
  const completeLine = async (): Promise<void> => {
    if (hub.get().stage !== 'setup' || !client?.isOn()) return;
    if ((await secrets.get('sip-password')) !== null) return;
    if (await fetchPassword()) await options.reloadAccount();
  };
  const keepLogin = async (pbxId: string, password: string): Promise<void> => {
    hideInLogs(password);
    await secrets.set('sip-password', password);
    await settings.set({ pbxId });
  };

  return {
    isTeam,
    isOn: () => client?.isOn() ?? false,
    ask,
    offsetMinutes: () => offsetMinutes,

    pair: (request) =>
      inTurn(async () => {
        // A keychain that is locked says so before the code is used up.
        const former = [settings.get().teamUrl, await secrets.get('relay-token')] as const;
        const { url, token, extension, role } = await pair(options.fetch, request.url, request.code, request.name);
        hideInLogs(token);
        // First of all: the code is used up.
        await secrets.set('relay-token', token);
        await options.leaveDirect();
        await disconnect();
        for (const name of ['sip-password', 'api-secret', 'api-key'] as const) await secrets.remove(name);
        // An agent gets what the relay still has for the extension; whoever sees all of a company begins with now.
        const after = role === 'agent' ? 0 : null;
        await cursors.save({ ...NO_CURSORS, [EVENTS_CURSOR]: after });
        await settings.set({ teamUrl: url, extension, pbxId: '', sipRealm: '' });
        hub.patch({ team: OFF });
        isFirst = true;
        isPairing = true;
        const connected = welcomed();
        try {
          await open(token);
          await connected;
          const password = await fetchPassword();
          await options.reloadAccount();
          void takeLeave(...former);
          return { extension, role, password };
        } finally {
          isPairing = false;
        }
      }),

    password: ({ pbxId, password }) =>
      inTurn(async () => {
        if (!isTeam()) throw new AppError('setup.not-configured');
        await keepLogin(pbxId, password);
        await options.reloadAccount();
      }),

    leave: () =>
      inTurn(async () => {
        await disconnect();
        const { teamUrl } = settings.get();
        const token = await forgetToken();
        await secrets.remove('sip-password');
        await settings.set({ teamUrl: '', extension: '', pbxId: '', sipRealm: '' });
        hub.patch({ team: OFF });
        void takeLeave(teamUrl, token);
        await options.reloadAccount();
      }),

    retry: () =>
      inTurn(async () => {
        if (!client?.isOn()) {
          await disconnect();
          await load();
          return;
        }
        await completeLine();
      }),

    load: () => inTurn(load),
    refresh: () => client?.refresh(),
    onWelcome(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => inTurn(disconnect),
  };
}
