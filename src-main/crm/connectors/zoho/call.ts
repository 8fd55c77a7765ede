// SPDX-License-Identifier: MIT
import type { CallEntry, ChatEntry, CrmRef } from '../../../../src-shared/crm/model.ts';
import { cut } from '../common/cut.ts';
import { localDate } from '../common/local-date.ts';
import { zonedTime } from '../common/zoned-time.ts';
import type { Fields } from './client.ts';
import type { Schema } from './fields.ts';
import { MODULES } from './modules.ts';
import type { DurationFormat, ZohoOptions } from './options.ts';

export const RECORDING = 'Voice_Recording__s';
export const RESULT = 'Call_Result';
const MOST_DESCRIPTION = 32_000;

/** What differs between organisations. */
export type EntryContext = {
  readonly schema: Schema;
  readonly options: Pick<ZohoOptions, 'callDuration' | 'outgoingStatusField' | 'taskStatus'>;
  /** IANA zone the times are written in; undefined for this computer's. */
  readonly timeZone: string | undefined;
  /** Id of the company a contact belongs to, '' for none. */
  readonly company: string;
};

/** A call that is over (crm-connectors.md section 3.5). A call nobody took has no duration, in either direction. */
export function callFields(entry: CallEntry, context: EntryContext): Fields {
  const { schema, options, timeZone } = context;
  const isIncoming = entry.callType === 'Inbound' || entry.callType === 'Missed';
  return {
    Subject: entry.subject || entry.number || 'Call',
    Call_Type: entry.callType === 'Notanswered' ? 'Outbound' : entry.callType,
    Call_Start_Time: zonedTime(entry.startedAt, timeZone),
    Call_Duration: duration(entry.durationSeconds, options.callDuration),
    ...(isIncoming ? {} : over(context)),
    ...about(entry.record, context.company),
    Owner: owner(entry.userId),
    [RESULT]: takesResult(schema, entry.disposition) ? entry.disposition : '',
    [RECORDING]: entry.recordingUrl,
    Description: withKey(ownLines(entry, schema).join('\n'), entry.key, roomOf(schema)),
  };
}

/** A conversation as a call: it begins with whoever wrote first, and lasts until the last message. */
export function chatCallFields(entry: ChatEntry, context: EntryContext): Fields {
  const isIncoming = entry.messages[0]?.from !== 'agent';
  return {
    ...chatFields(entry, context),
    Call_Type: isIncoming ? 'Inbound' : 'Outbound',
    Call_Start_Time: zonedTime(entry.startedAt, context.timeZone),
    Call_Duration: duration((entry.endedAt - entry.startedAt) / 1_000, context.options.callDuration),
    ...(isIncoming ? {} : over(context)),
  };
}

/** A conversation as a task that is done. */
export function chatTaskFields(entry: ChatEntry, context: EntryContext): Fields {
  const { schema, options, timeZone } = context;
  const known = schema.get('Status')?.values.map(({ name }) => name) ?? [];
  return {
    ...chatFields(entry, context),
    Due_Date: localDate(entry.startedAt, timeZone),
    Status: options.taskStatus || (known.length === 0 || known.includes('Completed') ? 'Completed' : ''),
  };
}

function chatFields(entry: ChatEntry, { schema, company }: EntryContext): Fields {
  return {
    Subject: entry.subject || entry.number || 'Chat',
    ...about(entry.record, company),
    Owner: owner(entry.userId),
    Description: withKey(entry.text, entry.key, roomOf(schema)),
  };
}

/** The lines of a call's description that are ours, the key left out: what has a field of its own is not among them. */
export function ownLines(
  { text, note, disposition, recordingUrl }: Pick<CallEntry, 'text' | 'note' | 'disposition' | 'recordingUrl'>,
  schema: Schema,
): readonly string[] {
  const hasField = schema.get(RECORDING)?.isCreateable === true;
  const url = recordingUrl !== null && !hasField && !text.includes(recordingUrl) ? recordingUrl : '';
  const result = takesResult(schema, disposition) || text.includes(disposition) ? '' : disposition;
  return [text, note, result, url].filter((part) => part !== '').flatMap((part) => part.split(/\r\n|\r|\n/));
}

/** A picklist would grow by each new word. */
export function takesResult(schema: Schema, disposition: string): boolean {
  const field = schema.get(RESULT);
  if (field?.isCreateable !== true || disposition === '') return false;
  return field.type === 'picklist' ? field.values.some(({ name }) => name === disposition) : true;
}

/** Zoho has no field for a key of ours: it is the last line, which says what it is. */
export function keyLine(key: string): string {
  return `Megadial ${key}`;
}

/** The text with its key at the end, however long it is. */
export function withKey(text: string, key: string, most: number): string {
  const line = keyLine(key);
  return text === '' ? line : `${cut(text, most - line.length - 1)}\n${line}`;
}

/** Most characters of a description. */
export function roomOf(schema: Schema): number {
  return schema.get('Description')?.length ?? MOST_DESCRIPTION;
}

/** Seconds as a length of time. An hour and more are minutes too; a part of a minute is one. */
export function duration(seconds: number, format: DurationFormat): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
  const minutes = Math.ceil(whole / 60);
  if (format === 'HH:MM') return `${two(minutes / 60)}:${two(minutes % 60)}`;
  const short = `${two(whole % 60)}`;
  if (format === 'MM:SS') return `${two(whole / 60)}:${short}`;
  return `${two(whole / 3600)}:${two((whole / 60) % 60)}:${short}`;
}

/** Outgoing calls may also be planned ones: the field that tells them apart has two names (U4). */
function over({ schema, options }: EntryContext): Fields {
  const names = ['Outgoing_Call_Status', 'Outbound_Call_Status'];
  const name = options.outgoingStatusField || names.find((one) => schema.has(one));
  return name === undefined ? {} : { [name]: 'Completed' };
}

/** People of a company stand in Who_Id, all else in What_Id with its module; a lead is never a Who_Id. */
function about(record: CrmRef | null, company: string): Fields {
  if (record === null) return {};
  if (record.kind !== 'contact') return { What_Id: { id: record.id }, $se_module: MODULES[record.kind] };
  const employer = company === '' ? {} : { What_Id: { id: company }, $se_module: MODULES.company };
  return { Who_Id: { id: record.id }, ...employer };
}

function owner(userId: string | null): Fields | null {
  return userId === null || userId === '' ? null : { id: userId };
}
