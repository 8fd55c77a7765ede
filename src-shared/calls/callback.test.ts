// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AskedCallback, CALLBACK_WINDOW, callbackFor, partyOf } from './callback.ts';
import type { SipEvent } from './events.ts';

const T0 = Date.UTC(2026, 4, 14, 7, 30, 0);
const OWN = ['101', '123456-101', '34912345678'];
const asked = (number: string, after = 0): AskedCallback => ({
  number,
  askedAt: T0 + after,
  until: T0 + after + CALLBACK_WINDOW,
});
const ring = (number: string, after = 1000) => ({ direction: 'in' as const, number, startedAt: T0 + after });

describe('the first leg of a callback', () => {
  it.each([
    ['the number asked for', '+34600111222'],
    ['the same without +', '34600111222'],
    ['the same as at home', '600111222'],
    ['our own number', '+34912345678'],
    ['our own extension', '101'],
    ['our own login', '123456-101'],
    ['nothing', ''],
    ['no number', 'anonymous'],
  ])('is known by %s', (_name, number) => {
    expect(callbackFor(ring(number), [asked('+34600111222')], OWN)?.number).toBe('+34600111222');
  });

  it.each([
    ['a customer who calls just then', ring('+34600999888')],
    ['a colleague', ring('102')],
    ['a call that rang before', ring('', -5000)],
    ['a call that comes too late', ring('+34600111222', CALLBACK_WINDOW + 1)],
    ['a call that I make', { ...ring('+34600111222'), direction: 'out' as const }],
  ])('is not %s', (_name, session) => {
    expect(callbackFor(session, [asked('+34600111222')], OWN)).toBeNull();
  });

  it('is that of the number shown, else that which waits longest', () => {
    const both = [asked('+34600111333', 500), asked('+34600111222')];
    expect(callbackFor(ring('34600111333'), both, OWN)?.number).toBe('+34600111333');
    expect(callbackFor(ring(''), both, OWN)?.number).toBe('+34600111222');
  });

  it('is never a foreign number, whatever was asked for', () => {
    const numbers = fc.stringMatching(/^\+346\d{8}$/);
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 4 }), numbers, fc.nat({ max: 90_000 }), (wanted, caller, after) => {
        const list = wanted.map((number, index) => asked(number, index * 100));
        const found = callbackFor(ring(caller, after), list, OWN);
        if (found !== null) expect(found.number).toBe(caller);
        else if (wanted.includes(caller)) expect(after).toBeGreaterThan(CALLBACK_WINDOW);
      }),
    );
  });
});

it('a claimed session is a call to the number asked for, any other what it says', () => {
  const session = { direction: 'in', number: '101' } as SipEvent;
  expect(partyOf(session)).toEqual({ direction: 'in', number: '101' });
  expect(partyOf({ ...session, callbackTo: '+34600111222' })).toEqual({ direction: 'out', number: '+34600111222' });
});
