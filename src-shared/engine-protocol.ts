// SPDX-License-Identifier: MIT
import type { SipEvent } from './calls/events.ts';
import type { ErrorParams } from './errors.ts';

/**
 * What main says to the engine window and what it hears back. Commands are fire-and-forget: every outcome, also a
 * failure, comes back as an event, so that main has one source of truth and nothing waits on a promise that a dead
 * page will never settle.
 */
export type SipConfig = {
  /** e.g. `wss://pbx.zadarma.com:4443` (UNCONFIRMED for Megacall: a setting, megacall-api.md section 4.3). */
  readonly wssUrl: string;
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
};

export type EngineCommand =
  | { readonly type: 'register'; readonly config: SipConfig }
  | { readonly type: 'unregister' }
  /** Main chooses the id, so that it can show the call before the engine answers. */
  | { readonly type: 'dial'; readonly sessionId: string; readonly number: string }
  | { readonly type: 'answer'; readonly sessionId: string }
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
  /** Something the agent asked for did not work; the session may live on. */
  | {
      readonly type: 'problem';
      readonly sessionId: string | null;
      readonly code: 'mic.denied' | 'mic.missing' | 'sip.not-registered' | 'sip.ended' | 'sip.server';
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
