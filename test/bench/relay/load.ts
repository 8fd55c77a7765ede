// SPDX-License-Identifier: MIT
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** One HTTP request of some kind that is counted apart; whole but for the 19 digits at `sentAt`, the time it is due at. */
export type Shot = { readonly kind: string; readonly bytes: Buffer; readonly sentAt: number };

export type LoadResult = {
  /** Milliseconds from the moment a request was due, whenever a connection was free for it, to its whole answer. */
  readonly latencies: ReadonlyMap<string, readonly number[]>;
  /** Answers by status. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly seconds: number;
  readonly answered: number;
};

export type Load = {
  readonly port: number;
  readonly rate: number;
  readonly seconds: number;
  /** So long at the beginning is not counted. */
  readonly warmUp: number;
  readonly shot: (n: number) => Shot;
};

const CONNECTIONS = 64;
/** Requests come from other machines: making and sending them may not wait for what is measured. Only root may ask so. */
const PRIORITY = -10;

/**
 * Requests at a fixed rate, whatever the answers do: one that waits for a free connection waits on the clock, so that a
 * server that falls behind cannot hide it.
 */
export async function drive({ port, rate, seconds, warmUp, shot }: Load): Promise<LoadResult> {
  const latencies = new Map<string, number[]>();
  const statuses: Record<number, number> = {};
  const waiting: Job[] = [];
  let answered = 0;
  let counted = 0;
  let failed: Error | null = null;

  const total = Math.round(rate * (seconds + warmUp));
  const shots = Array.from({ length: total }, (_, n) => shot(n));
  const restore = goFirst();
  const begin = performance.now();
  const lanes = await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      openLane(
        port,
        (status, job) => {
          answered += 1;
          statuses[status] = (statuses[status] ?? 0) + 1;
          if (job.due < begin + warmUp * 1000) return;
          counted += 1;
          const list = latencies.get(job.kind) ?? [];
          latencies.set(job.kind, list);
          list.push(performance.now() - job.due);
        },
        (error) => {
          failed = error;
        },
      ),
    ),
  );
  const start = performance.now();
  const startNs = process.hrtime.bigint();
  let made = 0;
  let next = 0;
  while (answered < total) {
    if (failed !== null) throw failed;
    const wanted = Math.min(total, Math.floor(((performance.now() - start) / 1000) * rate));
    for (; made < wanted; made++) {
      const after = (made / rate) * 1000;
      const { kind, bytes, sentAt } = shots[made] as Shot;
      bytes.write(String(startNs + BigInt(Math.round(after * 1e6))).padStart(19, '0'), sentAt, 'latin1');
      waiting.push({ kind, bytes, due: start + after });
    }
    // In turns, so that none is idle for long.
    for (let tried = 0; tried < lanes.length && waiting.length > 0; tried++) {
      const lane = lanes[next++ % lanes.length];
      if (lane?.isFree()) lane.send(waiting.shift() as Job);
    }
    await sleep(1);
  }
  for (const lane of lanes) lane.close();
  restore();
  return { latencies, statuses, seconds: (performance.now() - start) / 1000 - warmUp, answered: counted };
}

function goFirst(): () => void {
  try {
    setPriority(PRIORITY);
    return () => setPriority(0);
  } catch {
    return () => {};
  }
}

type Job = { readonly bytes: Buffer; readonly kind: string; readonly due: number };
type Lane = { isFree(): boolean; send(job: Job): void; close(): void };

/** One kept-alive connection with one request at a time; one that the server closed while idle is opened again. */
async function openLane(
  port: number,
  onAnswer: (status: number, job: Job) => void,
  onError: (error: Error) => void,
): Promise<Lane> {
  let job: Job | null = null;
  let text = '';
  let closing = false;
  let socket: Socket | null = null;

  const open = (): Promise<void> =>
    new Promise((resolve) => {
      const opened = connect(port, '127.0.0.1', resolve);
      socket = opened;
      opened.setNoDelay(true);
      opened.on('error', onError);
      opened.on('close', () => {
        if (socket === opened) socket = null;
        if (job !== null && !closing) onError(new Error('the server closed a connection in the middle of a request'));
      });
      opened.on('data', take);
    });

  const take = (chunk: Buffer): void => {
    text += chunk.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
    if (text.length < head + 4 + length) return;
    const done = job;
    const status = Number(text.slice(9, 12));
    text = '';
    job = null;
    if (done !== null) onAnswer(status, done);
  };

  await open();
  return {
    isFree: () => job === null,
    send(next) {
      job = next;
      if (socket !== null) socket.write(next.bytes);
      else void open().then(() => socket?.write(next.bytes));
    },
    close() {
      closing = true;
      socket?.destroy();
    },
  };
}
