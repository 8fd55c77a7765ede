// SPDX-License-Identifier: MIT
import { CrmError } from '../api.ts';

/**
 * What `work` comes to, or CrmError `network` as soon as `signal` ends; the work itself goes on for others.
 */
export async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new CrmError('network', 'stopped', { cause: signal.reason }));
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
