// SPDX-License-Identifier: MIT
import { beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { RelayEvent } from '../../src-shared/relay/protocol.ts';
import type { AnswerRecord, Reminder } from '../../src-shared/rules/team.ts';
import { silentLog } from '../../test/fakes.ts';
import { createTeamEvents } from './team-events.ts';

const feed = vi.fn(async () => undefined);
const addRaw = vi.fn(async () => true);
const addAnswer = vi.fn(async () => undefined);
const onReminder = vi.fn(async () => undefined);
const received = vi.fn(async () => undefined);
const handle = createTeamEvents({
  calls: { feed },
  store: { raw: { add: addRaw }, answers: { add: addAnswer } } as never,
  offsetMs: () => 2 * 3_600_000,
  messages: { received },
  ...{ onReminder, log: silentLog },
});
beforeEach(() => void vi.resetAllMocks());

const fields = {
  event: 'NOTIFY_INTERNAL',
  pbx_call_id: 'in_1',
  caller_id: '+34600111222',
  internal: '101',
  call_start: '2026-05-04 12:00:00',
};
const told = (extra: object = {}): RelayEvent => ({
  kind: 'notification',
  hash: 'h1',
  receivedAt: 1000,
  fields,
  verified: true,
  ...extra,
});

test('a notification is folded with the account’s clock, and kept as it came in the same breath', async () => {
  await handle(told());
  expect(feed).toHaveBeenCalledWith(
    expect.objectContaining({
      type: 'internal',
      internal: '101',
      callStart: Date.UTC(2026, 4, 4, 10),
      receivedAt: 1000,
    }),
    expect.objectContaining({ hash: 'h1', name: 'NOTIFY_INTERNAL', pbxCallId: 'in_1', fields: JSON.stringify(fields) }),
  );
  expect(addRaw).not.toHaveBeenCalled();
});

test('what nobody can check, and what is no part of a call, is only kept', async () => {
  await handle(told({ verified: false }));
  await handle(told({ fields: { event: 'NOTIFY_TOMORROW' } }));
  expect(addRaw.mock.calls).toMatchObject([
    [{ event: null }],
    [{ event: null, name: 'NOTIFY_TOMORROW', pbxCallId: null }],
  ]);
  expect(feed).not.toHaveBeenCalled();
});

test('a full disk is told on; what the store will never take as a call is kept as it came', async () => {
  feed.mockRejectedValueOnce(new AppError('store.disk-full'));
  await expect(handle(told())).rejects.toMatchObject({ code: 'store.disk-full' });
  expect(addRaw).not.toHaveBeenCalled();
  feed.mockRejectedValueOnce(new AppError('store.failed'));
  await handle(told());
  expect(addRaw).toHaveBeenCalledTimes(1);
  feed.mockRejectedValueOnce(new AppError('store.failed'));
  addRaw.mockRejectedValueOnce(new AppError('store.failed'));
  await expect(handle(told())).rejects.toMatchObject({ code: 'store.failed' });
});

test('answers and reminders go where they belong', async () => {
  const answer: AnswerRecord = { pbxCallId: 'in_1', at: 1, answer: null, reason: 'unknown', extension: null };
  const reminder = { id: 'in_1' } as Reminder;
  await handle({ kind: 'answer', hash: 'h', receivedAt: 1, answer });
  await handle({ kind: 'reminder', hash: 'h', receivedAt: 1, reminder });
  expect(addAnswer).toHaveBeenCalledWith(answer);
  expect(onReminder).toHaveBeenCalledWith(reminder);
});
