// SPDX-License-Identifier: MIT
import { z } from 'zod';
import { ruleSettings } from '../rules/schemas.ts';
import type { AnswerRecord, DirectoryEntry, Reminder, TeamSettings } from '../rules/team.ts';
import { ANSWER_REASONS } from '../rules/team.ts';
import type {
  FromDesktop,
  FromRelay,
  PairingReply,
  RelayEvent,
  RelayMethod,
  RelayMethods,
  TeamView,
} from './protocol.ts';

/**
 * Checks of everything desktop and relay say to each other, for both sides. Fields nobody knows are left out, so that
 * an older side understands a newer one. Only the desktop's main process and the relay import values from here.
 */
const text = (max: number) => z.string().max(max);
const count = z.number().int().nonnegative();
/** UTC milliseconds; up to the year 5138, so that a wrong clock is no number to choke on. */
const time = z.number().min(0).max(1e14);
/** As `toId`: printable, no spaces. */
const id = z.string().regex(/^[\x21-\x7e]{1,200}$/);
/** An extension of the PBX, as the tracker takes one. */
export const extension = z.string().regex(/^\d{2,6}$/);
const number = text(60);
export const role = z.enum(['agent', 'supervisor', 'admin']);
const deviceName = text(100);

const directoryEntry = z.object({
  name: text(200),
  responsible: extension.nullable(),
  blacklisted: z.boolean(),
  updatedAt: time,
}) satisfies z.ZodType<DirectoryEntry>;

export const answerRecord = z.object({
  pbxCallId: id,
  at: time,
  answer: z
    .object({ redirect: text(200).optional(), return_timeout: text(20).optional(), caller_name: text(300).optional() })
    .transform(withoutUndefined)
    .nullable(),
  reason: z.enum(ANSWER_REASONS),
  extension: text(200).nullable(),
}) satisfies z.ZodType<AnswerRecord, unknown>;

const reminder = z.object({
  id,
  number,
  did: number.nullable(),
  missedAt: time,
  extension,
  state: z.enum(['open', 'snoozed', 'done']),
  dueAt: time,
  closed: z.object({ at: time, by: text(200).nullable(), why: z.enum(['done', 'reached']) }).nullable(),
}) satisfies z.ZodType<Reminder>;

const country = z.string().regex(/^[A-Z]{2}$/);

const teamSettings = z.object({
  rules: ruleSettings,
  defaultResponsible: extension.nullable(),
  members: z
    .array(z.object({ extension, name: text(200), email: text(254), crmUser: text(200) }))
    .max(5_000)
    .readonly(),
  balanceFor: z.array(extension).max(5_000).readonly(),
  namesUrl: z.union([z.literal(''), z.url({ protocol: /^https$/ }).max(500)]),
  country,
}) satisfies z.ZodType<TeamSettings>;

const teamView = z.object({
  rules: ruleSettings,
  defaultResponsible: extension.nullable(),
  country,
  members: z
    .array(z.object({ extension, name: text(200) }))
    .max(5_000)
    .readonly(),
}) satisfies z.ZodType<TeamView>;

/** As `markOf` makes them. */
const mark = z.string().regex(/^[0-9a-f]{12}$/);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const relayEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('notification'),
    hash,
    receivedAt: time,
    fields: z.record(z.string(), z.string()),
    verified: z.boolean(),
  }),
  z.object({ kind: z.literal('answer'), hash, receivedAt: time, answer: answerRecord }),
  z.object({ kind: z.literal('reminder'), hash, receivedAt: time, reminder }),
]) satisfies z.ZodType<RelayEvent, unknown>;

const errorParams = z.record(z.string(), z.union([z.string(), z.number()]));

const fromRelay = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    version: count,
    tenant: text(100),
    extension: text(40),
    role,
    device: text(100),
    offsetMinutes: z.number().int().min(-1440).max(1440),
    team: teamView,
    oldest: count,
    newest: count,
    gaps: z
      .array(z.object({ from: z.number(), to: z.number() }))
      .max(100)
      .readonly(),
  }),
  z.object({ type: z.literal('event'), seq: count, event: relayEvent }),
  z.object({ type: z.literal('team'), team: teamView }),
  z.discriminatedUnion('ok', [
    z.object({ type: z.literal('reply'), id: count, ok: z.literal(true), value: z.unknown() }),
    z.object({
      type: z.literal('reply'),
      id: count,
      ok: z.literal(false),
      code: text(100),
      message: text(1_000),
      params: errorParams.optional(),
    }),
  ]),
  z.object({ type: z.literal('pong') }),
]);

