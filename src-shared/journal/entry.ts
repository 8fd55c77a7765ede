// SPDX-License-Identifier: MIT
import type { Call } from '../calls/model.ts';
import type { CallEntry, ChatEntry, CrmRecord } from '../crm/model.ts';
import type { JournalTexts } from './texts.ts';
import { clockDuration, render, stamp, type Values } from './variables.ts';

/** Whoever of us was in the call. */
export type JournalAgent = {
  readonly extension: string;
  readonly name: string;
  readonly email: string;
  readonly userId: string | null;
};

export type JournalContext = {
  readonly record: CrmRecord | null;
  readonly agent: JournalAgent;
  readonly texts: JournalTexts;
  /** The account's wall clock against UTC at that time, minutes. */
  readonly offsetMinutes: number;
  readonly recordingUrl: string | null;
  readonly note: string;
  readonly disposition: string;
};

/** The four kinds 3CX knows; null while the call is not over. */
export function callTypeOf(call: Call): CallEntry['callType'] | null {
  if (call.phase !== 'ended') return null;
  const answered = call.answeredAt !== null || call.disposition === 'answered';
  if (call.direction === 'in') return answered ? 'Inbound' : 'Missed';
  return answered ? 'Outbound' : 'Notanswered';
}

/** An ended call as its journal entry; `key` stays the same for each try. */
export function callEntry(call: Call, key: string, context: JournalContext): CallEntry | null {
  const callType = callTypeOf(call);
  if (callType === null) return null;
  const { record, agent, texts, recordingUrl, note, disposition } = context;
  const values = callValues(call, callType, context);
  const subject = render(texts.subject, values).trim();
  const template = {
    Inbound: texts.answeredInbound,
    Missed: texts.missed,
    Outbound: texts.answeredOutbound,
    Notanswered: texts.unansweredOutbound,
  }[callType];
  return {
    key,
    callType,
    record: record === null ? null : { connector: record.connector, kind: record.kind, id: record.id },
    number: call.number,
    name: record?.name ?? '',
    extension: agent.extension,
    agentName: agent.name,
    agentEmail: agent.email,
    userId: agent.userId,
    startedAt: call.startedAt,
    establishedAt: call.answeredAt,
    endedAt: call.endedAt ?? call.startedAt,
    durationSeconds: call.duration,
    subject,
    text: render(template, { ...values, Subject: subject }).trim(),
    recordingUrl,
    note,
    disposition,
  };
}

/** What `[Variables]` stand for in a call's texts. */
export function callValues(call: Call, callType: CallEntry['callType'], context: JournalContext): Values {
  const { record, agent, offsetMinutes, recordingUrl, note, disposition } = context;
  const local = (at: number | null): string => stamp(at, offsetMinutes);
  const utc = (at: number | null): string => stamp(at, 0);
  const [firstName = '', ...lastNames] = agent.name.split(' ');
  return {
    CallType: callType,
    CallDirection: call.direction === 'in' ? 'Inbound' : 'Outbound',
    Number: call.number,
    Name: record?.name ?? '',
    EntityId: record?.id ?? '',
    EntityType: record?.kind ?? '',
    Agent: agent.extension,
    AgentEmail: agent.email,
    AgentFirstName: firstName,
    AgentLastName: lastNames.join(' '),
    Did: call.did ?? '',
    Duration: clockDuration(call.duration),
    DurationTimespan: clockDuration(call.duration),
    DurationSeconds: String(call.duration),
    DateTime: local(call.startedAt).slice(0, 16),
    CallStartTimeLocal: local(call.startedAt),
    CallStartTimeUTC: utc(call.startedAt),
    CallEstablishedTimeLocal: local(call.answeredAt),
    CallEstablishedTimeUTC: utc(call.answeredAt),
    CallEndTimeLocal: local(call.endedAt),
    CallEndTimeUTC: utc(call.endedAt),
    RecordingUrl: recordingUrl ?? '',
    // These texts are plain: CRMs make a link of an address, and would show the tags of one that is HTML.
    RecordingHyperLink: recordingUrl ?? '',
    Disposition: disposition,
    Note: note,
  };
}

/** One message of a conversation. */
export type ChatMessage = ChatEntry['messages'][number];

/** A day's conversation with one number as its journal entry; messages oldest first, at least one. */
export function chatEntry(
  key: string,
  number: string,
  messages: readonly ChatMessage[],
  as: ChatEntry['as'],
  context: Omit<JournalContext, 'recordingUrl' | 'note' | 'disposition'>,
): ChatEntry {
  const { record, agent, texts, offsetMinutes } = context;
  const startedAt = messages[0]?.at ?? 0;
  const endedAt = messages.at(-1)?.at ?? startedAt;
  const speaker = { customer: record?.name || number, agent: agent.name || agent.extension };
  const line = (one: ChatMessage): string =>
    `${stamp(one.at, offsetMinutes).slice(11, 16)} ${speaker[one.from]}: ${one.text}`;
  const text = messages.map(line).join('\n');
  const values: Values = {
    ChatMessages: text,
    ChatStartTimeUTC: stamp(startedAt, 0),
    ChatEndTimeUTC: stamp(endedAt, 0),
    ChatStartTimeLocal: stamp(startedAt, offsetMinutes),
    ChatEndTimeLocal: stamp(endedAt, offsetMinutes),
    DateTime: stamp(startedAt, offsetMinutes).slice(0, 16),
    Number: number,
    Name: record?.name ?? '',
    EntityId: record?.id ?? '',
    EntityType: record?.kind ?? '',
    Agent: agent.extension,
    AgentEmail: agent.email,
    Email: record?.email ?? '',
  };
  return {
    key,
    record: record === null ? null : { connector: record.connector, kind: record.kind, id: record.id },
    number,
    name: record?.name ?? '',
    extension: agent.extension,
    agentEmail: agent.email,
    userId: agent.userId,
    subject: render(texts.chatSubject, values).trim(),
    startedAt,
    endedAt,
    text,
    messages,
    as,
  };
}
