// SPDX-License-Identifier: MIT
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { farewell } from './farewell.ts';
import { openPlaces } from './places.ts';
import { createBackoff } from './recovery.ts';
import { recordingLog } from './test-log.ts';

const dir = mkdtempSync(join(tmpdir(), 'megadial-places-'));
afterAll(() => rmSync(dir, { recursive: true }));
const { log } = recordingLog();
const MAIN = { x: -10, y: 20, width: 800, height: 600 };

test('places are kept over a restart', () => {
  const first = openPlaces(dir, log);
  expect(first.get().main).toBe(null);
  first.set({ main: MAIN });
  first.set({ linksClaimed: true });
  first.flush();
  expect(openPlaces(dir, log).get()).toEqual({ main: MAIN, mainMaximized: false, popup: null, linksClaimed: true });
});

test.each(['', 'null', '{"main":{"x":"1"}}', '[1]', '{"main":{"x":1e999,"y":0,"width":1,"height":1}}'])(
  'a broken file counts as none: %s',
  (text) => {
    writeFileSync(join(dir, 'window-state.json'), text);
    expect(openPlaces(dir, log).get()).toMatchObject({ main: null, linksClaimed: false });
    expect(readFileSync(join(dir, 'window-state.json'), 'utf8')).toBe(text);
  },
);

test('a page that dies again and again is loaded ever later, one that was well starts afresh', () => {
  const backoff = createBackoff();
  let now = 1_000_000;
  const delays = Array.from({ length: 7 }, () => {
    const delay = backoff.next(now);
    now += delay + 500;
    return delay;
  });
  expect(delays).toEqual([100, 1_000, 5_000, 15_000, 60_000, 60_000, 60_000]);
  expect(backoff.next(now + 3_600_000)).toBe(100);
});

test('quitting waits for everybody, also for those that fail, but not for ever', async () => {
  const order: string[] = [];
  const inTime = await farewell(({ waitFor }) => {
    waitFor(Promise.reject(new Error('no matter')));
    waitFor(new Promise((resolve) => setTimeout(resolve, 20)).then(() => order.push('saved')));
  });
  expect([inTime, order]).toEqual([true, ['saved']]);
  expect(await farewell(({ waitFor }) => waitFor(new Promise(() => {})), 20)).toBe(false);
  expect(await farewell(() => {})).toBe(true);
});
