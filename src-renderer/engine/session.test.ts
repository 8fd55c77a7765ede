// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SipEvent } from '../../src-shared/calls/events.ts';
import { SessionRecord } from './session.ts';

const STATES = ['dialing', 'ringing', 'connecting', 'connected', 'ended'] as const;

function record(direction: 'in' | 'out') {
  const events: SipEvent[] = [];
  const identity = { number: '1', name: null };
  const session = new SessionRecord({ id: 's', direction, identity, extension: '101', report: (e) => events.push(e) });
  return { session, events };
}

it('tells of itself at once', () => {
  expect(record('out').events).toMatchObject([{ seq: 1, state: 'dialing', extension: '101' }]);
  expect(record('in').events).toMatchObject([{ seq: 1, state: 'ringing' }]);
});

it('rises in seq, never goes back, and ends once, whatever happens in whatever order', () => {
  const action = fc.oneof(
    fc
      .constantFrom('dialing', 'ringing', 'connecting', 'connected')
      .map((state) => ({ do: 'advance', state }) as const),
    fc.boolean().map((on) => ({ do: 'mute', on }) as const),
    fc.record({ local: fc.boolean(), remote: fc.boolean() }).map((hold) => ({ do: 'hold', hold }) as const),
    fc.constant({ do: 'end' } as const),
  );
  fc.assert(
    fc.property(fc.constantFrom('in', 'out'), fc.array(action), (direction, actions) => {
      const { session, events } = record(direction as 'in' | 'out');
      for (const act of actions) {
        if (act.do === 'advance') session.advance(act.state as 'ringing');
        else if (act.do === 'mute') session.mute(act.on);
        else if (act.do === 'hold') session.hold(act.hold);
        else session.end('failed');
      }
      session.end('hung-up');
      session.end('busy');
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const order = events.map(({ state }) => STATES.indexOf(state));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      expect(events.filter(({ state }) => state === 'ended')).toHaveLength(1);
      expect(events.at(-1)).toMatchObject({ state: 'ended' });
      expect(events.at(-1)?.endCause).not.toBeNull();
      const connected = events.some(({ state }) => state === 'connected');
      expect(events.at(-1)?.answeredAt === null).toBe(!connected);
    }),
  );
});
