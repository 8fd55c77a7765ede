// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Question, returnTimeout } from './routing.ts';
import { ANSWER_REASONS, DEFAULT_RULES, type DirectoryEntry, type RuleSettings } from './team.ts';

const marta: DirectoryEntry = { name: 'Marta Ibarra', responsible: '101', blacklisted: false, updatedAt: 1 };
const question: Question = {
  settings: DEFAULT_RULES,
  entry: marta,
  presence: 'free',
  extensions: ['101', '102'],
  now: Date.parse('2026-05-18T10:00:00Z'),
  offsetMinutes: 120,
  number: '+34600111222',
};
const ask = (change: Partial<Question>, rules: Partial<RuleSettings> = {}) =>
  decide({ ...question, ...change, settings: { ...DEFAULT_RULES, ...rules } });
const always = [{ days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440, timeZone: '' }];
const named = { caller_name: 'Marta Ibarra' };

describe('the answer to NOTIFY_START', () => {
  it('has the forms of the guide', () => {
    const route = { redirect: '101', return_timeout: '15' };
    expect(ask({}, { sendCallerName: false }).answer).toEqual(route);
    expect(ask({}, { routeToResponsible: false }).answer).toEqual(named);
    expect(ask({ entry: { ...marta, blacklisted: true } }).answer).toEqual({ redirect: 'blacklist' });
    expect(ask({ entry: { ...marta, name: 'Щербаков Юрий' } }).answer).toEqual({
      ...route,
      caller_name: 'Shcherbakov Yuriy',
    });
  });

  it.each<[string, Partial<Question>, Partial<RuleSettings>, ReturnType<typeof decide>]>([
    ['withheld', { number: '', entry: null }, {}, { answer: null, reason: 'withheld', extension: null }],
    ['nobody', { entry: null }, {}, { answer: null, reason: 'unknown', extension: null }],
    [
      'nobody responsible',
      { entry: { ...marta, responsible: null } },
      {},
      { answer: named, reason: 'known', extension: null },
    ],
    ['no name', { entry: { ...marta, name: '😀', responsible: null } }, {}, none('known')],
    ['busy', { presence: 'busy' }, {}, { answer: named, reason: 'responsible-busy', extension: '101' }],
    ['away', { presence: 'away' }, {}, { answer: named, reason: 'responsible-away', extension: '101' }],
    ['offline', { presence: 'offline' }, {}, { answer: named, reason: 'responsible-offline', extension: '101' }],
    ['quiet', {}, { quietHours: always }, { answer: named, reason: 'quiet-hours', extension: '101' }],
    [
      'quiet, blacklisted',
      { entry: { ...marta, blacklisted: true } },
      { quietHours: always },
      { answer: { redirect: 'blacklist' }, reason: 'blacklisted', extension: null },
    ],
    ['routing off', {}, { routeToResponsible: false }, { answer: named, reason: 'off', extension: '101' }],
    [
      'all off',
      { entry: { ...marta, blacklisted: true } },
      { routeToResponsible: false, sendCallerName: false, refuseBlacklisted: false },
      none('off'),
    ],
    ['an extension of nobody', { entry: { ...marta, responsible: '999' } }, {}, { ...none('known'), answer: named }],
    ['no extension', { entry: { ...marta, responsible: '0-main' } }, {}, { ...none('known'), answer: named }],
    ['a menu', { entry: { ...marta, responsible: '1234' } }, {}, { ...none('known'), answer: named }],
  ])('%s', (_name, change, rules, expected) => {
    expect(ask(change, rules)).toEqual(expected);
  });

  it('goes to a responsible who is busy or offline where the switches say so, and to one nobody knows of', () => {
    const rules = { leaveWhenBusy: false, leaveWhenOffline: false };
    for (const presence of ['free', 'busy', 'away', 'offline', null] as const) {
      expect(ask({ presence }, rules)).toMatchObject({ reason: 'responsible', extension: '101' });
    }
    expect(ask({ presence: null })).toMatchObject({ reason: 'responsible' });
    expect(ask({ extensions: null })).toMatchObject({ reason: 'responsible' });
  });

  it.each([
    [0, 0],
    [1, 3],
    [2.9, 3],
    [3, 3],
    [15, 15],
    [20.4, 20],
    [1e9, 600],
    [-1, 15],
    [Number.NaN, 15],
    [Number.POSITIVE_INFINITY, 15],
  ])('return timeout %d becomes %d', (seconds, sent) => {
    expect(returnTimeout(seconds)).toBe(sent);
  });

  const minute = fc.integer({ min: 0, max: 1440 });
  const rules: fc.Arbitrary<RuleSettings> = fc.record({
    routeToResponsible: fc.boolean(),
    returnTimeout: fc.double(),
    leaveWhenBusy: fc.boolean(),
    leaveWhenOffline: fc.boolean(),
    sendCallerName: fc.boolean(),
    callerNameMax: fc.integer({ min: -1, max: 100 }),
    refuseBlacklisted: fc.boolean(),
    quietHours: fc.array(
      fc.record({
        days: fc.array(fc.integer({ min: 0, max: 6 })),
        from: minute,
        to: minute,
        timeZone: fc.constantFrom('', 'Europe/Madrid', 'nowhere', 'America/New_York'),
      }),
      { maxLength: 3 },
    ),
    remindMissed: fc.boolean(),
  });
  const extension = fc.oneof(
    fc.constantFrom('101', '102', '0-1', 'blacklist', '1010', '10', '101\n', ' 101', '１０１'),
    fc.string(),
  );
  const entry: fc.Arbitrary<DirectoryEntry> = fc.record({
    name: fc.string({ unit: 'binary' }),
    responsible: fc.option(extension),
    blacklisted: fc.boolean(),
    updatedAt: fc.integer(),
  });
  const anything: fc.Arbitrary<Question> = fc.record({
    settings: rules,
    entry: fc.option(entry),
    presence: fc.constantFrom('free', 'busy', 'away', 'offline', null),
    extensions: fc.option(fc.array(fc.constantFrom('101', '102', '103', 'x'))),
    now: fc.integer({ min: 0, max: 4e12 }),
    offsetMinutes: fc.integer({ min: -840, max: 840 }),
    number: fc.constantFrom('', '+34600111222', '101'),
  });

  it('is total and the same each time, and tells the PBX nothing but what the guide knows', () => {
    fc.assert(
      fc.property(anything, (asked) => {
        const { answer, reason, extension: meant } = decide(asked);
        expect(decide(structuredClone(asked))).toEqual({ answer, reason, extension: meant });
        expect(ANSWER_REASONS).toContain(reason);
        for (const value of Object.values(answer ?? { none: 'x' })) expect(value).toMatch(/^[\x20-\x7e]+$/);
        const { redirect, return_timeout: back, ...rest } = answer ?? {};
        expect(Object.keys(rest)).toEqual(Object.keys(rest).filter((key) => key === 'caller_name'));
        if (redirect === undefined || redirect === 'blacklist') {
          expect(back).toBeUndefined();
        } else {
          expect(redirect).toMatch(/^[0-9]{3}$/);
          expect(asked.extensions ?? [redirect]).toContain(redirect);
          expect(redirect).toBe(meant);
          expect(Number(back) === 0 || Number(back) >= 3).toBe(true);
          expect(back).toMatch(/^\d+$/);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('refuses a blacklisted caller whatever else is set', () => {
    fc.assert(
      fc.property(anything, (asked) => {
        const settings = { ...asked.settings, refuseBlacklisted: true };
        const blacklisted = { ...(asked.entry ?? marta), blacklisted: true };
        const decision = decide({ ...asked, settings, entry: blacklisted, number: '+34600111222' });
        expect(decision).toEqual({ answer: { redirect: 'blacklist' }, reason: 'blacklisted', extension: null });
      }),
    );
  });
});

function none(reason: ReturnType<typeof decide>['reason']) {
  return { answer: null, reason, extension: null };
}
