// SPDX-License-Identifier: MIT
import { ANSWER_REASONS, type AnswerReason } from '../src-shared/rules/team.ts';
import type { Connections } from './connections.ts';
import { createMetrics, SECONDS_BUCKETS } from './metrics.ts';
import type { Delivery, DeliveryMeters } from './parts.ts';
import type { RelayStore } from './store/api.ts';
import type { Outcome } from './webhook.ts';

/** What `/metrics` tells of a relay; docs/relay.md explains each. */
export type Meters = {
  notification(outcome: Outcome): void;
  readonly delivery: DeliveryMeters;
  /** The same store, with the time each append takes. */
  store(store: RelayStore): RelayStore;
  /** NOTIFY_START was answered, after so many milliseconds. */
  answered(ms: number, reason: AnswerReason): void;
  /** The numbers that are asked for at each scrape. */
  watch(sources: Watched): void;
  render(): string;
};

export type Watched = {
  readonly delivery: () => ReturnType<Delivery['counts']>;
  readonly connections: () => ReturnType<Connections['counts']>;
};

const OUTCOMES: readonly Outcome[] = ['accepted', 'forged', 'wrongSource', 'refused', 'unavailable', 'failed'];

/** @param now milliseconds of a clock that is never set */
export function createMeters(now: () => number = () => performance.now()): Meters {
  const metrics = createMetrics();
  const notifications = metrics.counter('megadial_relay_notifications_total', 'Notifications of the PBX by outcome.');
  const answers = metrics.counter('megadial_relay_answers_total', 'Answers to NOTIFY_START by reason.');
  const answering = metrics.histogram(
    'megadial_relay_answer_seconds',
    'Time until the answer to NOTIFY_START was known.',
    SECONDS_BUCKETS,
  );
  const appending = metrics.histogram(
    'megadial_relay_store_append_seconds',
    'Time until events were durable.',
    SECONDS_BUCKETS,
  );
  const lag = metrics.histogram(
    'megadial_relay_event_lag_seconds',
    'Time from taking an event to writing it to a desktop.',
    SECONDS_BUCKETS,
  );
  // Counters are there from the start: one that appears with its first event hides that event from rate().
  for (const outcome of OUTCOMES) notifications.add({ outcome }, 0);
  for (const reason of ANSWER_REASONS) answers.add({ reason }, 0);
  let appends = 0;
  metrics.gauge('megadial_relay_store_queue', 'Appends waiting to become durable.', () => appends);
  metrics.gauge('process_resident_memory_bytes', 'Memory of this process.', () => process.memoryUsage.rss());
  metrics.total('process_cpu_seconds_total', 'Processor time of this process.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });

  async function timed<R>(append: Promise<R>): Promise<R> {
    const start = now();
    appends++;
    try {
      const result = await append;
      appending.observe((now() - start) / 1000);
      return result;
    } finally {
      appends--;
    }
  }

  return {
    notification: (outcome) => notifications.add({ outcome }),
    // Two nodes' clocks may differ; an event is not written before it was taken.
    delivery: { sent: (lagMs) => lag.observe(Math.max(0, lagMs) / 1000) },
    store: (store) => ({
      ...store,
      log: { ...store.log, append: (entries) => timed(store.log.append(entries)) },
      appendAndPut: (entries, put) => timed(store.appendAndPut(entries, put)),
    }),
    answered(ms, reason) {
      answering.observe(ms / 1000);
      answers.add({ reason });
    },
    watch({ delivery, connections }) {
      metrics.gauge('megadial_relay_desktops', 'Desktops connected to this node.', () => delivery().desktops);
      metrics.gauge('megadial_relay_desktops_behind', 'Desktops that read from the log.', () => delivery().behind);
      metrics.gauge('megadial_relay_desktop_queue', 'Events waiting for slow desktops.', () => delivery().waiting);
      metrics.gauge('megadial_relay_connections', 'Connections of all kinds.', () => connections().open);
      metrics.gauge(
        'megadial_relay_connections_unfinished',
        'Connections without a complete request.',
        () => connections().unfinished,
      );
      metrics.total(
        'megadial_relay_connections_dropped_total',
        'Unfinished connections closed to make room.',
        () => connections().dropped,
      );
    },
    render: () => metrics.render(),
  };
}
