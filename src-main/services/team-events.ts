// SPDX-License-Identifier: MIT
import { toWireError } from '../../src-shared/errors.ts';
import { parseNotification } from '../../src-shared/megacall/webhook.ts';
import type { RelayEvent } from '../../src-shared/relay/protocol.ts';
import type { Reminder } from '../../src-shared/rules/team.ts';
import type { Log } from '../log.ts';
import type { RawEvent, StoreApi } from '../store/api.ts';
import type { CallService } from './calls.ts';
import { isSms, type Messages } from './messages.ts';

export type TeamEventsOptions = {
  readonly calls: Pick<CallService, 'feed'>;
  readonly store: Pick<StoreApi, 'raw' | 'answers' | 'calls'>;
  /** The account's wall clock minus UTC at a moment (UTC ms), ms. */
  readonly offsetMs: (at: number) => number;
  readonly messages: Pick<Messages, 'received'>;
  readonly onReminder: (reminder: Reminder) => Promise<void>;
  readonly log: Log;
};

/**
 * What becomes of an event of the relay: resolves when its consequences are committed, rejects with `store.*` when it
 * is to come again. One that the store will never take as a call's is kept as it came, so that it holds up no other.
 */
export function createTeamEvents(options: TeamEventsOptions): (event: RelayEvent) => Promise<void> {
  const { calls, store, offsetMs, messages, onReminder, log } = options;

  const notification = async (told: Extract<RelayEvent, { kind: 'notification' }>): Promise<void> => {
    const { fields, hash, receivedAt, verified } = told;
    // What nobody can check is kept to be read, and changes no call.
    const event = verified ? parseNotification(fields, offsetMs(receivedAt), receivedAt) : null;
    const name = fields.event ?? '';
    const pbxCallId = fields.pbx_call_id ?? null;
    const raw: RawEvent = { hash, receivedAt, name, pbxCallId, fields: JSON.stringify(fields), event };
    if (verified && isSms(fields)) await messages.received(fields, receivedAt);
    if (event === null) {
      await store.raw.add(raw);
      return;
    }
    try {
      await calls.feed(event, raw);
    } catch (error) {
      if (toWireError(error).code === 'store.disk-full') throw error;
      log.error('an event is kept without its call', { error });
      await store.raw.add(raw);
    }
  };

  return async (event) => {
    switch (event.kind) {
      case 'notification':
        return notification(event);
      case 'answer':
        return store.answers.add(event.answer);
      case 'reminder':
        return onReminder(event.reminder);
    }
  };
}
