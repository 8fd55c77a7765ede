// SPDX-License-Identifier: MIT
/** Numbers for Prometheus (text format 0.0.4). Labels are from short lists of ours: never a number, a name or a tenant. */

export type Counter = { add(labels?: Labels, by?: number): void };
export type Histogram = { observe(value: number): void };
export type Metrics = {
  counter(name: string, help: string): Counter;
  /** @param buckets upper bounds, growing, in the unit of the name (seconds) */
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
  /** `read` is asked at each scrape; null leaves the line out. */
  gauge(name: string, help: string, read: () => number | null): void;
  /** As `gauge`, for what only grows. */
  total(name: string, help: string, read: () => number | null): void;
  /** The page, ending in a newline. */
  render(): string;
};
type Labels = Readonly<Record<string, string>>;

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** From a millisecond to ten seconds: appends, answers, events on their way. */
export const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Empty metrics; each is added once, at the start. */
export function createMetrics(): Metrics {
  const pages: (() => string)[] = [];
  const add = (name: string, help: string, type: string, lines: () => readonly string[]): void => {
    pages.push(() => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()].join('\n'));
  };
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      add(name, help, 'counter', () => [...values].map(([labels, value]) => `${name}${labels} ${value}`));
      return {
        add(labels = {}, by = 1) {
          const key = labelText(labels);
          values.set(key, (values.get(key) ?? 0) + by);
        },
      };
    },
    histogram(name, help, buckets) {
      const counts = new Array<number>(buckets.length + 1).fill(0);
      let sum = 0;
      add(name, help, 'histogram', () => histogramLines(name, buckets, counts, sum));
      return {
        observe(value) {
          const bucket = buckets.findIndex((bound) => value <= bound);
          const index = bucket === -1 ? buckets.length : bucket;
          counts[index] = (counts[index] ?? 0) + 1;
          sum += value;
        },
      };
    },
    gauge: (name, help, read) => add(name, help, 'gauge', () => readLine(name, read())),
    total: (name, help, read) => add(name, help, 'counter', () => readLine(name, read())),
    render: () => `${pages.map((page) => page()).join('\n')}\n`,
  };
}

/** Buckets are told as running totals, the last one being all. */
function histogramLines(name: string, buckets: readonly number[], counts: readonly number[], sum: number): string[] {
  let total = 0;
  const lines = [...buckets.map(String), '+Inf'].map((bound, index) => {
    total += counts[index] ?? 0;
    return `${name}_bucket{le="${bound}"} ${total}`;
  });
  return [...lines, `${name}_sum ${sum}`, `${name}_count ${total}`];
}

function readLine(name: string, value: number | null): string[] {
  return value === null ? [] : [`${name} ${value}`];
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, '_')}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}
