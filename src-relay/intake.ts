// SPDX-License-Identifier: MIT
import type { RelayEvent } from '../src-shared/relay/protocol.ts';
import type { AnswerRecord } from '../src-shared/rules/team.ts';
import { type Named, readNamed } from './audience.ts';
import type { CallEntry } from './call-record.ts';
import type { Calls } from './calls.ts';
import { notificationHash } from './hash.ts';
import type { Notification } from './ingress.ts';
import type { RelayLog } from './log.ts';
import type { Answerer, Intake, Reminders, Team, Tenant } from './parts.ts';
import { contentHash, type Publish } from './publish.ts';

export type IntakeOptions = {
  readonly calls: Calls;
  readonly publish: Publish;
  readonly team: Pick<Team, 'settings'>;
  readonly answerer: Answerer;
  readonly reminders: Pick<Reminders, 'reached'>;
  readonly log: Pick<RelayLog, 'error'>;
  /** UTC ms. */
  readonly now?: () => number;
};

/**
 * Takes notifications in: under their call, for everybody the call has met, durable before the PBX is told so. A
 * NOTIFY_START is answered first and kept together with its answer, in one write.
 */
export function createIntake(options: IntakeOptions): Intake {
  const { calls, publish, team, answerer, reminders, log, now = Date.now } = options;

  async function take(tenant: Tenant, notification: Notification) {
    const receivedAt = now();
    const named = readNamed(notification, receivedAt);
    const { fields, verified } = notification;
    const event = { kind: 'notification', hash: notificationHash(fields), receivedAt, fields, verified } as const;
    const name = (fields.event ?? '').toUpperCase();
    if (named.callId === null) {
      const responsible = name === 'SMS' ? (await team.settings(tenant.id)).defaultResponsible : null;
      await publish(tenant.id, responsible === null ? [] : [responsible], event);
      return null;
    }
    const answer =
      verified && name === 'NOTIFY_START' ? await answerTo(tenant, fields, named.callId, event.hash) : null;
    await keep(tenant, named.callId, named, receivedAt, [event, ...(answer === null ? [] : [answered(answer)])]);
    return answer?.answer ?? null;
  }

  /** A repeated question gets the answer it had. Without an answer the call goes on as the PBX would have it. */
  async function answerTo(tenant: Tenant, fields: Notification['fields'], callId: string, hash: string) {
    const { events } = await calls.get(tenant.id, callId);
    if (events.some((known) => known.hash === hash)) {
      const before = answersIn(events)[0];
      if (before !== undefined) return before;
    }
    return answerer.answer(tenant, fields).catch((error: unknown) => {
      log.error('call not answered', { error });
      return null;
    });
  }

  async function keep(
    tenant: Tenant,
    callId: string,
    named: Named,
    receivedAt: number,
    events: readonly RelayEvent[],
  ): Promise<void> {
    const asked = named.isEnd || named.perhaps !== null ? await team.settings(tenant.id) : null;
    const dialled = asked?.members.some(({ extension }) => extension === named.perhaps) ? [named.perhaps ?? ''] : [];
    const responsible = asked?.defaultResponsible ?? null;
    // A missed call is the default responsible's to see to, wherever it rang: an extension may have no desktop.
    const missed = named.isEnd && named.spokeWith === null && responsible !== null ? [responsible] : [];
    const { before, after } = await calls.add(tenant.id, callId, {
      events: events.map(entryOf),
      extensions: [...new Set([...named.extensions, ...dialled, ...missed])],
      spoken: named.spokeWith !== null,
      fallback: named.isEnd ? responsible : null,
      isOver: named.lines === 'free',
    });
    if (named.spokeWith === null || before.spoken) return;
    const { number, by } = named.spokeWith;
    const only = after.met.length === 1 ? (after.met[0] ?? null) : null;
    // Not waited for: the PBX need not know, and a reminder that stays open can be closed by hand.
    reminders.reached(tenant.id, number, by ?? only, receivedAt).catch((error: unknown) => {
      log.error('reminders not closed', { error });
    });
  }

  return { take, publish };
}

/** The answers given to a call, oldest first. */
export function answersIn(events: readonly CallEntry[]): readonly AnswerRecord[] {
  return events
    .filter(({ body }) => body.startsWith('{"kind":"answer"'))
    .map(({ body }) => (JSON.parse(body) as Extract<RelayEvent, { kind: 'answer' }>).answer);
}

function answered(answer: AnswerRecord): RelayEvent {
  return { kind: 'answer', hash: contentHash('answer', answer), receivedAt: answer.at, answer };
}

function entryOf(event: RelayEvent): CallEntry {
  return { hash: event.hash, receivedAt: event.receivedAt, body: JSON.stringify(event) };
}
