// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClid, parseStatisticsRow } from './statistics.ts';
import { parseNotification } from './webhook.ts';
import { fixedZone } from './zone.ts';

const OFFSET = 7_200_000;
const ZONE = fixedZone(OFFSET);
const RECEIVED = Date.UTC(2026, 4, 14, 7, 30, 6);
const callStart = Date.UTC(2026, 4, 14, 7, 30, 5);
const common = { call_start: '2026-05-14 09:30:05', pbx_call_id: 'in_01' };
const base = { source: 'pbx', pbxCallId: 'in_01', callStart, receivedAt: RECEIVED };
const parse = (fields: Record<string, string>) => parseNotification(fields, OFFSET, RECEIVED);
const END = {
  duration: '62',
  disposition: 'answered',
  status_code: '16',
  is_recorded: '1',
  call_id_with_rec: '1781129241.26640977',
};
const end = {
  duration: 62,
  disposition: 'answered',
  causeCode: 16,
  isRecorded: true,
  recordId: '1781129241.26640977',
};

describe('notifications', () => {
  it.each<[Record<string, string>, object]>([
    [
      { event: 'NOTIFY_START', caller_id: '34600111222', called_did: '+34912345678' },
      { type: 'start', callerId: '+34600111222', did: '+34912345678' },
    ],
    [
      { event: 'notify_internal', caller_id: '0', called_did: '34912345678', internal: '101' },
      { type: 'internal', callerId: '', did: '+34912345678', internal: '101' },
    ],
    [
      { event: 'NOTIFY_INTERNAL_END', caller_id: '', called_did: '', internal: '' },
      { type: 'internal-end', callerId: '', did: '', internal: null },
    ],
    [
      { event: 'NOTIFY_ANSWER', caller_id: '+34600111222', destination: '101', internal: '123456-101' },
      { type: 'answer', callerId: '+34600111222', destination: '101', internal: '101' },
    ],
    [
      { event: 'NOTIFY_END', caller_id: '+34600111222', called_did: '912345678', last_internal: '102', ...END },
      { type: 'end', callerId: '+34600111222', did: '912345678', internal: null, lastInternal: '102', ...end },
    ],
    [
      { event: 'NOTIFY_OUT_START', internal: '100', destination: '34600111333' },
      { type: 'out-start', internal: '100', destination: '+34600111333', callerId: null },
    ],
    [
      {
        event: 'NOTIFY_OUT_END',
        internal: '100',
        destination: '+34600111333',
        caller_id: '+34912345678',
        ...END,
        is_recorded: '0',
        call_id_with_rec: '',
        disposition: 'no money, no limit',
        status_code: '',
        duration: '',
      },
      {
        type: 'out-end',
        internal: '100',
        destination: '+34600111333',
        callerId: '+34912345678',
        duration: 0,
        disposition: 'no-money',
        causeCode: null,
        isRecorded: false,
        recordId: null,
      },
    ],
  ])('$event', (fields, event) => {
    expect(parse({ ...common, ...fields })).toEqual({ ...base, ...event });
  });

  it('NOTIFY_RECORD', () => {
    const fields = { event: 'NOTIFY_RECORD', pbx_call_id: 'in_01', call_id_with_rec: '1781129241.26640977' };
    expect(parse(fields)).toEqual({
      source: 'pbx',
      type: 'record',
      pbxCallId: 'in_01',
      recordId: '1781129241.26640977',
      receivedAt: RECEIVED,
    });
    expect(parse({ ...fields, call_id_with_rec: '' })).toBeNull();
  });

  it('passes over what is no part of a call', () => {
    for (const event of ['NOTIFY_IVR', 'SMS', 'SPEECH_RECOGNITION', 'SOMETHING_NEW', '']) {
      expect(parse({ ...common, event })).toBeNull();
    }
    expect(parse({ event: 'NOTIFY_START', call_start: common.call_start })).toBeNull();
  });

  it('stands in with the time of receipt where the start is unreadable', () => {
    expect(parse({ ...common, event: 'NOTIFY_START', call_start: 'soon' })).toMatchObject({ callStart: RECEIVED });
  });

  it('never throws, and never lets anything but digits into a number', () => {
    const name = fc.constantFrom('caller_id', 'called_did', 'destination', 'internal', 'call_start', 'duration');
    const event = fc.constantFrom('NOTIFY_START', 'NOTIFY_END', 'NOTIFY_ANSWER', 'NOTIFY_OUT_END');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('<img onerror=1>34600111222'));
    fc.assert(
      fc.property(event, fc.dictionary(name, text), (kind, fields) => {
        const parsed = parse({ ...fields, event: kind, pbx_call_id: 'in_01' });
        if (parsed === null || !('callerId' in parsed)) throw new Error('no event');
        expect(parsed.callerId ?? '').toMatch(/^\+?[\d*#]*$/);
      }),
    );
  });
});

describe('statistics rows', () => {
  const row = { call_id: '1.2', sip: 101, callstart: common.call_start, disposition: 'call failed', seconds: 0 };

  it('takes the direction from the id before the question', () => {
    const out = { ...row, clid: '101', destination: '34600111222', pbx_call_id: 'out_01', is_recorded: 'false' };
    expect(parseStatisticsRow(out, ZONE, 'in')).toEqual({
      source: 'row',
      type: 'row',
      callId: '1.2',
      pbxCallId: 'out_01',
      direction: 'out',
      extension: '101',
      number: '+34600111222',
      did: null,
      networkName: null,
      callStart,
      duration: 0,
      disposition: 'failed',
      isRecorded: false,
    });
  });

  it('an hour that comes twice is the one its id was made in', () => {
    const zone = { offsetMs: 3_600_000, name: 'Europe/Madrid', certain: true } as const;
    const twice = { ...row, callstart: '2026-10-25 02:30:00' };
    for (const [seconds, hour] of [
      [1792888200, 0],
      [1792891800, 1],
    ] as const) {
      const parsed = parseStatisticsRow({ ...twice, call_id: `${seconds}.12345678` }, zone, 'in');
      expect(parsed?.callStart).toBe(Date.UTC(2026, 9, 25, hour, 30));
    }
    expect(parseStatisticsRow(twice, zone, 'in')?.callStart).toBe(Date.UTC(2026, 9, 25, 1, 30));
  });

  it('sees an extension or the number called in an incoming leg', () => {
    const incoming = { ...row, clid: 'Ana (+34600111222)' };
    const leg = parseStatisticsRow({ ...incoming, destination: 102 }, ZONE, 'in');
    expect(leg).toMatchObject({ extension: '102', did: null, number: '+34600111222', networkName: 'Ana' });
    const main = parseStatisticsRow({ ...incoming, destination: '34912345678', sip: '' }, ZONE, 'in');
    expect(main).toMatchObject({ extension: null, did: '+34912345678' });
  });

  it('skips rows without an id or a start, and nothing throws', () => {
    expect(parseStatisticsRow({ ...row, call_id: null }, ZONE, 'in')).toBeNull();
    expect(parseStatisticsRow({ ...row, callstart: '' }, ZONE, 'in')).toBeNull();
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseStatisticsRow(value, ZONE, 'in')).toBeNull();
      }),
    );
  });

  it.each([
    ['Name (48539923725)', 'Name', '+48539923725'],
    ['Paulina 101 (101)', 'Paulina 101', '101'],
    ['34600111222', null, '+34600111222'],
    ['(101)', null, '101'],
    ['Anonymous', 'Anonymous', ''],
    ['<b>x</b> (0)', '<b>x</b>', ''],
    ['', null, ''],
  ])('clid %s', (clid, name, number) => {
    expect(parseClid(clid)).toEqual({ name, number });
  });
});
