// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import type { CallView } from '../../src-shared/state.ts';
import { fakeHub, fakeSettings, fakeShell } from '../../test/fakes.ts';
import type { NotificationView, TrayView } from '../shell/api.ts';
import { watchAttention } from './attention.ts';
import { followDesktop } from './follow.ts';
import type { Phone } from './phone.ts';

function callView(values: Partial<CallView>): CallView {
  return {
    ...{ key: 'sip:s1', viewId: 'sip:s1', formerKeys: [], pbxCallId: null, direction: 'in', number: '+34600111222' },
    ...{ networkName: 'Ana', did: null, startedAt: 0, answeredAt: null, endedAt: null, duration: 0 },
    ...{ disposition: null, answeredBy: null, legs: [], causeCode: null, isRecorded: false, recordIds: [] },
    ...{ phase: 'ringing', contact: null, numberText: '600 11 12 22', didText: null, mine: true },
    session: {
      ...{ sessionId: 's1', direction: 'in', state: 'ringing', muted: false, hold: 'none', answeredAt: null },
    },
    ...values,
  } as CallView;
}

function setUp() {
  const hub = fakeHub();
  const settings = fakeSettings(hub);
  const { shell, told, emit } = fakeShell();
  const done: string[] = [];
  const phone = { answer: (key: string) => done.push(`answer ${key}`) } as unknown as Phone;
  watchAttention(shell, hub, phone);
  followDesktop({ shell, hub, settings });
  const show = async (...calls: CallView[]) => {
    hub.patch({ calls });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const names = () => told.map((one) => one.name).filter((name) => name !== 'setTray');
  const tray = () => told.findLast((one) => one.name === 'setTray')?.args[0] as TrayView;
  return { hub, settings, told, emit, done, show, names, tray };
}

test('a call that rings opens the popup, notifies and takes the keys', async () => {
  const { show, names, told } = setUp();
  await show(callView({}));
  expect(names()).toEqual(['showPopup', 'notify', 'setRingingKeys']);
  expect(told.find((one) => one.name === 'notify')?.args[0]).toMatchObject({ title: 'Ana', body: 'Incoming call' });
  await show();
  expect(names().slice(3)).toEqual(['hidePopup', 'closeNotification', 'setRingingKeys']);
});

test('undisturbed, a call that rings shows nothing; the call that I am in still has its popup', async () => {
  const { settings, show, names } = setUp();
  await settings.set({ dnd: true });
  await show(callView({}));
  expect(names()).toEqual(['setRingingKeys']);
  await show(callView({ phase: 'talking' }));
  expect(names()).toContain('showPopup');
  expect(names()).not.toContain('notify');
});

test('my own callback rings as what it is, also undisturbed, and the key answers it', async () => {
  const { settings, show, told, emit, done, names } = setUp();
  await settings.set({ dnd: true });
  await show(callView({ direction: 'out', networkName: null }));
  expect(names()).toContain('showPopup');
  const notification = told.find((one) => one.name === 'notify')?.args[0] as NotificationView;
  expect(notification).toMatchObject({ title: '600 11 12 22', body: 'Your callback: answer to be connected' });
  emit('hotkey', { name: 'answer' });
  expect(done).toEqual(['answer sip:s1']);
});

test('the tray switches do not disturb, and shows how it stands', async () => {
  const { settings, show, emit, tray } = setUp();
  await show();
  expect(tray()).toMatchObject({ dnd: false, labels: { dnd: 'Do not disturb' } });
  emit('tray-dnd', { on: true });
  await expect.poll(() => settings.get().dnd).toBe(true);
  await expect.poll(() => tray().dnd).toBe(true);
  expect(tray().tooltip).toContain('Do not disturb');
});

test('the notification gets its buttons when the INVITE follows the webhook', async () => {
  const { show, told } = setUp();
  const actions = () =>
    told.filter((one) => one.name === 'notify').map((one) => (one.args[0] as NotificationView).actions);
  await show(callView({ session: null }));
  await show(callView({}));
  await show(callView({ startedAt: 1 }));
  expect(actions()).toEqual([[], ['Answer', 'Decline']]);
});
