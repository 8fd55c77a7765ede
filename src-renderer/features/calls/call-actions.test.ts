// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SessionLink } from '../../../src-shared/calls/model.ts';
import type { CallView } from '../../../src-shared/state.ts';
import { currentCall, isMixed, partnerOf, swap, toggleHold } from './call-actions.ts';

const asked: unknown[][] = [];
beforeEach(() => {
  vi.stubGlobal('window', {
    megadial: {
      invoke: async (...args: unknown[]) => {
        asked.push(args);
        return { ok: true, value: undefined };
      },
    },
  });
});
afterEach(() => {
  asked.length = 0;
  vi.unstubAllGlobals();
});

function call(key: string, state: SessionLink['state'], hold: SessionLink['hold'] = 'none'): CallView {
  return {
    viewId: key,
    key,
    formerKeys: [],
    pbxCallId: null,
    direction: 'in',
    number: '+34911222333',
    networkName: null,
    did: null,
    startedAt: 0,
    answeredAt: state === 'connected' ? 1 : null,
    endedAt: null,
    duration: 0,
    disposition: null,
    answeredBy: null,
    legs: [],
    session: { sessionId: `s-${key}`, direction: 'in', state, muted: false, hold, answeredAt: null },
    causeCode: null,
    isRecorded: false,
    recordIds: [],
    phase: state === 'connected' ? 'talking' : 'ringing',
    contact: null,
    numberText: '',
    didText: null,
    mine: true,
  };
}

const first = call('a', 'connected', 'local');
const second = call('b', 'connected');
const third = call('c', 'connected');

test('resuming one call holds the others first', async () => {
  await toggleHold({ calls: [first, second], conference: [] }, first);
  expect(asked).toEqual([
    ['call.hold', 'b', true],
    ['call.hold', 'a', false],
  ]);
});

test('swapping does the same from either call', async () => {
  for (const from of [first, second]) {
    asked.length = 0;
    await swap({ calls: [first, second], conference: [] }, from);
    expect(asked).toEqual([
      ['call.hold', 'b', true],
      ['call.hold', 'a', false],
    ]);
  }
});

test('only two connected calls are partners, and ringing ones do not count', () => {
  expect(partnerOf([first, second, call('r', 'ringing')], first)).toBe(second);
  expect(partnerOf([first, second, third], first)).toBeNull();
  expect(partnerOf([first], first)).toBeNull();
});

test('a call held within its mix goes on without holding the rest of the mix', async () => {
  const conference = ['s-a', 's-b'];
  expect(isMixed(conference, first)).toBe(true);
  expect(isMixed(['s-a'], first)).toBe(false);
  await toggleHold({ calls: [first, second], conference }, first);
  expect(asked).toEqual([['call.hold', 'a', false]]);
});

test('keys act on the focused call, else on the one talked in, else on the oldest', () => {
  expect(currentCall([first, second], 'a')).toBe(first);
  expect(currentCall([first, second], null)).toBe(second);
  expect(currentCall([first], null)).toBe(first);
  expect(currentCall([], null)).toBeNull();
});
