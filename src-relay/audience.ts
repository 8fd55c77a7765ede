// SPDX-License-Identifier: MIT
import type { PbxEvent } from '../src-shared/calls/events.ts';
import { toId } from '../src-shared/megacall/coerce.ts';
import { parseNotification } from '../src-shared/megacall/webhook.ts';
import type { Notification } from './ingress.ts';

/** Whom a notification names, and what it says that the relay itself acts on. */
export type Named = {
  /** Null for what is no part of a call: SMS, internal calls, look-ups. */
  readonly callId: string | null;
  /** Extensions that have a part in the call by this. */
  readonly extensions: readonly string[];
  /** The dialled number when it has the form of an extension: one if the team has it. */
  readonly perhaps: string | null;
  /** An incoming call is over. */
  readonly isEnd: boolean;
  /** What happens to the lines of the extensions: they are taken, or all of the call's are free again. */
  readonly lines: 'taken' | 'free' | null;
  /** The number somebody spoke with, as the PBX wrote it, and the extension that did, if it is said. */
  readonly spokeWith: { readonly number: string; readonly by: string | null } | null;
};

/**
 * Reads a notification for its audience. One without a published signature rule names nobody: what is proof of nothing
 * opens no call to anybody.
 *
 * @param receivedAt UTC ms
 */
export function readNamed({ fields, verified }: Notification, receivedAt: number): Named {
  const callId = toId(fields.pbx_call_id);
  // The account's offset moves `call_start` only, which is not looked at here.
  const event = verified ? parseNotification(fields, 0, receivedAt) : null;
  if (event?.source !== 'pbx' || event.type === 'record') {
    return { callId, extensions: [], perhaps: null, isEnd: false, lines: null, spokeWith: null };
  }
  const isOutgoing = event.pbxCallId.startsWith('out_') || event.type === 'out-start' || event.type === 'out-end';
  const dialled = 'destination' in event && isExtension(event.destination) ? event.destination : null;
  const answering = event.type === 'answer' && !isOutgoing ? dialled : null;
  const named = [
    'internal' in event ? event.internal : null,
    'lastInternal' in event ? event.lastInternal : null,
    answering,
  ];
  const extensions = [...new Set(named.filter((name) => name !== null))].filter(isExtension);
  return {
    callId,
    extensions,
    perhaps: answering === null ? dialled : null,
    isEnd: event.type === 'end',
    lines: LINES[event.type] ?? null,
    spokeWith: conversation(event, isOutgoing, answering),
  };
}

/** The form of an extension. Nothing else is ever an audience, whatever a field says. */
export function isExtension(text: string): boolean {
  return /^\d{2,6}$/.test(text);
}

const LINES: Readonly<Record<string, 'taken' | 'free'>> = {
  answer: 'taken',
  'out-start': 'taken',
  end: 'free',
  'out-end': 'free',
};

type Timed = Exclude<PbxEvent, { type: 'record' }>;

/**
 * An answer, or an end that speaks of one. A menu that answered is nobody: the END has to name who did. Of a call that
 * went out only the end counts: the first to answer the PBX's callback is the agent.
 */
function conversation(event: Timed, isOutgoing: boolean, answering: string | null): Named['spokeWith'] {
  switch (event.type) {
    case 'answer':
      return isOutgoing ? null : spoke(event.callerId, event.internal ?? answering);
    case 'out-end':
      return event.disposition === 'answered' && event.duration > 0 ? spoke(event.destination, event.internal) : null;
    case 'end': {
      const by = event.lastInternal ?? event.internal;
      return event.disposition === 'answered' && by !== null ? spoke(event.callerId, by) : null;
    }
    default:
      return null;
  }
}

function spoke(number: string, by: string | null): Named['spokeWith'] {
  return number === '' ? null : { number, by };
}
