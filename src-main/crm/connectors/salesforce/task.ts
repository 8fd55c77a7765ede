// SPDX-License-Identifier: MIT
import type { CallEntry, ChatEntry, CrmRef } from '../../../../src-shared/crm/model.ts';
import { cut } from '../common/cut.ts';
import { localDate } from '../common/local-date.ts';
import type { Fields } from './client.ts';

export const MOST_SUBJECT = 255;
export const MOST_DESCRIPTION = 32_000;

/** What differs between organisations. */
export type TaskContext = {
  /** A status that means "done". */
  readonly status: string;
  /** IANA zone for the date; undefined for this computer's. */
  readonly timeZone?: string | undefined;
};

/**
 * A call as a completed task (crm-connectors.md section 2.5). A date is all a task has: the time of day stands in the
 * text. "Missed" is no type of call there but a disposition.
 */
export function callTask(entry: CallEntry, context: TaskContext): Fields {
  return {
    ...common(entry, context),
    TaskSubtype: 'Call',
    CallType: entry.callType === 'Inbound' || entry.callType === 'Missed' ? 'Inbound' : 'Outbound',
    CallDurationInSeconds: Math.max(0, Math.round(entry.durationSeconds)),
    CallDisposition: cut(entry.disposition, 255),
    Description: cut(ownLines(entry).join('\n'), MOST_DESCRIPTION),
  };
}

/** A conversation as a completed task: the platform has no object for chats of others. */
export function chatTask(entry: ChatEntry, context: TaskContext): Fields {
  return { ...common(entry, context), Description: cut(entry.text, MOST_DESCRIPTION) };
}

/** The lines of a description that are ours. */
export function ownLines({ text, note, recordingUrl }: Pick<CallEntry, 'text' | 'note' | 'recordingUrl'>): string[] {
  const url = recordingUrl !== null && !text.includes(recordingUrl) ? recordingUrl : '';
  return [text, note, url].filter((part) => part !== '').flatMap((part) => part.split(/\r\n|\r|\n/));
}

function common(
  entry: Pick<CallEntry, 'key' | 'subject' | 'startedAt' | 'record' | 'userId'>,
  { status, timeZone }: TaskContext,
): Fields {
  return {
    Subject: cut(entry.subject, MOST_SUBJECT),
    Status: status,
    Priority: 'Normal',
    ActivityDate: localDate(entry.startedAt, timeZone),
    CallObject: entry.key,
    OwnerId: entry.userId,
    ...about(entry.record),
  };
}

/** People stand in WhoId, all else in WhatId; never both: a lead takes no WhatId (U9). */
function about(record: CrmRef | null): Fields {
  if (record === null) return {};
  return record.kind === 'contact' || record.kind === 'lead' ? { WhoId: record.id } : { WhatId: record.id };
}
