// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises';
import { type Kv, RelayError } from './store/api.ts';

export type Health = {
  /** Whether this node should get work. */
  readonly ok: boolean;
  /** What is wrong, in words for an operator; empty when nothing is. */
  readonly reasons: readonly string[];
};

export type HealthOptions = {
  readonly kv: Pick<Kv, 'put'>;
  /** Folder of the database; null when the store is elsewhere. */
  readonly folder: string | null;
  readonly minFreeBytes: number;
  readonly isStopping: () => boolean;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 2_000;
const KEPT_MS = 60_000;

/** Whether the relay can take notifications now: its store answers, its disk has room, it is not about to end. */
export async function checkHealth(options: HealthOptions): Promise<Health> {
  const reasons = await Promise.all([
    options.isStopping() ? 'stopping' : null,
    storeProblem(options.kv, options.timeoutMs ?? TIMEOUT_MS),
    options.folder === null ? null : diskProblem(options.folder, options.minFreeBytes),
  ]);
  const said = reasons.filter((reason) => reason !== null);
  return { ok: said.length === 0, reasons: said };
}

async function storeProblem(kv: HealthOptions['kv'], timeoutMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('store: no answer'), timeoutMs);
  });
  // Written, not read: a disk that is full still reads.
  const asked = kv.put('presence', '_health', '', null, KEPT_MS).then(
    () => null,
    (error: unknown) =>
      error instanceof RelayError && error.code === 'relay.full' ? 'store: full' : 'store: not reachable',
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

async function diskProblem(folder: string, minFreeBytes: number): Promise<string | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < minFreeBytes ? 'disk: almost full' : null;
  } catch {
    return 'disk: not readable';
  }
}
