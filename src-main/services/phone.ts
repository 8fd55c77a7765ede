// SPDX-License-Identifier: MIT
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import type { EngineCommand, EngineEvent } from '../../src-shared/engine-protocol.ts';
import { AppError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Callbacks } from './callbacks.ts';
import type { CallService } from './calls.ts';
import type { Hub } from './hub.ts';
import { audioOf, policyOf, sipConfig } from './line-config.ts';
import type { Media } from './media.ts';
import type { SettingsService } from './settings.ts';

/**
 * Main's side of the engine: gives it its account, turns what the agent asks into commands, and what it says into
 * state. The SIP password stays here; the engine gets MD5(user:realm:password) for the realm of the server.
 * Everything with a call's key throws `sip.ended` when its session is gone.
 */
export type Phone = {
  handle(event: EngineEvent): Promise<void>;
  /** Registers with the present account, or drops the registration when there is none. */
  register(): Promise<void>;
  /** How incoming calls are met, from the settings and the callbacks under way. */
  sendPolicy(): void;
  /** Devices, processing and bell, from the settings. */
  sendAudio(): void;
  /** Test the socket and register now: the computer woke, or the person asked. */
  refresh(): void;
  isRegistered(): boolean;
  /**
   * @param target as `parseDialable` gives it
   * @param after keys to send once the call is connected, '' for none
   * @returns the call's key, at once
   */
  dial(target: string, after?: string): Promise<string>;
  /** @param others what happens to calls that are being talked in */
  answer(key: string, others?: 'hold' | 'end'): void;
  decline(key: string): void;
  hangUp(key: string): void;
  mute(key: string, on: boolean): void;
  hold(key: string, on: boolean): void;
  dtmf(key: string, tones: string): void;
  /** Blind transfer. */
  transfer(key: string, target: string): void;
  /** Attended transfer: the party of `key` is connected to that of `otherKey`. */
  transferTo(key: string, otherKey: string): void;
  /** Sends the caller elsewhere before the answer. */
  deflect(key: string, target: string): void;
  /** Mixes the calls; [] ends the mix. */
  conference(keys: readonly string[]): void;
  audioTest(what: 'microphone' | 'ring' | 'stop'): void;
  lost(): Promise<void>;
  /** Hangs up and leaves the PBX; resolves when that is done, after a second and a half at the latest. */
  stop(): Promise<void>;
};

export type PhoneOptions = {
  readonly send: (command: EngineCommand) => void;
  readonly calls: CallService;
  readonly callbacks: Pick<Callbacks, 'claim' | 'expected' | 'lost'>;
  readonly media: Media;
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly log: Log;
};

const UNREGISTER_MS = 1_500;

export function createPhone(options: PhoneOptions): Phone {
  const { send, calls, callbacks, media, hub, settings, secrets, now, log } = options;
  let ready = false;
  /** The realm that was last asked for by the server and taken over: never twice in a row, or two would loop. */
  let adopted: string | null = null;
  /** Keys to send to sessions that are not connected yet. */
  const after = new Map<string, string>();

  const session = (key: string): string => {
    const link = calls.live(key)?.session;
    if (link == null || link.state === 'ended') throw new AppError('sip.ended');
    return link.sessionId;
  };
  const isRegistered = (): boolean => hub.get().registration.state === 'registered';

  const sendPolicy = (): void => {
    if (ready) send({ type: 'policy', policy: policyOf(settings.get(), callbacks.expected()) });
  };
  const sendAudio = (): void => {
    if (!ready) return;
    const { ringEnabled, ringVolume } = settings.get();
    send({ type: 'ringer', enabled: ringEnabled, volume: ringVolume });
    send({ type: 'audio', preferences: audioOf(settings.get()) });
  };

  const register = async (): Promise<void> => {
    if (!ready) return;
    const now = settings.get();
    // Without the keychain there is nothing to register with; the window says so.
    const password = now.extension === '' ? null : await secrets.get('sip-password').catch(() => null);
    if (password === null) {
      send({ type: 'unregister' });
      return;
    }
    send({ type: 'register', config: sipConfig(now, password) });
  };

  const registration = async (event: Extract<EngineEvent, { type: 'registration' }>): Promise<void> => {
    const was = isRegistered();
    hub.patch({
      registration: {
        state: event.state,
        error: event.error,
        retryAt: event.retryIn === null ? null : now() + event.retryIn,
      },
    });
    if (was !== isRegistered()) sendPolicy();
    if (event.state === 'registered') adopted = null;
    if (event.realm === null || event.realm === adopted) return;
    adopted = event.realm;
    log.info('the server asks with a realm of its own; registering again with it');
    // Whoever follows the settings registers again.
    await settings.set({ sipRealm: event.realm });
  };

  const snapshot = (event: SipEvent): Promise<void> => {
    const { sessionId, state } = event;
    const tones = after.get(sessionId);
    if (tones !== undefined && (state === 'connected' || state === 'ended')) {
      after.delete(sessionId);
      if (state === 'connected') send({ type: 'dtmf', sessionId, tones: `,${tones}` });
    }
    if (state === 'ended') media.ended(sessionId);
    return calls.feed(callbacks.claim(event), null);
  };

  return {
    async handle(event) {
      switch (event.type) {
        case 'ready':
          ready = true;
          // Before the registration: the first call may come right after it.
          sendAudio();
          sendPolicy();
          media.ready();
          return register();
        case 'registration':
          return registration(event);
        case 'session':
          return snapshot(event.session);
        case 'problem':
          hub.notice({ code: event.code, params: event.params });
          return;
        case 'timing':
          log.debug('engine timing', { name: event.name, ms: event.ms, ice: event.iceReason });
          return;
        default:
          return media.handle(event);
      }
    },

    register,
    sendPolicy,
    sendAudio,
    isRegistered,

    refresh() {
      // Without a line there is nothing to refresh: its configuration was refused, or is not known yet.
      if (['off', 'failed'].includes(hub.get().registration.state)) void register();
      else send({ type: 'refresh' });
    },

    async dial(target, tones = '') {
      if (!isRegistered()) throw new AppError('sip.not-registered');
      const sessionId = randomUUID();
      if (tones !== '') after.set(sessionId, tones);
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

    answer: (key, others = 'hold') => send({ type: 'answer', sessionId: session(key), others }),
    decline: (key) => send({ type: 'reject', sessionId: session(key), status: 486 }),
    hangUp: (key) => send({ type: 'hang-up', sessionId: session(key) }),
    mute: (key, on) => send({ type: 'mute', sessionId: session(key), on }),
    hold: (key, on) => send({ type: 'hold', sessionId: session(key), on }),
    dtmf: (key, tones) => send({ type: 'dtmf', sessionId: session(key), tones }),
    transfer: (key, target) => send({ type: 'transfer', sessionId: session(key), target }),
    transferTo: (key, other) => send({ type: 'transfer-to', sessionId: session(key), otherId: session(other) }),
    deflect: (key, target) => send({ type: 'deflect', sessionId: session(key), target }),
    conference: (keys) => send({ type: 'conference', sessionIds: keys.map(session) }),
    audioTest: (what) => send({ type: 'audio-test', what }),

    async lost() {
      ready = false;
      after.clear();
      media.lost();
      callbacks.lost();
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
