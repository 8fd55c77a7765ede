// SPDX-License-Identifier: MIT
import type { ZodType } from 'zod';
import { AppError, toWireError } from '../../src-shared/errors.ts';
import { requestAccess } from '../../src-shared/ipc/access.ts';
import type { Args, Reply, RequestName, Results, WindowKind } from '../../src-shared/ipc/map.ts';
import { schemas } from '../../src-shared/ipc/schemas.ts';
import type { Log } from '../log.ts';
import type { Handlers } from './api.ts';
import { APP_ORIGIN } from './origin.ts';

/** What is known of a message's sender, free of Electron's types so that the checks can be tested alone. */
export type Sender = {
  /** The window of ours that the message's page belongs to, or null. */
  readonly kind: WindowKind | null;
  /** The frame that sent it; null when it is gone already. */
  readonly frame: { readonly origin: string; readonly url: string; readonly isMain: boolean } | null;
};

/** Why a message is refused before its arguments are looked at, or null. */
export function senderProblem(sender: Sender, name: RequestName): string | null {
  const { kind, frame } = sender;
  if (kind === null) return 'not a window of ours';
  if (frame === null) return 'frame is gone';
  if (!frame.isMain) return 'not the main frame';
  if (frame.origin !== APP_ORIGIN) return 'foreign origin';
  if (!frame.url.startsWith(`${APP_ORIGIN}/${kind}/`)) return 'not the page of this window';
  if (!requestAccess[name].includes(kind)) return 'this window may not ask that';
  return null;
}

/**
 * Checks one message and calls its handler. Never rejects: what goes wrong comes back as `ok: false`.
 * Refusals are logged without the message's contents, which may hold a secret or somebody's number.
 */
export async function answer<K extends RequestName>(
  handlers: Handlers,
  log: Log,
  sender: Sender,
  name: K,
  args: readonly unknown[],
): Promise<Reply<Results[K]>> {
  const problem = senderProblem(sender, name);
  if (problem !== null || sender.kind === null) return refuse(log, name, sender.kind, problem ?? 'no window');
  const schema: ZodType = schemas[name];
  const parsed = schema.safeParse(args);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join(', ');
    return refuse(log, name, sender.kind, `arguments: ${where}`);
  }
  try {
    return { ok: true, value: await handlers[name](sender.kind, ...(parsed.data as Args<K>)) };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) log.error('request failed', { request: name, error: thrown });
    return { ok: false, error: toWireError(thrown) };
  }
}

function refuse(log: Log, name: RequestName, kind: WindowKind | null, reason: string): Reply<never> {
  log.warn('request refused', { request: name, window: kind ?? 'unknown', reason });
  return { ok: false, error: { code: 'ipc.refused', params: {} } };
}
