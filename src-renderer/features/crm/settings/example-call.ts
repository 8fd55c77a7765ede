// SPDX-License-Identifier: MIT
import type { Call } from '../../../../src-shared/calls/model.ts';
import type { CallEntry, CrmRecord } from '../../../../src-shared/crm/model.ts';
import { callEntry, chatEntry, type JournalContext } from '../../../../src-shared/journal/entry.ts';
import type { JournalTexts } from '../../../../src-shared/journal/texts.ts';

export type TextName = keyof JournalTexts;

/** A day that was: the texts are shown as they will read, not with today's date. */
const STARTED = Date.UTC(2026, 10, 20, 8, 14, 5);

const RECORD: CrmRecord = {
  ...{ connector: 'crm', kind: 'contact', id: '42', name: 'Clara Ibáñez', company: 'Talleres Ibáñez' },
  ...{ email: 'clara@ibanez.example', phones: ['+34911222333'], url: null, owner: null },
};

type Agent = { readonly extension: string; readonly name: string; readonly email: string };

const CALLS: Readonly<Record<Exclude<TextName, 'chatSubject'>, CallEntry['callType']>> = {
  subject: 'Inbound',
  answeredInbound: 'Inbound',
  missed: 'Missed',
  answeredOutbound: 'Outbound',
  unansweredOutbound: 'Notanswered',
};

/** What a text becomes for an example call or conversation: one line, as the CRM will show it. */
export function previewOf(
  name: TextName,
  texts: JournalTexts,
  { agent, offsetMinutes, outcome, note }: { agent: Agent; offsetMinutes: number; outcome: string; note: string },
): string {
  const context: JournalContext = {
    record: RECORD,
    agent: { ...agent, userId: null },
    texts,
    offsetMinutes,
    recordingUrl: 'https://recordings.example/1',
    note,
    disposition: outcome,
  };
  if (name === 'chatSubject') {
    const messages = [{ at: STARTED, from: 'customer', text: '…' }] as const;
    return chatEntry('sp:0', RECORD.phones[0] ?? '', messages, 'task', context).subject;
  }
  const entry = callEntry(exampleCall(CALLS[name], agent.extension), 'sp:0', context);
  return (name === 'subject' ? entry?.subject : entry?.text) ?? '';
}

function exampleCall(type: CallEntry['callType'], extension: string): Call {
  const answered = type === 'Inbound' || type === 'Outbound';
  const direction = type === 'Inbound' || type === 'Missed' ? 'in' : 'out';
  return {
    ...{ key: 'pbx:0', formerKeys: [], pbxCallId: '0', direction, number: '+34911222333', networkName: null },
    ...{ did: '34912345678', startedAt: STARTED, answeredAt: answered ? STARTED + 7_000 : null },
    ...{ endedAt: STARTED + 120_000, duration: answered ? 113 : 0 },
    disposition: answered ? 'answered' : 'no-answer',
    answeredBy: answered ? extension : null,
    ...{ legs: [], session: null, causeCode: null, isRecorded: true, recordIds: [], phase: 'ended' },
  };
}
