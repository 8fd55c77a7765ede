// SPDX-License-Identifier: MIT
import type { z } from 'zod';
import type { ImportPreview, ImportProgress, ImportReport } from '../contacts-file.ts';
import type { CrmRecord, CrmUser, LookupResult } from '../crm/model.ts';
import type { CrmSearchReply, MessageView, OutboxView, OwnTry, TemplateView } from '../crm/view.ts';
import type { DirectCheck, DirectResult } from '../direct.ts';
import type { EngineCommand } from '../engine-protocol.ts';
import type { RelayMethod, RelayMethods, Role } from '../relay/protocol.ts';
import type { AnswerRecord } from '../rules/team.ts';
import type { AppState, CallView, Contact, HistoryRow, ReminderView } from '../state.ts';
import type { schemas } from './schemas.ts';

/**
 * The one map of what windows and main may say to each other. `schemas.ts` holds the arguments (checked in main on
 * every message), `Results` what comes back, `Pushes` what main sends unasked, `access.ts` which window may ask what.
 * A lint rule forbids `ipcMain` and `ipcRenderer` outside `shell/ipc-main.ts` and the preload.
 */
export type WindowKind = 'main' | 'popup' | 'engine';

export type RequestName = keyof typeof schemas;
export type Args<K extends RequestName> = z.infer<(typeof schemas)[K]>;

export type Extension = { readonly number: string; readonly online: boolean | null; readonly taken: boolean };
export type DialPreview = {
  /** What will be sent to the PBX: E.164 with `+`, or an extension, short or feature code as typed. */
  readonly target: string;
  readonly text: string;
  readonly country: string | null;
  readonly kind: 'e164' | 'extension' | 'short' | 'code';
  /** Keys to send once the call is connected: the extension behind the number. Absent for none. */
  readonly after?: string;
};

/** The extension's redirection at the PBX (`/v1/pbx/redirection`). */
export type Forwarding = {
  readonly on: boolean;
  readonly to: string;
  readonly condition: 'always' | 'noanswer';
};

/** While typing in the dialer: a contact's number, or one from the history. */
export type Suggestion = {
  readonly name: string;
  readonly number: string;
  readonly numberText: string;
  readonly from: 'contact' | 'history';
};

export type DoctorStep = {
  readonly id: 'dns' | 'tcp' | 'tls' | 'websocket' | 'register' | 'stun' | 'microphone' | 'api' | 'clock' | 'webhook';
  /** What was tried, e.g. a WSS address; plain text. */
  readonly subject: string;
  readonly state: 'running' | 'ok' | 'failed' | 'skipped';
  readonly ms: number | null;
  /** Sentence and advice stand in i18n under `doctor.<id>.<advice>`. */
  readonly advice: string;
  readonly detail: string;
};

/** Methods of the relay that an administrator's window asks for; `team.admin` takes any of them. */
export type AdminMethod = Extract<RelayMethod, `admin.${string}`>;
export type AdminParams<K extends AdminMethod> = RelayMethods[K]['params'];
export type AdminValue<K extends AdminMethod> = RelayMethods[K]['value'];

export type BlacklistEntry = { readonly number: string; readonly numberText: string; readonly name: string };

