// SPDX-License-Identifier: MIT
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppHandle } from '../e2e/support/app.ts';
import { invoke, launchFixture } from './fixture-app.ts';

let app: AppHandle;
let page: Page;

beforeAll(async () => {
  app = await launchFixture();
  page = await app.window('main');
});
afterAll(() => app.quit());

test('the preload ran before the page, in a world of its own', async () => {
  expect(await page.evaluate(() => window.seenAtStart)).toEqual({
    bridge: 'object',
    require: 'undefined',
    process: 'undefined',
    secret: 'undefined',
  });
  expect(await page.evaluate(() => window.bridge.kind)).toBe('--window-kind=main');
  expect(
    await page.evaluate(() => Object.getOwnPropertyNames(window).filter((name) => /double|electron|ipc/i.test(name))),
  ).toEqual([]);
});

test('a sandboxed preload gets electron, events, timers and url, and no Node', async () => {
  const sandbox = await page.evaluate(() => window.bridge.sandbox);
  expect(sandbox).toMatchObject({
    nodeFs: 'module not found: node:fs',
    dirname: '__dirname is not defined',
    events: 'function',
    type: 'renderer',
    sandboxed: true,
    afterFirstScript: 'undefined',
  });
});

test('an exposed object is frozen, deep, and its name is taken', async () => {
  const seen = await page.evaluate(() => {
    const { nested } = window.bridge;
    return {
      frozen: Object.isFrozen(window.bridge) && Object.isFrozen(nested) && Object.isFrozen(nested.list[1]),
      date: nested.date instanceof Date && nested.date.getTime(),
      map: nested.map instanceof Map && nested.map.get('a'),
      writable: Object.getOwnPropertyDescriptor(window, 'bridge')?.writable,
      again: window.exposedAgain,
    };
  });
  expect(seen).toEqual({
    frozen: true,
    date: 0,
    map: 1,
    writable: false,
    again: 'Cannot bind an API on top of an existing property on the window object',
  });
});

test('functions and promises cross between the worlds in both directions', async () => {
  const seen = await page.evaluate(async () => {
    const own = (value: number) => value * 3;
    const caught = (run: () => unknown) => {
      try {
        return run();
      } catch (error) {
        return [error instanceof Error, (error as Error).message];
      }
    };
    return {
      twice: window.bridge.twice(own, 2),
      same: window.bridge.same(own) === own,
      later: await window.bridge.later({ deep: [undefined, 1n] }),
      thrown: caught(() => window.bridge.fail()),
      throughTwo: caught(() =>
        window.bridge.twice(() => {
          throw new Error('thrown in the page');
        }, 1),
      ),
      rejected: await window.bridge.failLater().catch((error: Error) => error.message),
      node: caught(() => window.bridge.same(document.body)),
      symbol: caught(() => window.bridge.same(Symbol('x'))),
    };
  });
  expect(seen).toEqual({
    twice: 18,
    same: true,
    later: { value: { deep: [undefined, 1n] } },
    thrown: [true, 'thrown in the preload'],
    throughTwo: [true, 'thrown in the page'],
    rejected: 'rejected in the preload',
    node: [true, 'An object could not be cloned.'],
    symbol: [true, 'An object could not be cloned.'],
  });
});

