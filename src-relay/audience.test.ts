// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExtension, readNamed } from './audience.ts';

const IN = `in_${'0'.repeat(40)}`;
const OUT = `out_${'0'.repeat(40)}`;
const CALLER = '+34600111222';
const named = (fields: Record<string, string>, verified = true) => readNamed({ fields, verified }, 1_000);

describe('who is in a call', () => {
  it.each([
    ['NOTIFY_START', {}, []],
    ['NOTIFY_INTERNAL', { internal: '101' }, ['101']],
    ['NOTIFY_INTERNAL', { internal: '123456-101' }, ['101']],
    ['NOTIFY_ANSWER', { destination: '102' }, ['102']],
    ['NOTIFY_ANSWER', { destination: '102', internal: '101' }, ['101', '102']],
    ['NOTIFY_ANSWER', { destination: CALLER }, []],
    ['NOTIFY_END', { internal: '101', last_internal: '102' }, ['101', '102']],
    ['notify_end', { last_internal: '102' }, ['102']],
    ['NOTIFY_RECORD', { call_id_with_rec: '1778743805.1', internal: '101' }, []],
    ['NOTIFY_INTERNAL', { internal: '*' }, []],
    ['NOTIFY_INTERNAL', { internal: 'control' }, []],
    ['NOTIFY_IVR', { internal: '101' }, []],
  ])('%s %o', (event, fields, extensions) => {
    expect(named({ event, pbx_call_id: IN, caller_id: CALLER, ...fields }).extensions).toEqual(extensions);
  });

  it('outgoing: who dialled, and perhaps whom', () => {
    const start = { event: 'NOTIFY_OUT_START', pbx_call_id: OUT, internal: '101', destination: '102' };
    expect(named(start)).toMatchObject({ extensions: ['101'], perhaps: '102' });
    expect(named({ ...start, destination: CALLER })).toMatchObject({ extensions: ['101'], perhaps: null });
    const answer = { event: 'NOTIFY_ANSWER', pbx_call_id: OUT, destination: '112' };
    expect(named(answer)).toMatchObject({ extensions: [], perhaps: '112' });
  });

  it('nobody, by what cannot be verified or has no call', () => {
    expect(named({ event: 'NOTIFY_INTERNAL', pbx_call_id: IN, internal: '101' }, false).extensions).toEqual([]);
    expect(named({ event: 'NOTIFY_INTERNAL', internal: '101' })).toMatchObject({ callId: null, extensions: [] });
  });

  it('never anything that is no extension, whatever is sent', () => {
    const anyFields = fc.dictionary(
      fc.constantFrom('pbx_call_id', 'internal', 'last_internal', 'destination', 'caller_id', 'disposition'),
      fc.oneof(fc.string(), fc.constantFrom('*', '101', IN, OUT, 'control', '0', 'answered')),
    );
    const event = fc.constantFrom('NOTIFY_INTERNAL', 'NOTIFY_ANSWER', 'NOTIFY_END', 'NOTIFY_OUT_START', 'SMS', '');
    fc.assert(
      fc.property(anyFields, event, (fields, name) => {
        const { extensions, perhaps } = named({ ...fields, event: name });
        for (const one of [...extensions, ...(perhaps === null ? [] : [perhaps])]) expect(isExtension(one)).toBe(true);
      }),
    );
  });
});

describe('a conversation', () => {
  it.each([
    ['NOTIFY_ANSWER', IN, { destination: '101' }, { number: CALLER, by: '101' }],
    ['NOTIFY_ANSWER', IN, { destination: '34911222333' }, { number: CALLER, by: null }],
    // Perhaps only the agent's own phone, called by the PBX.
    ['NOTIFY_ANSWER', OUT, { destination: '34911222333' }, null],
    ['NOTIFY_END', IN, { disposition: 'answered', last_internal: '101' }, { number: CALLER, by: '101' }],
    // A menu answered.
    ['NOTIFY_END', IN, { disposition: 'answered' }, null],
    ['NOTIFY_END', IN, { disposition: 'cancel', last_internal: '101' }, null],
    [
      'NOTIFY_OUT_END',
      OUT,
      { disposition: 'answered', duration: '9', destination: CALLER },
      { number: CALLER, by: null },
    ],
    ['NOTIFY_OUT_END', OUT, { disposition: 'answered', duration: '0', destination: CALLER }, null],
    ['NOTIFY_OUT_END', OUT, { disposition: 'busy', destination: CALLER }, null],
    ['NOTIFY_ANSWER', IN, { destination: '101', caller_id: '0' }, null],
  ])('%s %s %o', (event, pbx_call_id, fields, spokeWith) => {
    expect(named({ event, pbx_call_id, caller_id: CALLER, ...fields }).spokeWith).toEqual(spokeWith);
  });
});
