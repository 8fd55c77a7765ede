// SPDX-License-Identifier: MIT
import type { Call } from './calls/model.ts';
import type { RegistrationState } from './engine-protocol.ts';
import type { WireError } from './errors.ts';
import type { Settings } from './settings.ts';

/** A known person behind a number. */
export type ContactRef = {
  readonly id: number;
  readonly name: string;
  readonly company: string | null;
  /** Link to the card in the CRM, https or http only, or null. */
  readonly url: string | null;
};

/** A call with what we know of its caller: what windows show. */
export type CallView = Call & {
  readonly contact: ContactRef | null;
  /** The number as people of the agent's country write it; '' when withheld. */
  readonly numberText: string;
  readonly didText: string | null;
  /** Stays the same while the call is on screen, also when its key changes. */
  readonly viewId: string;
  /** True when this call rings, or is held, at my extension. `phase` and `answeredAt` are those of my extension. */
  readonly mine: boolean;
};

/** One line of the history. */
export type HistoryRow = {
  /** Row id in the store: newest is highest; the keyset for paging. */
  readonly id: number;
  readonly call: CallView;
  readonly recording: RecordingState;
  readonly note: string;
};

export type RecordingState =
  | { readonly state: 'none' }
  /** Announced or asked for; not there yet. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly nextAt: number | null }
  | { readonly state: 'ready'; readonly url: string; readonly bytes: number }
  | { readonly state: 'failed'; readonly error: WireError };

export type Contact = {
  readonly id: number;
  readonly name: string;
  readonly company: string;
  readonly email: string;
  readonly url: string;
  readonly numbers: readonly string[];
};

export type ContactDraft = Omit<Contact, 'id'> & { readonly id: number | null };

export type KeychainState = 'ok' | 'locked' | 'unavailable' | 'session-only';

/** Everything a window needs to draw itself, pushed whole on every change: it is small. */
export type AppState = {
  readonly version: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** `setup` until an account is complete. */
  readonly stage: 'starting' | 'setup' | 'ready';
  readonly settings: Settings;
  /** The language in use, after `system` is resolved. */
  readonly language: 'en' | 'es';
  readonly account: { readonly pbxId: string; readonly extension: string } | null;
  readonly registration: {
    readonly state: RegistrationState;
    readonly error: WireError | null;
    /** UTC milliseconds of the next try, when one is planned. */
    readonly retryAt: number | null;
  };
  readonly relay: {
    readonly state: 'off' | 'listening' | 'failed';
    readonly port: number;
    readonly error: WireError | null;
  };
  readonly keychain: KeychainState;
  /** Live calls of my extension, oldest first, and those ended less than two seconds ago. */
  readonly calls: readonly CallView[];
  readonly missed: number;
  /** Something the person should know now, newest last; dismissed by id. */
  readonly notices: readonly Notice[];
  /** A database that could not be opened, and what can be done. */
  readonly storeProblem: { readonly error: WireError; readonly canRestore: boolean } | null;
};

export type Notice = { readonly id: number; readonly error: WireError; readonly at: number };