test('messages are cloned both ways as structured clone does it', async () => {
  const failures = await page.evaluate(async () => {
    const cyclic: Record<string, unknown> = { name: 'cyclic' };
    cyclic.self = cyclic;
    const shared = { shared: true };
    const values: Record<string, unknown> = {
      undefined: undefined,
      numbers: [Number.NaN, Number.NEGATIVE_INFINITY, -0, 1.5],
      bigint: 12345678901234567890n,
      map: new Map<unknown, unknown>([[{ key: 1 }, new Set([1, 'two'])]]),
      date: new Date(1_700_000_000_000),
      bytes: new Uint8Array([1, 2, 255]),
      buffer: new Uint8Array([9, 8]).buffer,
      regexp: /a+/gi,
      error: new RangeError('too far'),
      sparse: [1, undefined, 3],
      text: 'ünïcödé \u2028 " \\ \ud83d\ude00',
      tagged: ['u'],
      shared: [shared, shared],
      cyclic,
    };
    const same = (a: unknown, b: unknown, seen = new Set<unknown>()): boolean => {
      if (Object.is(a, b)) return true;
      if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
      if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false;
      if (seen.has(a)) return true;
      seen.add(a);
      if (a instanceof Date) return a.getTime() === (b as Date).getTime();
      if (a instanceof RegExp) return String(a) === String(b);
      if (a instanceof Error) return a.message === (b as Error).message && a.name === (b as Error).name;
      if (a instanceof ArrayBuffer) return same([...new Uint8Array(a)], [...new Uint8Array(b as ArrayBuffer)], seen);
      if (a instanceof Map || a instanceof Set) return same([...a], [...(b as Set<unknown>)], seen);
      const keys = Object.keys(a);
      return (
        keys.length === Object.keys(b).length &&
        keys.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], seen))
      );
    };
    const wrong: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      // An error loses its class between worlds, as in Electron; across processes it keeps it: sent alone it is seen twice.
      const [back] = (await window.bridge.invoke('echo', value)) as unknown[];
      if (name === 'error' ? (back as Error).message !== 'too far' : !same(value, back)) wrong.push(name);
    }
    const [list] = (await window.bridge.invoke('echo', values.shared)) as [unknown[]];
    if (list[0] !== list[1]) wrong.push('identity');
    return wrong;
  });
  expect(failures).toEqual([]);
});

test('what fails in main arrives as Electron words it', async () => {
  const messages = await page.evaluate(() =>
    Promise.all(
      ['fail', 'unclonable', 'nobody'].map((channel) =>
        window.bridge.invoke(channel).catch((error: Error) => error.message),
      ),
    ),
  );
  expect(messages).toEqual([
    "Error invoking remote method 'fail': TypeError: no such thing",
    "Error invoking remote method 'unclonable': Error: An object could not be cloned.",
    "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
  ]);
});

test('main pushes to a window; the unsubscribe function that crossed the bridge works', async () => {
  const heard = await page.evaluate(async () => {
    const values: unknown[] = [];
    let next: () => void = () => undefined;
    const once = () => new Promise<void>((resolve) => (next = resolve));
    const off = window.bridge.on('pushed', (value) => {
      values.push(value);
      next();
    });
    let heardOne = once();
    window.bridge.send('push', { n: 1 });
    await heardOne;
    off();
    window.bridge.send('push', { n: 2 });
    const offAgain = window.bridge.on('pushed', () => next());
    heardOne = once();
    window.bridge.send('push', { n: 3 });
    await heardOne;
    offAgain();
    return values;
  });
  expect(heard).toEqual([{ n: 1 }]);
});

test('a sub-frame is told apart from its window', async () => {
  expect(await invoke(page, 'sender')).toEqual({
    url: 'app://fixture/main/',
    origin: 'app://fixture',
    top: true,
    isMain: true,
    contents: 'app://fixture/main/',
  });
  const fromFrame = await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.src = '/popup/?inside';
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
    document.body.append(frame);
    await loaded;
    const answer = await (frame.contentWindow as Window).bridge.invoke('sender');
    frame.remove();
    return answer;
  });
  expect(fromFrame).toEqual({
    url: 'app://fixture/popup/?inside',
    origin: 'app://fixture',
    top: false,
    isMain: false,
    contents: 'app://fixture/main/',
  });
});

test('what the double does not have, and what is unsafe, throws', async () => {
  expect(await invoke(page, 'try', 'unknown')).toBe('the double has no electron.app.somethingNew');
  expect(await invoke(page, 'try', 'unsafe')).toBe('the double runs sandboxed pages only: webPreferences.sandbox');
  expect(await invoke(page, 'try', 'accelerator')).toBe(
    'Error processing argument at index 0, conversion failure from Ctrl+Nonsense',
  );
});
