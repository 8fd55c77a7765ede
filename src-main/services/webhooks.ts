// SPDX-License-Identifier: MIT

import { notificationHash } from '../../src-relay/hash.ts';
import type { Notification, NotifyStartAnswer } from '../../src-relay/ingress.ts';
import { toWireError } from '../../src-shared/errors.ts';
import { parseNotification } from '../../src-shared/megacall/webhook.ts';
import { type EmbeddedRelay, startEmbeddedRelay } from '../events/embedded-relay.ts';
import type { Log } from '../log.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { StoreApi } from '../store/api.ts';
import { offsetOf } from './account-zone.ts';
import type { Answers } from './answers.ts';
import type { CallService } from './calls.ts';
import type { Hub } from './hub.ts';
import { isSms, type Messages } from './messages.ts';
import type { SettingsService } from './settings.ts';

/** The embedded relay, started and stopped as the settings say; each notification is folded and kept before its 200. */
export type Webhooks = {
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Who lately asked the relay to echo this text; null for nobody. */
  sawFrom(echo: string): string | null;
};

export type WebhooksOptions = {
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly secrets: Secrets;
  readonly calls: CallService;
  readonly raw: StoreApi['raw'];
  readonly answers: Answers;
  readonly messages: Pick<Messages, 'received'>;
  readonly now: () => number;
  readonly log: Log;
};

/** Characters of events nobody can check that are kept a day: a stranger who finds the way in cannot fill the disk. */
const UNVERIFIED_PER_DAY = 20_000_000;
const RETRY_MS = 30_000;
const DAY_MS = 24 * 60 * 60_000;

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { hub, settings, secrets, calls, raw, answers, messages, now, log } = options;
  let relay: EmbeddedRelay | null = null;
  let turn: Promise<void> = Promise.resolve();
  const unverified = dailyBudget(UNVERIFIED_PER_DAY);
  let retry: NodeJS.Timeout | undefined;

  const take = async (notification: Notification): Promise<NotifyStartAnswer | null> => {
    const { fields, verified } = notification;
    const receivedAt = now();
    // What nobody can check is kept to be read, and changes no call.
    const event = verified ? parseNotification(fields, offsetOf(settings, receivedAt, receivedAt), receivedAt) : null;
    const record = {
      hash: notificationHash(fields),
      receivedAt,
      name: fields.event ?? '',
      pbxCallId: fields.pbx_call_id ?? null,
      fields: JSON.stringify(fields),
      event,
    };
    // While it is being kept: the caller waits for the answer.
    const answer = event?.type === 'start' ? answers.answer(fields) : null;
    if (verified && isSms(fields)) await messages.received(fields, receivedAt);
    if (event !== null) await calls.feed(event, record);
    else if (verified || unverified.take(record.fields.length, receivedAt)) await raw.add(record);
    return answer;
  };

  const stop = async (): Promise<void> => {
    clearTimeout(retry);
    await relay?.close();
    relay = null;
    hub.patch({ relay: { state: 'off', port: 0, error: null } });
  };

  const start = async (): Promise<void> => {
    await stop();
    const wanted = settings.get();
    // In a team the notifications go to the team's relay.
    if (!wanted.relayEnabled || wanted.teamUrl !== '' || hub.get().stage !== 'ready') return;
    // Read once: the keychain takes milliseconds, and the caller's name waits for it. Another account starts anew.
    let secret: string | null = null;
    const readSecret = async (): Promise<string | null> => {
      secret ??= await secrets.get('api-secret');
      return secret;
    };
    try {
      relay = await startEmbeddedRelay({
        port: wanted.relayPort,
        path: wanted.relayPath,
        secret: readSecret,
        sources: () => settings.get().relaySources,
        onNotification: take,
        log,
      });
      hub.patch({ relay: { state: 'listening', port: relay.port, error: null } });
    } catch (error) {
      hub.patch({ relay: { state: 'failed', port: wanted.relayPort, error: toWireError(error) } });
      // Whoever has the port may let go of it.
      retry = setTimeout(() => void queued(start), RETRY_MS);
      retry.unref();
    }
  };

  /** Starts and stops never overlap, however fast the settings change. */
  const queued = (run: () => Promise<void>): Promise<void> => {
    turn = turn.then(run, run);
    return turn;
  };

  return { restart: () => queued(start), stop: () => queued(stop), sawFrom: (echo) => relay?.sawFrom(echo) ?? null };
}

/** So much a day of the clock's; `take` is false when it would be more. */
function dailyBudget(most: number): { take(amount: number, at: number): boolean } {
  let day = -1;
  let left = most;
  return {
    take(amount, at) {
      const today = Math.floor(at / DAY_MS);
      if (today !== day) left = most;
      day = today;
      if (amount > left) return false;
      left -= amount;
      return true;
    },
  };
}
