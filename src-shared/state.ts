// SPDX-License-Identifier: MIT
import type { Call } from './calls/model.ts';
import type { CrmState } from './crm/view.ts';
import type { DevicePreference, MediaWarning, QualitySample, RegistrationState } from './engine-protocol.ts';
import type { WireError } from './errors.ts';
import type { Role } from './relay/protocol.ts';
import type { Reminder, RuleSettings, TeamMember } from './rules/team.ts';
import type { Settings } from './settings.ts';

/** A known person behind a number. */
export type ContactRef = {
  readonly id: number;
  readonly name: string;
  readonly company: string | null;
  /** Link to the card in the CRM, https or http only, or null. */
  readonly url: string | null;
  /** Extension of the agent responsible, '' for none. */
  readonly responsible: string;
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
  /** What the agent said it came to, '' for nothing. */
  readonly outcome: string;
  readonly quality: CallQuality | null;
};

export type RecordingState =
  | { readonly state: 'none' }
  /** Announced or asked for; not there yet. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly nextAt: number | null }
  | { readonly state: 'ready'; readonly url: string; readonly bytes: number }
  | { readonly state: 'failed'; readonly error: WireError };

export const CONTACT_KINDS = ['person', 'company'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

export type Contact = {
  readonly id: number;
  readonly kind: ContactKind;
  readonly name: string;
  /** The company a person works for: the name of a contact that is one, or of none. */
  readonly company: string;
  readonly email: string;
  /** Further addresses. */
  readonly otherEmails: readonly string[];
  readonly url: string;
  /** Extension of the agent responsible, '' for none. */
  readonly responsible: string;
  readonly numbers: readonly string[];
};

/** What is left out stays as it is; a new contact is a person with one address. */
export type ContactDraft = Omit<Contact, 'id' | 'kind' | 'otherEmails'> & {
  readonly id: number | null;
  readonly kind?: ContactKind | undefined;
  readonly otherEmails?: readonly string[] | undefined;
};

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
  readonly team: TeamState;
  readonly crm: CrmState;
  /** Missed callers that I should call back now: open, or snoozed until now. Oldest first. */
  readonly reminders: readonly ReminderView[];
  /** The history from the PBX's statistics. */
  readonly statistics: {
    readonly state: 'off' | 'idle' | 'filling' | 'failed';
    /** Complete up to here, UTC ms; null before the first time. */
    readonly until: number | null;
    readonly error: WireError | null;
  };
  readonly keychain: KeychainState;
  /** Live calls of my extension, oldest first, and those ended less than two seconds ago. */
  readonly calls: readonly CallView[];
  readonly media: Readonly<Record<string, SessionMedia>>;
  /** Session ids mixed with each other. */
  readonly conference: readonly string[];
  readonly audio: AudioState;
  readonly callbacks: readonly CallbackState[];
  readonly missed: number;
  /** Something the person should know now, newest last; dismissed by id. */
  readonly notices: readonly Notice[];
  /** A database that could not be opened, and what can be done. */
  readonly storeProblem: { readonly error: WireError; readonly canRestore: boolean } | null;
};

/** What is known of a live call's media besides its state; by session id in `AppState.media`. */
export type SessionMedia = {
  /** The last minute, oldest first. */
  readonly quality: readonly QualitySample[];
  readonly warnings: readonly MediaWarning[];
  readonly transfer: 'asked' | 'ringing' | 'done' | 'failed' | null;
};

/** Kept with the call when it is over: means and worst of the whole call. */
export type CallQuality = {
  readonly mos: number;
  readonly worstMos: number;
  readonly rtt: number | null;
  readonly jitter: number | null;
  readonly loss: number | null;
  readonly seconds: number;
};

export type AudioState = {
  readonly inputs: readonly DevicePreference[];
  readonly outputs: readonly DevicePreference[];
  readonly input: DevicePreference | null;
  readonly output: DevicePreference | null;
  readonly test: 'recording' | 'playing' | 'ringing' | 'idle';
};

/** A callback that was asked for and has not become a call yet. */
export type CallbackState = { readonly number: string; readonly numberText: string; readonly until: number };

export type Notice = { readonly id: number; readonly error: WireError; readonly at: number };

/** The team this desktop belongs to, as its relay tells it. */
export type TeamState = {
  /**
   * `off`: alone. `failed`: not connected, `error` says why; tried again by itself unless it is `team.replaced`.
   * `revoked`: the administrator took this desktop out; only a new code brings it back.
   */
  readonly state: 'off' | 'connecting' | 'on' | 'failed' | 'revoked';
  readonly url: string;
  readonly extension: string;
  /** null until the relay has said it. */
  readonly role: Role | null;
  readonly error: WireError | null;
  readonly members: readonly Pick<TeamMember, 'extension' | 'name'>[];
  readonly defaultResponsible: string | null;
  /** null while not known; alone, `settings.rules` count. */
  readonly rules: RuleSettings | null;
};

/** Missed calls of one number that somebody should call back. */
export type ReminderView = Omit<Reminder, 'missedAt'> & {
  /** `id` is that of the newest call; `reminder.act` on it acts on all it stands for. */
  readonly numberText: string;
  readonly didText: string | null;
  readonly contact: ContactRef | null;
  /** Of the newest call, UTC ms. */
  readonly missedAt: number;
  /** Missed calls of this number that it stands for. */
  readonly count: number;
};
