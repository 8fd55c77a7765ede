// SPDX-License-Identifier: MIT
import type { SipEvent } from './calls/events.ts';
import type { ErrorParams } from './errors.ts';

/**
 * What main says to the engine window and what it hears back. Commands are fire-and-forget: every outcome, also a
 * failure, comes back as an event, so that main has one source of truth and nothing waits on a promise that a dead
 * page will never settle.
 */
export type SipConfig = {
  /**
   * In order of preference; the next is tried when one does not answer. e.g. `wss://pbx.zadarma.com:4443`
   * (UNCONFIRMED for Megacall: a setting, megacall-api.md section 4.3).
   */
  readonly wssUrls: readonly string[];
  /** User part, `<pbx_id>-<ext>`. */
  readonly user: string;
  readonly extension: string;
  readonly domain: string;
  /** MD5(user:realm:password) in hex: the engine never sees the password. */
  readonly ha1: string;
  readonly realm: string;
  readonly displayName: string | null;
  readonly registerExpires: number; // seconds
  readonly stunUrls: readonly string[];
  /** `auto`: RFC 4733 when the far end takes it, else SIP INFO. */
  readonly dtmf: 'auto' | 'rfc4733' | 'info';
};

/** How the line meets calls that come in; may change at any time without a new registration. */
export type LinePolicy = {
  /** Do not disturb: incoming calls hear busy (486) and make no sound; they are told as sessions all the same. */
  readonly dnd: boolean;
  /** `header`: only when Alert-Info or Call-Info asks for it (intercom, click-to-call). */
  readonly autoAnswer: 'off' | 'header' | 'always';
  readonly autoAnswerAfter: number; // milliseconds
  /**
   * Numbers whose next incoming call is answered by itself: the first leg of a callback we asked for. Each is used
   * once, before `until` (UTC ms). '' stands for a withheld number.
   */
  readonly expected: readonly { readonly number: string; readonly until: number }[];
};

/** Devices by preference: the first that is plugged in is used; [] follows the computer's own choice. */
export type AudioPreferences = {
  readonly inputs: readonly DevicePreference[];
  readonly outputs: readonly DevicePreference[];
  /** The bell sounds on all of these that are there, each with its own volume (0 to 1); [] is the computer's choice. */
  readonly ring: readonly (DevicePreference & { readonly volume: number })[];
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
  /** `builtin:<name>` or a data: URL of at most 1 MB with the person's own ringtone. */
  readonly ringtone: string;
};
/** Names for `builtin:<name>`; the first stands in for one that is unknown or cannot be played. */
export const BUILTIN_RINGTONES = ['classic', 'chime', 'marimba', 'pulse', 'dawn'] as const;

/** Ids change when a profile is new; the label finds the device again. */
export type DevicePreference = { readonly id: string; readonly label: string };

/** One look at a call's media, every second. Losses and concealment are shares (0 to 1) of that second. */
export type QualitySample = {
  readonly at: number; // UTC ms
  readonly rtt: number | null; // ms
  readonly jitter: number | null; // ms
  readonly loss: number | null;
  readonly concealed: number | null;
  /** 1 to 4.5 by ITU-T G.107, simplified. */
  readonly mos: number | null;
};

export type MediaWarning = 'mic-silent' | 'mic-lost' | 'no-incoming-audio' | 'network-loss' | 'reconnecting';

