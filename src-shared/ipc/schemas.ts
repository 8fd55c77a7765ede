// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { DISPOSITIONS } from '../calls/model.ts';
import { IMPORT_FIELDS } from '../contacts-file.ts';
import { connectorId, crmDraft, crmRef, crmSettings } from '../crm/schemas.ts';
import { ENCODINGS } from '../csv/text.ts';
import { ruleSettings } from '../rules/schemas.ts';
import { CONTACT_KINDS } from '../state.ts';
import type { AdminMethod } from './map.ts';

/**
 * Arguments of every request, checked in main on each message. Only main imports the values; windows import types.
 * Limits are generous for people and tight for a page gone wrong.
 */
const text = (max: number) => z.string().max(max);
const callKey = text(200);
const secret = z.string().min(1).max(256);
const device = z.object({ id: text(300), label: text(300) });
/** '' or a name this computer knows. */
function isTimeZone(name: string): boolean {
  try {
    return name === '' || new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
const featureCode = z.string().regex(/^[0-9*#]{0,20}(\{ext\})?[0-9*#]{0,20}$/);

export const settingsPatch = z
  .object({
    theme: z.enum(['system', 'light', 'dark']),
    language: z.enum(['system', 'en', 'es']),
    country: z.string().regex(/^[A-Z]{2}$/),
    apiBaseUrl: z.url({ protocol: /^https?$/ }).max(300),
    sipWssUrls: z
      .array(z.url({ protocol: /^wss?$/ }).max(300))
      .min(1)
      .max(5),
    sipDomain: z.string().regex(/^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/),
    sipRealm: text(128),
    stunUrls: z.array(z.string().regex(/^stuns?:[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/)).max(5),
    sipRegisterExpires: z.number().int().min(60).max(3600),
    relayEnabled: z.boolean(),
    relayPort: z.number().int().min(0).max(65535),
    relaySources: z.array(z.union([z.cidrv4(), z.cidrv6()])).max(50),
    relayPath: z.string().regex(/^\/[A-Za-z0-9/_-]{0,100}$/),
    publicUrl: z.union([
      z.literal(''),
      z
        .url({ protocol: /^https?$/ })
        .max(300)
        .regex(/^[^?#@\s]*$/),
    ]),
    historyDays: z.number().int().min(0).max(365),
    pollMinutes: z.union([z.literal(0), z.number().int().min(2).max(1440)]),
    accountTimeZone: text(60).refine(isTimeZone),
    rules: ruleSettings,
    reminderSnoozeMinutes: z.number().int().min(1).max(1440),
    popupEnabled: z.boolean(),
    notificationsEnabled: z.boolean(),
    ringEnabled: z.boolean(),
    ringVolume: z.number().min(0).max(1),
    ringtone: z
      .string()
      .max(1_500_000)
      .regex(/^(builtin:[a-z]{1,20}|data:audio\/[a-z0-9.+-]{1,40};base64,[A-Za-z0-9+/=]+)$/),
    audioInputs: z.array(device).max(20),
    audioOutputs: z.array(device).max(20),
    audioRing: z.array(device.extend({ volume: z.number().min(0).max(1) })).max(20),
    echoCancellation: z.boolean(),
    noiseSuppression: z.boolean(),
    autoGainControl: z.boolean(),
    dtmf: z.enum(['auto', 'rfc4733', 'info']),
    dnd: z.boolean(),
    autoAnswer: z.enum(['off', 'header', 'always']),
    autoAnswerAfter: z.number().int().min(0).max(60_000),
    dialMode: z.enum(['auto', 'softphone', 'callback']),
    callbackAutoAnswer: z.boolean(),
    pickupCode: featureCode,
    parkCode: featureCode,
    crm: crmSettings,
    hotkeyDialer: text(60),
    hotkeyDialSelection: text(60),
    hotkeyAnswer: text(60),
    hotkeyDecline: text(60),
    openAtLogin: z.boolean(),
    startHidden: z.boolean(),
  })
  .partial()
  .strict();

/** `settings.set` takes these; `pbxId`, `extension` and `teamUrl` change only through set-up and pairing. */
export type SettingsPatch = z.infer<typeof settingsPatch>;

const sipSession = z.object({
  source: z.literal('sip'),
  type: z.literal('session'),
  sessionId: text(100),
  seq: z.number().int().nonnegative(),
  extension: text(40),
  direction: z.enum(['in', 'out']),
  number: text(200),
  networkName: text(300).nullable(),
  state: z.enum(['dialing', 'ringing', 'connecting', 'connected', 'ended']),
  startedAt: z.number(),
  answeredAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  endCause: z
    .enum(['hung-up', 'cancelled', 'answered-elsewhere', 'declined', 'busy', 'no-answer', 'not-found', 'failed'])
    .nullable(),
  muted: z.boolean(),
  hold: z.enum(['none', 'local', 'remote', 'both']),
});

const params = z.record(text(40), z.union([text(300), z.number()]));

const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('registration'),
    state: z.enum(['off', 'connecting', 'registering', 'registered', 'failed']),
    error: z
      .object({ code: z.enum(['sip.unreachable', 'sip.rejected', 'sip.not-found', 'sip.server']), params })
      .nullable(),
    realm: text(128).nullable(),
    retryIn: z.number().nonnegative().nullable(),
  }),
  z.object({ type: z.literal('session'), session: sipSession }),
  z.object({
    type: z.literal('transfer'),
    sessionId: text(100),
    state: z.enum(['asked', 'ringing', 'done', 'failed']),
    status: z.number().int().nullable(),
  }),
  z.object({ type: z.literal('conference'), sessionIds: z.array(text(100)).max(8).readonly() }),
  z.object({
    type: z.literal('devices'),
    inputs: z.array(device).max(100).readonly(),
    outputs: z.array(device).max(100).readonly(),
    input: device.nullable(),
    output: device.nullable(),
  }),
  z.object({ type: z.literal('levels'), microphone: z.number(), speaker: z.number() }),
  z.object({ type: z.literal('audio-test'), state: z.enum(['recording', 'playing', 'ringing', 'idle']) }),
  z.object({
    type: z.literal('quality'),
    sessionId: text(100),
    sample: z.object({
      at: z.number(),
      rtt: z.number().nullable(),
      jitter: z.number().nullable(),
      loss: z.number().nullable(),
      concealed: z.number().nullable(),
      mos: z.number().nullable(),
    }),
  }),
  z.object({
    type: z.literal('warning'),
    sessionId: text(100),
    warning: z.enum(['mic-silent', 'mic-lost', 'no-incoming-audio', 'network-loss', 'reconnecting']),
    on: z.boolean(),
  }),
  z.object({
    type: z.literal('problem'),
    sessionId: text(100).nullable(),
    code: z.enum([
      'mic.denied',
      'mic.missing',
      'sip.not-registered',
      'sip.ended',
      'sip.server',
      'transfer.refused',
      'transfer.unanswered',
      'dtmf.failed',
    ]),
    params,
  }),
  z.object({
    type: z.literal('timing'),
    sessionId: text(100),
    name: z.enum(['invite-sent', 'answer-sent', 'media']),
    ms: z.number(),
    iceReason: z.enum(['srflx', 'host-timeout', 'complete']).nullable(),
  }),
]);

/** The relay knows its methods and who may ask them; here only the administrator's pass. */
const adminMethod = z.custom<AdminMethod>((value) => typeof value === 'string' && /^admin\.[a-z-]{1,40}$/.test(value));

export const schemas = {
  'state.get': z.tuple([]),
  'setup.check-keys': z.tuple([z.object({ key: secret, secret, apiBaseUrl: text(300).nullable() })]),
  'setup.choose': z.tuple([
    z.object({
      extension: z.string().regex(/^\d{2,6}$/),
      /** null: ask the API for it. */
      password: z.string().min(1).max(256).nullable(),
      /** Use the extension although another phone is registered with it (else `setup.extension-taken`). */
      takeOver: z.boolean(),
    }),
  ]),
  'setup.forget': z.tuple([]),
  'settings.set': z.tuple([settingsPatch]),
  'keychain.session-only': z.tuple([]),
  'keychain.retry': z.tuple([]),
  /** Try to register now, without waiting for the planned moment. */
  'registration.retry': z.tuple([]),
  'call.preview': z.tuple([text(500)]),
  'call.dial': z.tuple([text(500)]),
  /** `others`: what becomes of the call being talked in. */
  'call.answer': z.tuple([callKey, z.enum(['hold', 'end'])]),
  'call.transfer': z.tuple([callKey, text(500)]),
  'call.transfer-to': z.tuple([callKey, callKey]),
  'call.deflect': z.tuple([callKey, text(500)]),
  /** Two keys: mix them; none: end the mix. */
  'call.conference': z.tuple([z.array(callKey).max(2)]),
  'call.pickup': z.tuple([z.string().regex(/^\d{2,6}$/)]),
  'call.park': z.tuple([callKey]),
  'call.redial': z.tuple([]),
  'forward.get': z.tuple([]),
  'forward.set': z.tuple([z.object({ on: z.boolean(), to: text(60), condition: z.enum(['always', 'noanswer']) })]),
  'audio.levels': z.tuple([z.boolean()]),
  'audio.test': z.tuple([z.enum(['microphone', 'ring', 'stop'])]),
  'doctor.run': z.tuple([]),
  /** Asks our own public address as the PBX would. */
  'direct.check': z.tuple([]),
  /** `replace`: the person has seen whose address stands at the PBX. */
  'direct.register': z.tuple([z.object({ replace: z.boolean() })]),
  'direct.restore': z.tuple([]),
  suggest: z.tuple([text(100)]),
  'call.decline': z.tuple([callKey]),
  'call.hang-up': z.tuple([callKey]),
  'call.mute': z.tuple([callKey, z.boolean()]),
  'call.hold': z.tuple([callKey, z.boolean()]),
  /** `,` is a pause of two seconds. */
  'call.dtmf': z.tuple([callKey, z.string().regex(/^[0-9*#A-D,]{1,32}$/)]),
  'history.page': z.tuple([
    z.object({
      /** Rows older than this id; null for the newest. */
      before: z.number().int().positive().nullable(),
      limit: z.number().int().min(1).max(200),
      filter: z.object({
        direction: z.enum(['in', 'out']).nullable(),
        missed: z.boolean(),
        disposition: z.enum(DISPOSITIONS).nullable(),
        /** Digits of a number (any part from its end or start) or the start of a name; '' for all. */
        search: text(100),
      }),
    }),
  ]),
  'history.get': z.tuple([z.number().int().positive()]),
  'history.note': z.tuple([z.number().int().positive(), text(10_000)]),
  'history.seen': z.tuple([]),
  'recording.request': z.tuple([z.number().int().positive()]),
  'contacts.search': z.tuple([text(100)]),
  'contacts.save': z.tuple([
    z.object({
      id: z.number().int().positive().nullable(),
      kind: z.enum(CONTACT_KINDS).optional(),
      name: z.string().trim().min(1).max(200),
      company: text(200),
      email: text(254),
      otherEmails: z.array(z.string().min(1).max(254)).max(9).optional(),
      url: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]),
      responsible: z.string().regex(/^(\d{2,6})?$/),
      numbers: z.array(z.string().trim().min(1).max(60)).max(20),
    }),
  ]),
  'contacts.remove': z.tuple([z.number().int().positive()]),
  /** Asks for a file; or the one of a preview again, in another encoding. */
  'contacts.import-open': z.tuple([z.object({ token: text(40), encoding: z.enum(ENCODINGS) }).nullable()]),
  'contacts.import-run': z.tuple([
    z.object({
      token: text(40),
      encoding: z.enum(ENCODINGS),
      header: z.boolean(),
      mapping: z.array(z.enum(IMPORT_FIELDS).nullable()).max(100),
      duplicates: z.enum(['merge', 'skip', 'add']),
      by: z.enum(['name', 'number']),
    }),
  ]),
  'contacts.import-cancel': z.tuple([text(40)]),
  'contacts.export': z.tuple([z.enum(['vcard', 'csv'])]),
  /** The relay's address, a code from the administrator, and how this computer is to be called in the list. */
  'team.pair': z.tuple([z.object({ url: text(300), code: text(60), name: text(100) })]),
  'team.password': z.tuple([z.object({ pbxId: z.string().regex(/^\d{1,12}$/), password: secret })]),
  'team.leave': z.tuple([]),
  /** Connect now; after `team.replaced` that takes the connection from the other copy. */
  'team.retry': z.tuple([]),
  'team.admin': z.tuple([z.object({ method: adminMethod, params: z.json() })]),
  'blacklist.set': z.tuple([text(60), z.boolean()]),
  'blacklist.has': z.tuple([text(60)]),
  /** Entries after this number; null for the first. */
  'blacklist.list': z.tuple([text(60).nullable()]),
  /** Minutes for `snooze`; null for those of the settings. */
  'reminder.act': z.tuple([
    text(200),
    z.enum(['snooze', 'done', 'call']),
    z.number().int().min(1).max(10_080).nullable(),
  ]),
  'reminders.page': z.tuple([
    z.object({ before: z.number().int().positive().nullable(), limit: z.number().int().min(1).max(200) }),
  ]),
  'answers.of': z.tuple([z.number().int().positive()]),
  'history.outcome': z.tuple([z.number().int().positive(), text(60)]),
  'crm.test': z.tuple([connectorId]),
  /** What the connector signs in with, by name; '' forgets one. */
  'crm.secrets': z.tuple([connectorId, z.record(z.string().regex(/^[A-Za-z0-9_]{1,60}$/), text(4000))]),
  /** Opens the browser; answers when the person is through, or with why not. */
  'crm.connect': z.tuple([connectorId]),
  'crm.cancel': z.tuple([connectorId]),
  'crm.disconnect': z.tuple([connectorId]),
  'crm.lookup': z.tuple([text(60)]),
  'crm.choose': z.tuple([text(60), crmRef]),
  'crm.search': z.tuple([text(100)]),
  'crm.create': z.tuple([connectorId, crmDraft]),
  'crm.users': z.tuple([connectorId]),
  /** An operation of a definition that need not be saved yet. */
  'crm.try': z.tuple([
    z.object({
      connector: connectorId,
      definition: z.json(),
      operation: text(40),
      values: z.record(text(40), text(2000)),
    }),
  ]),
  /** The XML of a 3CX template. */
  'crm.read-template': z.tuple([text(1_000_000)]),
  'outbox.page': z.tuple([
    z.object({
      before: z.number().int().positive().nullable(),
      limit: z.number().int().min(1).max(200),
      state: z.enum(['waiting', 'sending', 'done', 'failed']).nullable(),
    }),
  ]),
  /** null: all that failed. */
  'outbox.retry': z.tuple([z.number().int().positive().nullable()]),
  'outbox.drop': z.tuple([z.number().int().positive()]),
  'messages.conversations': z.tuple([]),
  'messages.of': z.tuple([text(60), z.number().int().positive().nullable()]),
  'messages.send': z.tuple([text(60), z.string().trim().min(1).max(1500)]),
  'account.balance': z.tuple([]),
  'link.open': z.tuple([text(2000)]),
  'clipboard.copy': z.tuple([text(10_000)]),
  'notice.dismiss': z.tuple([z.number().int()]),
  /** The newest copy, or an empty history: what the person chose for a damaged one. */
  'store.restore': z.tuple([z.enum(['backup', 'empty'])]),
  'window.close': z.tuple([]),
  /** The popup asks for the height its content needs, in CSS pixels. */
  'window.size': z.tuple([z.number().int().min(80).max(1200)]),
  'engine.event': z.tuple([engineEvent]),
} as const;

export type HistoryQuery = z.infer<(typeof schemas)['history.page']>[0];
