// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../calls/model.ts';
import type { CrmRecord } from '../crm/model.ts';
import { callEntry, chatEntry, type JournalContext } from './entry.ts';
import { DEFAULT_TEXTS } from './texts.ts';
import { CALL_VARIABLES, CHAT_VARIABLES, clockDuration, render, stamp, unknownVariables } from './variables.ts';

const START = Date.UTC(2026, 10, 20, 8, 14, 0);
const call: Call = {
  key: 'pbx:in_1',
  formerKeys: [],
  pbxCallId: 'in_1',
  direction: 'in',
  number: '+34600111222',
  networkName: null,
  did: '+34911234567',
  startedAt: START,
  answeredAt: START + 5_000,
  endedAt: START + 206_000,
  duration: 201,
  disposition: 'answered',
  answeredBy: '101',
  legs: [],
  session: null,
  causeCode: 16,
  isRecorded: false,
  recordIds: [],
  phase: 'ended',
};
const record: CrmRecord = {
  connector: 'own',
  kind: 'contact',
  id: 'C-77',
  name: 'Marta Ibarra',
  company: null,
  email: null,
  phones: [],
  url: null,
  owner: null,
};
const context: JournalContext = {
  record,
  agent: { extension: '101', name: 'Sile O Hara', email: 'ohara@example.com', userId: '7' },
  texts: DEFAULT_TEXTS.en,
  offsetMinutes: 60,
  recordingUrl: null,
  note: '',
  disposition: '',
};

describe('texts', () => {
  it('fills variables in whatever their case, and leaves what has no value empty', () => {
    expect(render('[name]|[Number]|[Nothing]|[ ]|[Na me]|[LineBreak]|', { Name: 'Ana', Number: '[Name]' })).toBe(
      'Ana|[Name]||[ ]|[Na me]|\n|',
    );
    expect(unknownVariables('[Name] [Nmae] [nmae2] [Number]', CALL_VARIABLES)).toEqual(['Nmae', 'nmae2']);
  });

  it('never expands a value again', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(render('<[Name]>', { Name: name })).toBe(`<${name}>`);
      }),
    );
    expect(render('[Name]', { Name: '$& $1 [Number]' })).toBe('$& $1 [Number]');
  });

  it('knows its own variables in every language', () => {
    for (const { chatSubject, ...calls } of Object.values(DEFAULT_TEXTS)) {
      for (const text of Object.values(calls)) expect(unknownVariables(text, CALL_VARIABLES)).toEqual([]);
      expect(unknownVariables(chatSubject, CHAT_VARIABLES)).toEqual([]);
    }
  });

  it('writes durations and times one way', () => {
    expect([0, 61, 3_661, 360_000].map(clockDuration)).toEqual(['00:00:00', '00:01:01', '01:01:01', '100:00:00']);
    expect(stamp(START, 60)).toBe('2026-11-20 09:14:00');
    expect(stamp(null, 60)).toBe('');
  });
});

describe('entries', () => {
  it('tell an answered call in the account\u2019s time', () => {
    expect(callEntry(call, 'sp:1', context)).toMatchObject({
      key: 'sp:1',
      callType: 'Inbound',
      record: { connector: 'own', kind: 'contact', id: 'C-77' },
      durationSeconds: 201,
      subject: 'Megadial call: Inbound +34600111222',
      text: '2026-11-20 09:14: answered incoming call from +34600111222 Marta Ibarra, agent 101, 00:03:21',
    });
  });

  it('have the four kinds, and none while the call goes on', () => {
    const missed = { ...call, answeredAt: null, disposition: 'cancelled', duration: 0 } as const;
    expect(callEntry(missed, 'k', context)).toMatchObject({ callType: 'Missed', establishedAt: null });
    expect(callEntry({ ...call, direction: 'out' }, 'k', context)?.callType).toBe('Outbound');
    expect(callEntry({ ...missed, direction: 'out' }, 'k', context)?.callType).toBe('Notanswered');
    expect(callEntry({ ...call, phase: 'talking' }, 'k', context)).toBeNull();
  });

  it('give the recording\u2019s address under both of its names', () => {
    const texts = { ...context.texts, answeredInbound: '[RecordingUrl] [RecordingHyperLink]' };
    const recordingUrl = 'https://recordings.example/1?a=1&b=2';
    expect(unknownVariables(texts.answeredInbound, CALL_VARIABLES)).toEqual([]);
    expect(callEntry(call, 'k', { ...context, texts, recordingUrl })?.text).toBe(`${recordingUrl} ${recordingUrl}`);
    expect(callEntry(call, 'k', { ...context, texts })?.text).toBe('');
  });

  it('leave a name empty that is not known', () => {
    const entry = callEntry(call, 'k', { ...context, record: null });
    expect(entry).toMatchObject({ record: null, name: '' });
    expect(entry?.text).toBe('2026-11-20 09:14: answered incoming call from +34600111222 , agent 101, 00:03:21');
  });

  it('tell a conversation line by line', () => {
    const messages = [
      { at: START, from: 'customer', text: 'Hi [Name]' },
      { at: START + 60_000, from: 'agent', text: 'Hello' },
    ] as const;
    expect(chatEntry('sp:2', '+34600111222', messages, 'task', context)).toMatchObject({
      subject: 'Megadial messages with +34600111222 Marta Ibarra',
      text: '09:14 Marta Ibarra: Hi [Name]\n09:15 Sile O Hara: Hello',
      startedAt: START,
      endedAt: START + 60_000,
      as: 'task',
    });
  });
});
