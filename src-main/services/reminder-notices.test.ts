// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest';
import { AppError } from '../../src-shared/errors.ts';
import type { ReminderView } from '../../src-shared/state.ts';
import { fakeHub, fakeSettings, fakeShell } from '../../test/fakes.ts';
import { notifyReminders } from './reminder-notices.ts';

const reminder = (id: string, extra: Partial<ReminderView> = {}): ReminderView => ({
  ...{ id, number: '+34600111222', numberText: '600 11 12 22', did: null, didText: null, contact: null },
  ...{ missedAt: 1, count: 2, extension: '101', state: 'snoozed', dueAt: 1, closed: null },
  ...extra,
});

test('one that was put off says once that it is due, and can be called back or put off from there', async () => {
  const hub = fakeHub();
  const settings = fakeSettings(hub);
  const { shell, told, emit } = fakeShell();
  const act = vi.fn(async () => ({ key: null }));
  notifyReminders(shell, hub, act);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  const calls = () => told.splice(0).map((one) => [one.name, ...one.args]);

  hub.patch({ reminders: [reminder('a', { state: 'open' })] });
  await settled();
  expect(calls()).toEqual([]);
  hub.patch({ reminders: [reminder('a')] });
  hub.patch({ missed: 1 });
  await settled();
  hub.patch({ missed: 2 });
  await settled();
  expect(calls()).toEqual([
    [
      'notify',
      {
        ...{ id: 'reminder:a', title: '600 11 12 22', body: '2 missed calls: call back now?' },
        ...{ urgent: false, actions: ['Call back', 'Later'] },
      },
    ],
  ]);
  emit('notification-action', { id: 'reminder:a', index: 0 });
  emit('notification-action', { id: 'reminder:a', index: 1 });
  emit('notification-action', { id: 'pbx:1', index: 0 });
  expect(act.mock.calls).toEqual([
    ['a', 'call', null],
    ['a', 'snooze', null],
  ]);
  hub.patch({ reminders: [] });
  await settled();
  expect(calls()).toEqual([['closeNotification', 'reminder:a']]);

  await settings.set({ dnd: true });
  hub.patch({ reminders: [reminder('b')] });
  await settled();
  expect(calls()).toEqual([]);
  // Disturbed again, it hears of what came due meanwhile.
  await settings.set({ dnd: false });
  await settled();
  expect(calls()).toHaveLength(1);

  act.mockRejectedValueOnce(new AppError('team.offline'));
  emit('notification-action', { id: 'reminder:b', index: 1 });
  await settled();
  expect(hub.get().notices).toMatchObject([{ error: { code: 'team.offline' } }]);
});
