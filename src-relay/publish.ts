// SPDX-License-Identifier: MIT
import type { RelayEvent } from '../src-shared/relay/protocol.ts';
import { sha256 } from './keys.ts';
import { EVERYTHING, type EventLog } from './store/api.ts';

/** Puts an event that is not part of a call into the log, for these audiences and for `*`. */
export type Publish = (tenant: string, audiences: readonly string[], event: RelayEvent) => Promise<void>;

export function createPublish(log: EventLog): Publish {
  return async (tenant, audiences, event) => {
    const { hash, receivedAt } = event;
    const body = JSON.stringify(event);
    await log.append(
      [...new Set([EVERYTHING, ...audiences])].map((audience) => ({ tenant, audience, hash, receivedAt, body })),
    );
  };
}

/** Hash of an event of our own: of its kind and content. */
export function contentHash(kind: RelayEvent['kind'], content: unknown): string {
  return sha256(`${kind} ${JSON.stringify(content)}`);
}
