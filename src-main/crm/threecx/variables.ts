// SPDX-License-Identifier: MIT
import type { CallEntry, ChatEntry, CrmDraft } from '../../../src-shared/crm/model.ts';
import { CALL_VARIABLES, CHAT_VARIABLES } from '../../../src-shared/journal/variables.ts';
import { offsetAt } from '../../../src-shared/megacall/zone.ts';
import { entityOf } from './contact.ts';
import { moment, span, textOf, type Value } from './expression/value.ts';

export type Inputs = Readonly<Record<string, Value>>;

/** Variables that templates may use without setting them (crm-connectors.md sections 1.3 and 1.4). */
export const PREDEFINED: readonly string[] = [
  ...CALL_VARIABLES,
  ...CHAT_VARIABLES,
  ...['SearchText', 'Email', 'FirstName', 'LastName', 'Company', 'CompanyName', 'MaxLength'],
  ...['FoundRecordCount', 'Query', 'CallID', 'code', 'State', 'RedirectUri'],
];

const EMOJI =
  /(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|\p{Regional_Indicator})(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*/gu;

/** @param timeZone IANA zone of the local times; this computer's when not given */
export function callInputs(entry: CallEntry, timeZone?: string): Inputs {
  const [firstName = '', ...lastNames] = entry.agentName.split(' ');
  const entity = entityOf(entry.record);
  const { recordingUrl } = entry;
  const length = span(entry.durationSeconds * 1_000);
  return {
    CallType: entry.callType,
    CallDirection: /^(?:Inbound|Missed)$/.test(entry.callType) ? 'Inbound' : 'Outbound',
    Number: entry.number,
    Name: entry.name,
    EntityId: entity.id,
    EntityType: entity.type,
    Agent: entry.extension,
    AgentEmail: entry.agentEmail,
    AgentFirstName: firstName,
    AgentLastName: lastNames.join(' '),
    QueueExtension: '',
    Did: '',
    Duration: textOf(length),
    DurationTimespan: length,
    DurationSeconds: entry.durationSeconds,
    DateTime: textOf(local(entry.startedAt, timeZone)).slice(0, 16),
    ...times('CallStartTime', entry.startedAt, timeZone),
    ...times('CallEstablishedTime', entry.establishedAt, timeZone),
    ...times('CallEndTime', entry.endedAt, timeZone),
    RecordingUrl: recordingUrl ?? '',
    RecordingHyperLink: recordingUrl === null ? '' : `<a href="${html(recordingUrl)}">${html(recordingUrl)}</a>`,
    Transcription: '',
    Summary: '',
    Sentiment: '',
    Disposition: entry.disposition,
    Note: entry.note,
    Subject: entry.subject,
    LineBreak: '\n',
  };
}

/** @param emojis false: the CRM cannot keep them, and they are left out */
export function chatInputs(entry: ChatEntry, emojis: boolean, timeZone?: string): Inputs {
  const entity = entityOf(entry.record);
  return {
    ChatMessages: emojis ? entry.text : entry.text.replace(EMOJI, ''),
    ChatSubject: entry.subject,
    Subject: entry.subject,
    Number: entry.number,
    Name: entry.name,
    EntityId: entity.id,
    EntityType: entity.type,
    Agent: entry.extension,
    AgentEmail: entry.agentEmail,
    Email: '',
    Duration: textOf(span(entry.endedAt - entry.startedAt)),
    DurationTimespan: span(entry.endedAt - entry.startedAt),
    DateTime: textOf(local(entry.startedAt, timeZone)).slice(0, 16),
    ...times('ChatStartTime', entry.startedAt, timeZone),
    ...times('ChatEndTime', entry.endedAt, timeZone),
    LineBreak: '\n',
  };
}

export function draftInputs(draft: CrmDraft): Inputs {
  const { firstName: FirstName, lastName: LastName, email: Email, number, company } = draft;
  return {
    FirstName,
    LastName,
    Email,
    Number: number,
    Company: company,
    CompanyName: company,
    CallDirection: 'Inbound',
  };
}

function times(name: string, at: number | null, timeZone: string | undefined): Inputs {
  return { [`${name}UTC`]: moment(at), [`${name}Local`]: at === null ? null : local(at, timeZone) };
}

function local(at: number, timeZone: string | undefined): Value {
  const own = -new Date(at).getTimezoneOffset() * 60_000;
  const offsetMs = timeZone === undefined ? own : offsetAt({ name: timeZone, offsetMs: own, certain: true }, at);
  return moment(at, offsetMs);
}

function html(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
