// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { createMemoryStore } from '../test/relay/memory-store.ts';
import { createMeters } from './meters.ts';

const valueIn = (page: string, line: string): string | undefined =>
  page
    .split('\n')
    .find((one) => one.startsWith(`${line} `))
    ?.slice(line.length + 1);

it('counts what happens, and has every counter from the start', () => {
  const meters = createMeters();
  expect(valueIn(meters.render(), 'megadial_relay_notifications_total{outcome="forged"}')).toBe('0');
  meters.notification('forged');
  meters.delivery.sent(30);
  meters.delivery.sent(-5);
  meters.watch({
    delivery: () => ({ desktops: 7, waiting: 3, behind: 1 }),
    connections: () => ({ open: 9, unfinished: 2, dropped: 4 }),
  });
  const page = meters.render();
  expect(valueIn(page, 'megadial_relay_notifications_total{outcome="forged"}')).toBe('1');
  expect(valueIn(page, 'megadial_relay_event_lag_seconds_bucket{le="0.001"}')).toBe('1');
  expect(valueIn(page, 'megadial_relay_event_lag_seconds_count')).toBe('2');
  expect(valueIn(page, 'megadial_relay_desktops')).toBe('7');
  expect(valueIn(page, 'megadial_relay_connections_dropped_total')).toBe('4');
  expect(Number(valueIn(page, 'process_resident_memory_bytes'))).toBeGreaterThan(1e6);
});

it('measures appends, also those that fail, and changes nothing about them', async () => {
  const meters = createMeters();
  const store = createMemoryStore();
  const { log, appendAndPut } = meters.store(store);
  const entry = { tenant: 'acme', audience: '101', hash: 'h1', receivedAt: 1, body: '{}' };
  const running = log.append([entry]);
  expect(valueIn(meters.render(), 'megadial_relay_store_queue')).toBe('1');
  await running;
  await appendAndPut([{ ...entry, hash: 'h2' }], { bucket: 'calls', key: 'acme/1', value: '{}', revision: 0 });
  store.failing = 'relay.full';
  await expect(log.append([entry])).rejects.toMatchObject({ code: 'relay.full' });
  expect(await log.bounds('acme')).toEqual({ oldest: 1, newest: 2 });
  const page = meters.render();
  expect(valueIn(page, 'megadial_relay_store_queue')).toBe('0');
  expect(valueIn(page, 'megadial_relay_store_append_seconds_count')).toBe('2');
});

it('counts answers by reason', () => {
  const meters = createMeters();
  meters.answered(20, 'unknown');
  const page = meters.render();
  expect(valueIn(page, 'megadial_relay_answers_total{reason="unknown"}')).toBe('1');
  expect(valueIn(page, 'megadial_relay_answers_total{reason="late"}')).toBe('0');
  expect(valueIn(page, 'megadial_relay_answer_seconds_bucket{le="0.025"}')).toBe('1');
});
