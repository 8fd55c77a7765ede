// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndContext, type EndFacts, endCause, isAnsweredElsewhere } from './causes.ts';

const facts = (change: Partial<EndFacts>): EndFacts => ({
  by: 'remote',
  status: null,
  reason: null,
  broken: false,
  ...change,
});
const context = (change: Partial<EndContext>): EndContext => ({
  direction: 'out',
  answered: false,
  wish: 'none',
  ...change,
});

describe('endCause', () => {
  it.each([
    [486, 'busy'],
    [600, 'busy'],
    [404, 'not-found'],
    [410, 'not-found'],
    [484, 'not-found'],
    [604, 'not-found'],
    [408, 'no-answer'],
    [480, 'no-answer'],
    [487, 'cancelled'],
    [603, 'declined'],
    [403, 'failed'],
    [407, 'failed'],
    [503, 'failed'],
  ])('reads %d on a call of ours as %s', (status, cause) => {
    expect(endCause(facts({ status }), context({}))).toBe(cause);
  });

  it('calls what we did by its name', () => {
    expect(endCause(facts({ by: 'local' }), context({ wish: 'hang-up' }))).toBe('cancelled');
    expect(endCause(facts({ by: 'local' }), context({ direction: 'in', wish: 'reject' }))).toBe('declined');
    expect(endCause(facts({ by: 'local' }), context({ direction: 'in', wish: 'hang-up' }))).toBe('declined');
  });

  it('does not take a timeout of the library for our own cancelling', () => {
    expect(endCause(facts({ by: 'local' }), context({}))).toBe('failed');
  });

  it('knows the ends of an answered call', () => {
    expect(endCause(facts({}), context({ answered: true }))).toBe('hung-up');
    expect(endCause(facts({ broken: true }), context({ answered: true }))).toBe('failed');
    expect(endCause(facts({ broken: true }), context({ answered: true, wish: 'hang-up' }))).toBe('hung-up');
  });

  it('knows the ends of a call that rang here', () => {
    const ringing = context({ direction: 'in' });
    expect(endCause(facts({}), ringing)).toBe('cancelled');
    expect(endCause(facts({ reason: 'SIP;cause=200' }), ringing)).toBe('answered-elsewhere');
    expect(endCause(facts({ by: 'local', status: 408 }), ringing)).toBe('no-answer');
    expect(endCause(facts({ by: 'system', broken: true }), ringing)).toBe('failed');
  });

  it('never says that an unanswered call was hung up', () => {
    const arbitrary = fc.record({
      by: fc.constantFrom('local', 'remote', 'system'),
      status: fc.option(fc.integer({ min: 300, max: 699 })),
      reason: fc.option(fc.string()),
      broken: fc.boolean(),
    });
    const situation = fc.record({
      direction: fc.constantFrom('in', 'out'),
      wish: fc.constantFrom('reject', 'hang-up', 'none'),
    });
    fc.assert(
      fc.property(arbitrary, situation, (what, where) => {
        expect(endCause(what as EndFacts, { ...(where as EndContext), answered: false })).not.toBe('hung-up');
      }),
    );
  });
});

describe('isAnsweredElsewhere', () => {
  it.each([
    'SIP;cause=200;text="Call completed elsewhere"',
    'sip ; cause = 200',
    'Q.850;cause=26;text="Non-selected user clearing"',
    'Q.850;cause=16,SIP;cause=200',
  ])('is true for %s', (reason) => expect(isAnsweredElsewhere(reason)).toBe(true));

  it.each([null, '', 'SIP;cause=487', 'Q.850;cause=200', 'SIP;text="cause=200"', 'X;cause=26', ',;=,'])(
    'is false for %s',
    (reason) => expect(isAnsweredElsewhere(reason)).toBe(false),
  );
});
