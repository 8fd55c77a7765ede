// SPDX-License-Identifier: MIT
import { expect, it, vi } from 'vitest';
import type { CrmSearchReply } from '../../../src-shared/crm/view.ts';
import { askCrms } from './crm-question.ts';

const REPLY: CrmSearchReply = { records: [], failed: ['own'] };

it('calls a question off that has no answer yet, once, and shows nothing of it', async () => {
  const first = Promise.withResolvers<CrmSearchReply>();
  const ask = vi.fn((text: string) => (text === '' ? Promise.reject(new Error('gone')) : first.promise));
  const show = vi.fn();
  const callOff = askCrms('marta', ask, show);
  callOff();
  callOff();
  first.resolve(REPLY);
  await first.promise;
  expect(ask.mock.calls).toEqual([['marta'], ['']]);
  expect(show).not.toHaveBeenCalled();
});

it('has nothing to call off once it is answered, or has failed', async () => {
  const show = vi.fn();
  const answered = vi.fn(async () => REPLY);
  const failed = vi.fn(() => Promise.reject(new Error('no main process')));
  const callOffs = [askCrms('marta', answered, show), askCrms('marta', failed, show)];
  await vi.waitFor(() => expect(show.mock.calls).toEqual([[REPLY], [{ records: [], failed: [] }]]));
  for (const callOff of callOffs) callOff();
  expect([answered, failed].map((ask) => ask.mock.calls)).toEqual([[['marta']], [['marta']]]);
});
