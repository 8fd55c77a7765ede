// SPDX-License-Identifier: MIT
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_RULES } from '../../src-shared/rules/team.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { CallView, ContactRef } from '../../src-shared/state.ts';
import { fakeHub, fakeSettings, silentLog } from '../../test/fakes.ts';
import { type AnswersOptions, createAnswers, localEntries } from './answers.ts';

const NOW = Date.parse('2026-05-18T10:00:00Z');
const fields = {
  ...{ event: 'NOTIFY_START', pbx_call_id: 'in_1', caller_id: '34600111222', called_did: '34912345678' },
  call_start: '2026-05-18 12:00:00',
};
const marta: ContactRef = { id: 1, name: 'Щербаков Юрий', company: null, url: null, responsible: '101' };

function stand(stored: Partial<Settings> = {}, change: Partial<AnswersOptions> = {}) {
  const hub = fakeHub(() => NOW);
  const settings = fakeSettings(hub, { extension: '101', accountOffsetMinutes: 120, ...stored });
  const record = vi.fn(async () => {});
  const contacts = new Map([['+34600111222', marta]]);
  const blacklist = new Set<string>();
  const entries = localEntries({
    contacts: { byNumber: async (number) => contacts.get(number) ?? null },
    blacklist: { has: async (number) => blacklist.has(number) },
  });
  const options = { hub, settings, entries, record, now: () => NOW, log: silentLog, ...change };
  const call = (phase: CallView['phase'], mine = true) => hub.patch({ calls: [{ phase, mine } as CallView] });
  return { answers: createAnswers(options), record, contacts, blacklist, call, settings };
}

describe('answers of an app alone', () => {
  it('send a contact to its responsible, by a name the phone can show, and are kept with their reason', async () => {
    const { answers, record } = stand();
    const answer = { redirect: '101', return_timeout: '15', caller_name: 'Shcherbakov Yuriy' };
    expect(await answers.answer(fields)).toEqual(answer);
    expect(record).toHaveBeenCalledExactlyOnceWith({
      ...{ pbxCallId: 'in_1', at: NOW, answer, reason: 'responsible', extension: '101' },
    });
  });

  it('go by the rules, the blacklist and my own calls', async () => {
    const { answers, record, blacklist, contacts, call, settings } = stand();
    let calls = 0;
    const reason = async (callerId = fields.caller_id): Promise<unknown> => {
      await answers.answer({ ...fields, pbx_call_id: `in_${++calls}`, caller_id: callerId });
      return (record.mock.lastCall as unknown as [{ reason: string }])[0].reason;
    };
    expect(await reason('600 111 222')).toBe('responsible');
    expect(await reason('0')).toBe('withheld');
    expect(await reason('34600999999')).toBe('unknown');
    call('talking');
    expect(await reason()).toBe('responsible-busy');
    call('ended');
    expect(await reason()).toBe('responsible');
    call('ringing', false);
    expect(await reason()).toBe('responsible');
    await settings.set({ dnd: true });
    expect(await reason()).toBe('responsible-away');
    contacts.set('+34600111222', { ...marta, responsible: '102' });
    expect(await reason()).toBe('responsible');
    contacts.set('+34600111222', { ...marta, responsible: '' });
    expect(await reason()).toBe('known');
    blacklist.add('+34600111222');
    expect(await reason()).toBe('blacklisted');
    contacts.clear();
    expect(await reason()).toBe('blacklisted');
    const off = { routeToResponsible: false, sendCallerName: false, refuseBlacklisted: false };
    await settings.set({ rules: { ...DEFAULT_RULES, ...off } });
    expect(await reason()).toBe('off');
  });

  it('are the same when the PBX asks again, although the call rings here by then', async () => {
    const { answers, record, call } = stand();
    const first = await answers.answer(fields);
    call('ringing');
    expect(await answers.answer(fields)).toEqual(first);
    expect(record).toHaveBeenCalledTimes(1);
    for (let n = 2; n < 200; n++) await answers.answer({ ...fields, pbx_call_id: `in_${n}` });
    expect(await answers.answer(fields)).toEqual({ caller_name: 'Shcherbakov Yuriy' });
  });

  it.each<[string, AnswersOptions['entries']]>([
    ['slow', { entryFor: () => new Promise(() => {}) }],
    ['failing', { entryFor: async () => Promise.reject(new Error('store')) }],
  ])('leave the call to the PBX when the store is %s', async (_name, entries) => {
    const { answers, record } = stand({}, { entries, budgetMs: 20 });
    expect(await answers.answer(fields)).toBeNull();
    expect(record).toHaveBeenCalledWith(expect.objectContaining({ reason: 'late', answer: null }));
  });

  it('are given although they cannot be kept, and kept only for a call with an id', async () => {
    const record = vi.fn(async () => Promise.reject(new Error('disk full')));
    const { answers } = stand({}, { record });
    expect(await answers.answer(fields)).toMatchObject({ redirect: '101' });
    expect(await answers.answer({ caller_id: '34600111222' })).toMatchObject({ redirect: '101' });
    expect(record).toHaveBeenCalledTimes(1);
  });
});