export type Results = {
  'state.get': AppState;
  'setup.check-keys': { balance: number; currency: string; pbxId: string; extensions: readonly Extension[] };
  'setup.choose': { passwordFrom: 'api' | 'typed' };
  'setup.forget': void;
  'settings.set': void;
  'keychain.session-only': void;
  'keychain.retry': void;
  'registration.retry': void;
  'call.preview': DialPreview;
  'call.dial': { key: string };
  'call.answer': void;
  'call.transfer': void;
  'call.transfer-to': void;
  'call.deflect': void;
  'call.conference': void;
  'call.pickup': { key: string };
  'call.park': void;
  'call.redial': { key: string } | null;
  'forward.get': Forwarding;
  'forward.set': Forwarding;
  'audio.levels': void;
  'audio.test': void;
  'doctor.run': void;
  'direct.check': DirectCheck;
  'direct.register': DirectResult;
  /** What the PBX has now, '' for nothing. */
  'direct.restore': { url: string };
  suggest: readonly Suggestion[];
  'call.decline': void;
  'call.hang-up': void;
  'call.mute': void;
  'call.hold': void;
  'call.dtmf': void;
  'history.page': { rows: readonly HistoryRow[]; next: number | null };
  'history.get': HistoryRow | null;
  'history.note': void;
  'history.seen': void;
  'recording.request': void;
  'contacts.search': readonly Contact[];
  'contacts.save': Contact;
  'contacts.remove': void;
  /** Null: the person chose no file. */
  'contacts.import-open': ImportPreview | null;
  /** Answers at the end; push `import` tells how far it is. */
  'contacts.import-run': ImportReport;
  'contacts.import-cancel': void;
  /** Null: the person chose no place. */
  'contacts.export': { contacts: number } | null;
  /** `password` is false when the SIP password must be typed (`team.password`): the relay gives it out once. */
  'team.pair': { extension: string; role: Role; password: boolean };
  'team.password': void;
  'team.leave': void;
  'team.retry': void;
  /** `AdminValue` of the method asked for; `src-renderer/features/team/admin.ts` gives it its type. */
  'team.admin': unknown;
  'blacklist.set': void;
  'blacklist.has': boolean;
  /** `next` is null when there are no more. */
  'blacklist.list': { entries: readonly BlacklistEntry[]; next: string | null };
  /** Key of the call for `call`, as of `call.dial`; else null. */
  'reminder.act': { key: string | null };
  'reminders.page': { rows: readonly ReminderView[]; next: number | null };
  'answers.of': readonly AnswerRecord[];
  'history.outcome': void;
  /** The name the connector is known by there. */
  'crm.test': { name: string };
  'crm.secrets': void;
  'crm.connect': void;
  'crm.cancel': void;
  'crm.disconnect': void;
  'crm.lookup': { result: LookupResult; failed: readonly string[] };
  'crm.choose': void;
  'crm.search': CrmSearchReply;
  'crm.create': CrmRecord;
  'crm.users': readonly CrmUser[];
  'crm.try': OwnTry;
  'crm.read-template': TemplateView;
  'outbox.page': { rows: readonly OutboxView[]; next: number | null };
  'outbox.retry': void;
  'outbox.drop': void;
  'messages.conversations': readonly MessageView[];
  'messages.of': { rows: readonly MessageView[]; next: number | null };
  'messages.send': void;
  /** In a team, who may ask is the administrator's choice. */
  'account.balance': { balance: number; currency: string };
  'link.open': void;
  'clipboard.copy': void;
  'notice.dismiss': void;
  'store.restore': void;
  'window.close': void;
  'window.size': void;
  'engine.event': void;
};

/** Main to windows. */
export type Pushes = {
  /** `AppState.calls`, ahead of the state they are part of: that state always follows. */
  calls: AppState['calls'];
  /** Calls that ring nowhere here yet, as they would be shown if they did: to be drawn unseen. Whole each time. */
  announced: readonly CallView[];
  /** `viewId` of an announced call: it is the only one there is and rings, as announced. The state follows. */
  rings: string;
  state: AppState;
  /** A history row was added or changed: ask for it again by id, or for the first page. null: many of them. */
  'history.changed': { id: number | null };
  /** All steps so far, whole each time. */
  doctor: { steps: readonly DoctorStep[]; done: boolean };
  /** How far an import of contacts is. */
  import: ImportProgress;
  levels: { microphone: number; speaker: number };
  /** A message came or changed, in the conversation with this number. */
  'messages.changed': { number: string };
  /** Show this screen; `dial` fills the dialer and waits for the person (link, hotkey). */
  navigate: { to: 'dialer' | 'history' | 'settings' } | { to: 'dial'; text: string; from: 'link' | 'selection' };
  'engine.command': EngineCommand;
  /** The program ends: send what is not saved. */
  closing: undefined;
};

export type PushName = keyof Pushes;

/** What the preload puts on `window.megadial`. */
export type Bridge = {
  readonly kind: WindowKind;
  /** Never rejects for a reason of ours: errors come as `ok: false`; `src-renderer/bridge.ts` turns them into AppError. */
  invoke<K extends RequestName>(name: K, ...args: Args<K>): Promise<Reply<Results[K]>>;
  /** Returns the unsubscribe function. */
  on<K extends PushName>(name: K, listener: (payload: Pushes[K]) => void): () => void;
};

export type Reply<T> = { ok: true; value: T } | { ok: false; error: import('../errors.ts').WireError };
