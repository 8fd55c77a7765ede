// SPDX-License-Identifier: MIT
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../src-shared/calls/model.ts';
import type { EngineCommand, EngineEvent, SipConfig } from '../../src-shared/engine-protocol.ts';
import { AppError, assertNever } from '../../src-shared/errors.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { CallService } from './calls.ts';
import type { Hub } from './hub.ts';
import type { SettingsService } from './settings.ts';

/**
 * Main's side of the engine: gives it its account, turns what the agent asks into commands, and what it says into
 * state. The SIP password stays here; the engine gets MD5(user:realm:password) for the realm of the server.
 */
export type Phone = {
  handle(event: EngineEvent): Promise<void>;
  /** Registers with the present account, or drops the registration when there is none. */
  register(): Promise<void>;
  /** Puts the ringer's settings to work. */
  ring(): void;
  /** Test the socket and register now: the computer woke, or the person asked. */
  refresh(): void;
  /** @param target as `parseDialable` gives it. Answers the call's key at once. */
  dial(target: string): Promise<string>;
  answer(key: string): void;
  decline(key: string): void;
  hangUp(key: string): void;
  mute(key: string, on: boolean): void;
  hold(key: string, on: boolean): void;
  dtmf(key: string, tones: string): void;
  lost(): Promise<void>;
  /** Hangs up and leaves the PBX; resolves when that is done, after a second and a half at the latest. */
  stop(): Promise<void>;
};

export type PhoneOptions = {
  readonly send: (command: EngineCommand) => void;
  readonly calls: CallService;
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly log: Log;
};

const UNREGISTER_MS = 1_500;

/** RFC 2617: what a registrar needs instead of the password, for one realm only. */
export function digestHa1(user: string, realm: string, password: string): string {
  return createHash('md5').update(`${user}:${realm}:${password}`).digest('hex');
}

export function createPhone(options: PhoneOptions): Phone {
  const { send, calls, hub, settings, secrets, now, log } = options;
  let ready = false;
  /** The realm that was last asked for by the server and taken over: never twice in a row, or two would loop. */
  let adopted: string | null = null;

  const session = (key: string): { call: Call; sessionId: string } => {
    const call = calls.live(key);
    if (call?.session == null || call.session.state === 'ended') throw new AppError('sip.ended');
    return { call, sessionId: call.session.sessionId };
  };

  const command = (make: (sessionId: string) => EngineCommand) => (key: string) => send(make(session(key).sessionId));

  const ring = (): void => {
    const { ringEnabled, ringVolume } = settings.get();
    if (ready) send({ type: 'ringer', enabled: ringEnabled, volume: ringVolume });
  };

  const register = async (): Promise<void> => {
    if (!ready) return;
    const now = settings.get();
    ring();
    // Without the keychain there is nothing to register with; the window says so.
    const password = now.extension === '' ? null : await secrets.get('sip-password').catch(() => null);
    if (password === null) {
      send({ type: 'unregister' });
      return;
    }
    send({ type: 'register', config: sipConfig(now, password) });
  };

  const registration = async (event: Extract<EngineEvent, { type: 'registration' }>): Promise<void> => {
    hub.patch({
      registration: {
        state: event.state,
        error: event.error,
        retryAt: event.retryIn === null ? null : now() + event.retryIn,
      },
    });
    if (event.state === 'registered') adopted = null;
    if (event.realm === null || event.realm === adopted) return;
    adopted = event.realm;
    log.info('the server asks with a realm of its own; registering again with it');
    // Whoever follows the settings registers again.
    await settings.set({ sipRealm: event.realm });
  };

  return {
    async handle(event) {
      switch (event.type) {
        case 'ready':
          ready = true;
          return register();
        case 'registration':
          return registration(event);
        case 'session':
          return calls.feed(event.session, null);
        case 'problem':
          hub.notice({ code: event.code, params: event.params });
          return;
        case 'timing':
          log.debug('engine timing', { name: event.name, ms: event.ms, ice: event.iceReason });
          return;
        default:
          return assertNever(event);
      }
    },

    register,
    ring,

    refresh() {
      // Without a line there is nothing to refresh: its configuration was refused, or is not known yet.
      if (['off', 'failed'].includes(hub.get().registration.state)) void register();
      else send({ type: 'refresh' });
    },

    async dial(target) {
      if (hub.get().registration.state !== 'registered') throw new AppError('sip.not-registered');
      const sessionId = randomUUID();
      send({ type: 'dial', sessionId, number: target });
      // Shown at once: the engine's own first snapshot may be hundreds of milliseconds away.
      const placed = calls.feed(
        {
          source: 'sip',
          type: 'session',
          sessionId,
          seq: 0,
          extension: settings.get().extension,
          direction: 'out',
          number: target,
          networkName: null,
          state: 'dialing',
          startedAt: now(),
          answeredAt: null,
          endedAt: null,
          endCause: null,
          muted: false,
          hold: 'none',
        },
        null,
      );
      // The call is under way: a history that cannot be written is told by a notice, not as a call that failed.
      await placed.catch(() => undefined);
      return `sip:${sessionId}`;
    },

    answer: command((sessionId) => ({ type: 'answer', sessionId })),
    decline: command((sessionId) => ({ type: 'reject', sessionId, status: 486 })),
    hangUp: command((sessionId) => ({ type: 'hang-up', sessionId })),
    mute: (key, on) => send({ type: 'mute', sessionId: session(key).sessionId, on }),
    hold: (key, on) => send({ type: 'hold', sessionId: session(key).sessionId, on }),
    dtmf: (key, tones) => send({ type: 'dtmf', sessionId: session(key).sessionId, tones }),

    async lost() {
      ready = false;
      hub.patch({ registration: { state: 'connecting', error: null, retryAt: null } });
      await calls.endSessions();
    },

    async stop() {
      if (!ready) return;
      send({ type: 'unregister' });
      const until = now() + UNREGISTER_MS;
      while (hub.get().registration.state !== 'off' && now() < until) await sleep(20);
    },
  };
}

function sipConfig(settings: Settings, password: string): SipConfig {
  const user = `${settings.pbxId}-${settings.extension}`;
  const realm = settings.sipRealm === '' ? settings.sipDomain : settings.sipRealm;
  return {
    wssUrl: settings.sipWssUrl,
    user,
    extension: settings.extension,
    domain: settings.sipDomain,
    ha1: digestHa1(user, realm, password),
    realm,
    displayName: null,
    registerExpires: settings.sipRegisterExpires,
    stunUrls: settings.stunUrls,
  };
}
