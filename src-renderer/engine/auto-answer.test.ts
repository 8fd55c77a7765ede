// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinePolicy } from '../../src-shared/engine-protocol.ts';
import { askedToAnswerAfter, autoAnswer } from './auto-answer.ts';

describe('askedToAnswerAfter', () => {
  it.each([
    ['<http://localhost>;info=alert-autoanswer', null, 0],
    ['<http://localhost>;info=alert-autoanswer;delay=0', null, 0],
    ['info=alert-autoanswer', null, 0],
    ['Auto Answer', null, 0],
    ['<urn:x>;info=intercom', null, 0],
    ['<urn:x>;answer-after=3', null, 3],
    [null, '<sip:pbx.test>;answer-after=5', 5],
    [null, 'answer-after=0', 0],
    ['info=alert-autoanswer', '<sip:pbx.test>; answer-after="7"', 7],
    [null, '<sip:x>;answer-after=9999', 60],
    ['<http://x/ring.wav>;info=alert-external', null, null],
    ['intercommunal', null, null],
    [null, 'Auto Answer', null],
    [null, null, null],
  ])('%s and %s: %s', (alert, info, seconds) => expect(askedToAnswerAfter(alert, info)).toBe(seconds));

  it('takes whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (alert, info) => {
        const seconds = askedToAnswerAfter(alert, `;answer-after=${info}`) ?? 0;
        expect(seconds >= 0 && seconds <= 60).toBe(true);
      }),
    );
  });
});

describe('autoAnswer', () => {
  const policy = (change: Partial<LinePolicy> = {}): LinePolicy => ({
    dnd: false,
    autoAnswer: 'off',
    autoAnswerAfter: 1_000,
    expected: [],
    ...change,
  });
  const call = (answerAfter: number | null = null, number = '34600111222') => ({ number, answerAfter });
  const decide = (change: Partial<LinePolicy>, offered = call(), used = new Set<string>()) =>
    autoAnswer(policy(change), offered, used, 5_000);

  it('follows the policy and the header', () => {
    expect(decide({})).toBeNull();
    expect(decide({}, call(0))).toBeNull();
    expect(decide({ autoAnswer: 'header' })).toBeNull();
    expect(decide({ autoAnswer: 'header' }, call(0))?.after).toBe(1_000);
    expect(decide({ autoAnswer: 'header' }, call(4))?.after).toBe(4_000);
    expect(decide({ autoAnswer: 'always' })?.after).toBe(1_000);
    expect(decide({ autoAnswer: 'always', dnd: true })).toBeNull();
  });

  it('answers an expected call once, in time, in any spelling, in spite of do not disturb', () => {
    const expected = [{ number: '+34 600 111 222', until: 6_000 }];
    const first = decide({ expected, dnd: true });
    expect(first?.after).toBe(0);
    expect(decide({ expected }, call(), new Set([first?.expected ?? '']))).toBeNull();
    expect(decide({ expected: [{ number: '600111222', until: 5_000 }] })).toBeNull();
    expect(decide({ expected }, call(null, '34600111223'))).toBeNull();
  });

  it('knows a withheld number from a shown one', () => {
    const expected = [{ number: '', until: 6_000 }];
    expect(decide({ expected }, call(null, ''))?.after).toBe(0);
    expect(decide({ expected })).toBeNull();
  });
});
