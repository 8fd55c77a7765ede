// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { CallEntry, ChatEntry, CrmRef } from '../../../../src-shared/crm/model.ts';
import { localDate } from '../common/local-date.ts';
import { callTask, chatTask } from './task.ts';

const entry: CallEntry = {
  key: 'sp:6f1c2b0e9a7d4e51',
  callType: 'Inbound',
  record: null,
  number: '+442079460123',
  name: 'Marta Ibarra',
  extension: '101',
  agentName: '',
  agentEmail: '',
  userId: null,
  startedAt: Date.UTC(2026, 10, 20, 23, 30),
  establishedAt: null,
  endedAt: 0,
  durationSeconds: 0,
  subject: 's',
  text: 't',
  recordingUrl: null,
  note: '',
  disposition: '',
};
const context = { status: 'Completed', timeZone: 'Europe/Madrid' };
const ref = (kind: CrmRef['kind']): CrmRef => ({ connector: 'salesforce', kind, id: 'x' });

it('the date is the one where the person is', () => {
  expect(callTask(entry, context).ActivityDate).toBe('2026-11-21');
  expect(callTask(entry, { ...context, timeZone: 'America/Lima' }).ActivityDate).toBe('2026-11-20');
  expect(localDate(Date.UTC(2026, 0, 5), 'UTC')).toBe('2026-01-05');
});

it.each([
  ['Inbound', 'Inbound'],
  ['Missed', 'Inbound'],
  ['Outbound', 'Outbound'],
  ['Notanswered', 'Outbound'],
] as const)('%s is logged as %s', (callType, type) => {
  expect(callTask({ ...entry, callType }, context).CallType).toBe(type);
});

it.each([
  ['contact', 'WhoId', 'WhatId'],
  ['lead', 'WhoId', 'WhatId'],
  ['company', 'WhatId', 'WhoId'],
  ['deal', 'WhatId', 'WhoId'],
] as const)('a %s is named in %s alone', (kind, there, not) => {
  const task = callTask({ ...entry, record: ref(kind) }, context);
  expect([task[there], task[not]]).toEqual(['x', undefined]);
});

it('nothing is longer than its field', () => {
  const long = { ...entry, subject: 'ß'.repeat(400), text: '😀'.repeat(20_000), disposition: 'd'.repeat(300) };
  const task = callTask(long, context);
  expect([String(task.Subject).length, String(task.CallDisposition).length]).toEqual([255, 255]);
  expect(String(task.Description).length).toBeLessThanOrEqual(32_000);
  expect(String(task.Description).isWellFormed()).toBe(true);
});

it('text, note and recording stand below each other, the recording once', () => {
  const recordingUrl = 'https://pbx.example/r';
  expect(callTask({ ...entry, note: 'n', recordingUrl }, context).Description).toBe(`t\nn\n${recordingUrl}`);
  expect(callTask({ ...entry, text: `t ${recordingUrl}`, recordingUrl }, context).Description).toBe(
    `t ${recordingUrl}`,
  );
});

it('a chat is no logged call', () => {
  const chat: ChatEntry = { ...entry, messages: [], as: 'task' };
  expect(chatTask(chat, context)).toMatchObject({ Description: 't', CallObject: entry.key, Status: 'Completed' });
  expect(chatTask(chat, context)).not.toHaveProperty('TaskSubtype');
});