export type EngineCommand =
  | { readonly type: 'register'; readonly config: SipConfig }
  | { readonly type: 'unregister' }
  /** Main chooses the id, so that it can show the call before the engine answers. */
  | { readonly type: 'dial'; readonly sessionId: string; readonly number: string }
  /** `others`: what happens to calls that are being talked in. Dialing always holds them. */
  | { readonly type: 'answer'; readonly sessionId: string; readonly others: 'hold' | 'end' }
  /** Blind transfer: REFER to `target`. */
  | { readonly type: 'transfer'; readonly sessionId: string; readonly target: string }
  /** Attended: the party of `sessionId` is connected to the party of `otherId` (REFER with Replaces). */
  | { readonly type: 'transfer-to'; readonly sessionId: string; readonly otherId: string }
  /** Before the answer: 302 to `target`. */
  | { readonly type: 'deflect'; readonly sessionId: string; readonly target: string }
  /** Mixes these two calls with the agent, here; an empty list ends the mix and holds all but the first. */
  | { readonly type: 'conference'; readonly sessionIds: readonly string[] }
  | { readonly type: 'policy'; readonly policy: LinePolicy }
  | { readonly type: 'audio'; readonly preferences: AudioPreferences }
  /** Levels are sent only while somebody looks at them. */
  | { readonly type: 'levels'; readonly on: boolean }
  /** Records three seconds and plays them back; or plays the bell as it is set, for two seconds. */
  | { readonly type: 'audio-test'; readonly what: 'microphone' | 'ring' | 'stop' }
  | { readonly type: 'reject'; readonly sessionId: string; readonly status: 486 | 603 }
  | { readonly type: 'hang-up'; readonly sessionId: string }
  | { readonly type: 'mute'; readonly sessionId: string; readonly on: boolean }
  | { readonly type: 'hold'; readonly sessionId: string; readonly on: boolean }
  | { readonly type: 'dtmf'; readonly sessionId: string; readonly tones: string }
  /** Ring or stop ringing is decided by the engine from its sessions; this only switches the sound off or on. */
  | { readonly type: 'ringer'; readonly enabled: boolean; readonly volume: number }
  /** The computer woke or the network changed: test the socket and register now. */
  | { readonly type: 'refresh' };

export type RegistrationState = 'off' | 'connecting' | 'registering' | 'registered' | 'failed';

export type EngineEvent =
  | { readonly type: 'ready' }
  | {
      readonly type: 'registration';
      readonly state: RegistrationState;
      /** Set when `failed`. */
      readonly error: {
        readonly code: 'sip.unreachable' | 'sip.rejected' | 'sip.not-found' | 'sip.server';
        readonly params: ErrorParams;
      } | null;
      /** Realm of the server's challenge when it is not the configured one: main makes a new ha1. */
      readonly realm: string | null;
      /** Milliseconds until the next attempt, when one is planned. */
      readonly retryIn: number | null;
    }
  | { readonly type: 'session'; readonly session: SipEvent }
  | {
      readonly type: 'transfer';
      readonly sessionId: string;
      /** `done`: the other side took it; our leg ends by itself. `failed`: the call is ours again, off hold. */
      readonly state: 'asked' | 'ringing' | 'done' | 'failed';
      readonly status: number | null;
    }
  /** Sessions mixed with each other at this moment; [] for none. */
  | { readonly type: 'conference'; readonly sessionIds: readonly string[] }
  | {
      readonly type: 'devices';
      readonly inputs: readonly DevicePreference[];
      readonly outputs: readonly DevicePreference[];
      /** In use, or what would be. */
      readonly input: DevicePreference | null;
      readonly output: DevicePreference | null;
    }
  /** 0 to 1, about ten a second while asked for or while a test runs. */
  | { readonly type: 'levels'; readonly microphone: number; readonly speaker: number }
  | { readonly type: 'audio-test'; readonly state: 'recording' | 'playing' | 'ringing' | 'idle' }
  | { readonly type: 'quality'; readonly sessionId: string; readonly sample: QualitySample }
  | { readonly type: 'warning'; readonly sessionId: string; readonly warning: MediaWarning; readonly on: boolean }
  /** Something the agent asked for did not work; the session may live on. */
  | {
      readonly type: 'problem';
      readonly sessionId: string | null;
      readonly code:
        | 'mic.denied'
        | 'mic.missing'
        | 'sip.not-registered'
        | 'sip.ended'
        | 'sip.server'
        | 'transfer.refused'
        | 'transfer.unanswered'
        | 'dtmf.failed';
      readonly params: ErrorParams;
    }
  /** How long a step took, for the benchmark and the log: never shown. */
  | {
      readonly type: 'timing';
      readonly sessionId: string;
      readonly name: 'invite-sent' | 'answer-sent' | 'media';
      /** Milliseconds since the command arrived in the engine. */
      readonly ms: number;
      readonly iceReason: 'srflx' | 'host-timeout' | 'complete' | null;
    };
