// SPDX-License-Identifier: MIT
import { AppError } from '../../src-shared/errors.ts';
import type { AdminMethod } from '../../src-shared/ipc/map.ts';
import { methodParams } from '../../src-shared/relay/protocol-schemas.ts';
import type { Ask } from '../events/relay-client.ts';

/**
 * One of the administrator's methods at the relay, as a window asks for it. The relay decides who may; what it is asked
 * is checked here, so that a window's mistake is the window's.
 *
 * @throws AppError `ipc.refused` for a method or parameters nobody knows, else what `ask` rejects with
 */
export async function askAdmin(ask: Ask, method: AdminMethod, params: unknown): Promise<unknown> {
  const schema = Object.hasOwn(methodParams, method) ? methodParams[method] : null;
  const checked = schema?.safeParse(params);
  if (!checked?.success) throw new AppError('ipc.refused');
  return ask(method, checked.data as never);
}