const fromDesktop = z.discriminatedUnion('type', [
  z.object({ type: z.literal('resume'), after: count.nullable(), mark: mark.nullish() }),
  z.object({ type: z.literal('ack'), seq: count }),
  // The method is looked up by the relay: a name it does not know is an answer, not a broken message.
  z.object({ type: z.literal('ask'), id: count, method: text(60), params: z.unknown() }),
  z.object({ type: z.literal('ping') }),
]);

/** `FromDesktop` as far as the relay can check it before it knows the method. */
export type DesktopMessage =
  | Exclude<FromDesktop, { type: 'ask' }>
  | { readonly type: 'ask'; readonly id: number; readonly method: string; readonly params?: unknown };

/**
 * A text frame of a desktop; null for a type of message this relay does not know.
 *
 * @throws SyntaxError, ZodError: no message at all
 */
export function readDesktopMessage(frame: string): DesktopMessage | null {
  return read(fromDesktop, DESKTOP_TYPES, frame);
}

/**
 * A text frame of a relay; null for a type of message this desktop does not know.
 *
 * @throws SyntaxError, ZodError: no message at all
 */
export function readRelayMessage(frame: string): FromRelay | null {
  return read(fromRelay as z.ZodType<FromRelay, unknown>, RELAY_TYPES, frame);
}

const DESKTOP_TYPES: ReadonlySet<string> = new Set(['resume', 'ack', 'ask', 'ping'] satisfies FromDesktop['type'][]);
const RELAY_TYPES: ReadonlySet<string> = new Set([
  'welcome',
  'event',
  'team',
  'reply',
  'pong',
] satisfies FromRelay['type'][]);
const anyMessage = z.object({ type: text(60) });

function read<T>(schema: z.ZodType<T, unknown>, types: ReadonlySet<string>, frame: string): T | null {
  const value: unknown = JSON.parse(frame);
  return types.has(anyMessage.parse(value).type) ? schema.parse(value) : null;
}

/** Body of `POST /pair`, and its answer. */
export const pairingRequest = z.object({ code: text(40), name: deviceName });
export const pairingReply = z.object({
  token: text(200),
  device: text(100),
  tenant: text(100),
  extension: text(40),
  role,
}) satisfies z.ZodType<PairingReply>;

const nothing = z.null();
/** Who does what once for which call (`rules/duty.ts`). */
const job = z.string().regex(/^(contact|reminder|journal):[\x21-\x7e]{1,200}$/);

/** Parameters of each method, as the relay takes them. */
export const methodParams = {
  'presence.set': z.object({ state: z.enum(['free', 'busy', 'away']) }),
  'presence.list': nothing,
  'pbx.callback': z.object({ to: number.min(1) }),
  'pbx.sms': z.object({ number: number.min(1), text: z.string().min(1).max(1500) }),
  'pbx.recording': z.object({ pbxCallId: id, recordId: id.nullable() }),
  'pbx.sip-password': nothing,
  'pbx.numbers': nothing,
  'pbx.redirection': nothing,
  'pbx.set-redirection': z.object({ on: z.boolean(), to: number, condition: z.enum(['always', 'noanswer']) }),
  'pbx.balance': nothing,
  'pbx.statistics': z.object({ from: time, to: time, callType: z.enum(['in', 'out']) }),
  'directory.put': z.object({
    entries: z
      .array(z.object({ number, entry: directoryEntry }))
      .max(200)
      .readonly(),
  }),
  'directory.get': z.object({ number }),
  'blacklist.set': z.object({ number, on: z.boolean() }),
  'lease.take': z.object({ job, ms: z.number().int().min(1_000).max(300_000) }),
  'lease.done': z.object({ job, result: text(500) }),
  'lease.release': z.object({ job }),
  'reminder.put': z.object({ reminder }),
  'reminder.list': z.object({ state: reminder.shape.state.nullable() }),
  'answers.of': z.object({ pbxCallId: id }),
  'admin.settings': nothing,
  'admin.set-settings': z.object({ settings: teamSettings }),
  'admin.extensions': nothing,
  'admin.pairing-code': z.object({ extension, role, name: deviceName }),
  'admin.devices': nothing,
  'admin.allow-password': z.object({ device: text(100) }),
  'admin.revoke': z.object({ device: text(100) }),
  'admin.blacklist': z.object({ after: number.nullable() }),
  'admin.import-csv': z.object({ csv: text(500_000) }),
  'admin.set-keys': z.object({ key: text(256).min(1), secret: text(256).min(1) }),
} as const satisfies { readonly [K in RelayMethod]: z.ZodType<RelayMethods[K]['params']> };

/** Fields that were not sent are not there, rather than there and undefined. */
function withoutUndefined(answer: { [K in 'redirect' | 'return_timeout' | 'caller_name']?: string | undefined }): {
  [K in 'redirect' | 'return_timeout' | 'caller_name']?: string;
} {
  return Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
}
