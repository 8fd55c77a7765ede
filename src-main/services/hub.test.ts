// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { fakeHub } from '../../test/fakes.ts';

test('several patches in one turn are one message', async () => {
  const hub = fakeHub();
  const heard: number[] = [];
  hub.subscribe((state) => heard.push(state.missed));
  hub.patch({ missed: 1 });
  hub.patch({ missed: 2 });
  expect(hub.get().missed).toBe(2);
  await Promise.resolve();
  expect(heard).toEqual([2]);
});

test('a call that rings reaches the first listeners at once, all others and the disk after the head start', async () => {
  const hub = fakeHub();
  const heard: string[] = [];
  hub.subscribe((state) => heard.push(`main ${state.missed}`));
  hub.subscribe((state) => heard.push(`popup ${state.missed}`), 'first');
  hub.ring([]);
  expect(heard).toEqual(['popup 0']);
  hub.patch({ missed: 1 });
  await Promise.resolve();
  expect(heard).toEqual(['popup 0']);
  await hub.headStart();
  await Promise.resolve();
  expect(heard).toEqual(['popup 0', 'popup 1', 'main 1']);
  hub.patch({ missed: 2 });
  await hub.headStart();
  expect(heard.slice(3)).toEqual(['popup 2', 'main 2']);
});

test('whether its card is ready is told with the call that rings, and not again', async () => {
  const hub = fakeHub();
  const heard: (string | null)[] = [];
  hub.subscribe((_state, prepared) => heard.push(prepared), 'first');
  hub.subscribe((_state, prepared) => heard.push(prepared));
  hub.ring([], 'pbx:1');
  await hub.headStart();
  hub.ring([]);
  await hub.headStart();
  expect(heard).toEqual(['pbx:1', null, null, null, null, null]);
});

test('the same error within a minute renews its notice instead of adding one', () => {
  let now = 0;
  const hub = fakeHub(() => now);
  hub.notice({ code: 'mic.denied', params: {} });
  now = 30_000;
  hub.notice({ code: 'mic.denied', params: {} });
  expect(hub.get().notices).toEqual([{ id: 2, error: { code: 'mic.denied', params: {} }, at: 30_000 }]);
  now = 100_000;
  hub.notice({ code: 'mic.denied', params: {} });
  expect(hub.get().notices).toHaveLength(2);
  hub.dismiss(2);
  expect(hub.get().notices.map((notice) => notice.id)).toEqual([3]);
});

test('a flood of errors leaves the newest five', () => {
  const hub = fakeHub();
  for (let status = 0; status < 50; status += 1) hub.notice({ code: 'sip.server', params: { status } });
  expect(hub.get().notices.map((notice) => notice.error.params.status)).toEqual([45, 46, 47, 48, 49]);
});
