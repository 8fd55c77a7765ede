// SPDX-License-Identifier: MIT

import { type CrmSettings, DEFAULT_CRM } from './crm/settings.ts';
import type { FormerCallInfo } from './direct.ts';
import type { DevicePreference } from './engine-protocol.ts';
import { DEFAULT_RULES, type RuleSettings } from './rules/team.ts';

/**
 * All that a person or an administrator may change. No secret stands here: keys and passwords live in the keychain.
 * What megacall-api.md marks UNCONFIRMED is a setting with the likeliest default.
 */
export type Settings = {
  // look
  readonly theme: 'system' | 'light' | 'dark';
  /** `system` follows the computer's language. */
  readonly language: 'system' | 'en' | 'es';
  // numbers
  /** ISO 3166 country for national numbers. */
  readonly country: string;
  // Megacall: hosts are UNCONFIRMED for Megacall keys (megacall-api.md sections 0, 1.4, 4.3)
  readonly apiBaseUrl: string;
  /** In order of preference. */
  readonly sipWssUrls: readonly string[];
  readonly sipDomain: string;
  /** '' means: the SIP domain, until the server's challenge says otherwise. */
  readonly sipRealm: string;
  readonly stunUrls: readonly string[];
  readonly sipRegisterExpires: number; // seconds
  // account: filled by set-up
  readonly pbxId: string;
  readonly extension: string;
  /** Offset of the account's wall clock from UTC in minutes, from `/v1/info/timezone/`; kept for starts without network. */
  readonly accountOffsetMinutes: number;
  /** When the program last had a live call, UTC ms, to the half minute: where a call ended that a crash cut off. */
  readonly aliveAt: number;
  // events
  readonly relayEnabled: boolean;
  readonly relayPort: number; // 0: any free port
  /** Networks whose webhooks are taken, CIDR. The tunnel's own address must be listed when it does not pass the client's on. */
  readonly relaySources: readonly string[];
  /** Path part that must be in the webhook URL. */
  readonly relayPath: string;
  /** Where the tunnel's far end listens; `relayPath` is added when it names no path of its own. '' for no tunnel. */
  readonly publicUrl: string;
  /** The address we gave to the PBX, '' for none; and what it had before, to be given back. Filled by `direct.register`. */
  readonly directUrl: string;
  readonly directFormer: FormerCallInfo | null;
  // history from the statistics (megacall-api.md section 2.9)
  /** So far back the history is filled at the first start; 0 for not at all. */
  readonly historyDays: number;
  /** Minutes between two looks at the statistics while they are the only source of events; 0 for never. */
  readonly pollMinutes: number;
  /** IANA name of the account's time zone; '' for what the PBX's own clock suggests (docs/events.md). */
  readonly accountTimeZone: string;
  // team
  /** The team's relay, filled by pairing; '' for one agent alone. Then the relay inside the app is off. */
  readonly teamUrl: string;
  /** What one agent alone goes by; a team has its own at the relay. */
  readonly rules: RuleSettings;
  readonly reminderSnoozeMinutes: number;
  // popup and ringing
  readonly popupEnabled: boolean;
  readonly notificationsEnabled: boolean;
  readonly ringEnabled: boolean;
  readonly ringVolume: number; // 0 to 1
  readonly ringtone: string; // see AudioPreferences
  readonly audioInputs: readonly DevicePreference[];
  readonly audioOutputs: readonly DevicePreference[];
  readonly audioRing: readonly (DevicePreference & { readonly volume: number })[];
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
  // calls
  readonly dtmf: 'auto' | 'rfc4733' | 'info';
  readonly dnd: boolean;
  readonly autoAnswer: 'off' | 'header' | 'always';
  readonly autoAnswerAfter: number; // milliseconds
  /** `auto`: the softphone when it is registered, else the PBX calls my phone back first. */
  readonly dialMode: 'auto' | 'softphone' | 'callback';
  /** Answer the PBX's own call to me by itself when I asked for a callback. */
  readonly callbackAutoAnswer: boolean;
  /** Feature codes of the PBX; '' when it has none. `{ext}` stands for the extension or slot. UNCONFIRMED. */
  readonly pickupCode: string;
  readonly parkCode: string;
  readonly crm: CrmSettings;
  // keys
  readonly hotkeyDialer: string;
  readonly hotkeyDialSelection: string;
  readonly hotkeyAnswer: string; // only while a call rings
  readonly hotkeyDecline: string;
  // start
  readonly openAtLogin: boolean;
  readonly startHidden: boolean;
};

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  language: 'system',
  country: 'ES',
  apiBaseUrl: 'https://api.zadarma.com',
  sipWssUrls: ['wss://pbx.zadarma.com:4443'],
  sipDomain: 'pbx.zadarma.com',
  sipRealm: '',
  stunUrls: ['stun:stun.zadarma.com:3478'],
  sipRegisterExpires: 300,
  pbxId: '',
  extension: '',
  accountOffsetMinutes: 0,
  aliveAt: 0,
  relayEnabled: true,
  relayPort: 8765,
  relaySources: ['185.45.152.40/30'],
  relayPath: '/megacall',
  publicUrl: '',
  directUrl: '',
  directFormer: null,
  historyDays: 30,
  pollMinutes: 5,
  accountTimeZone: '',
  teamUrl: '',
  rules: DEFAULT_RULES,
  reminderSnoozeMinutes: 15,
  popupEnabled: true,
  notificationsEnabled: true,
  ringEnabled: true,
  ringVolume: 0.8,
  ringtone: 'builtin:classic',
  audioInputs: [],
  audioOutputs: [],
  audioRing: [],
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  dtmf: 'auto',
  dnd: false,
  autoAnswer: 'off',
  autoAnswerAfter: 0,
  dialMode: 'auto',
  callbackAutoAnswer: true,
  pickupCode: '',
  parkCode: '',
  crm: DEFAULT_CRM,
  hotkeyDialer: 'CommandOrControl+Alt+D',
  hotkeyDialSelection: 'CommandOrControl+Alt+C',
  hotkeyAnswer: 'CommandOrControl+Alt+A',
  hotkeyDecline: 'CommandOrControl+Alt+X',
  openAtLogin: false,
  startHidden: false,
};
