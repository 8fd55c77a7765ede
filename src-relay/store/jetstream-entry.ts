// SPDX-License-Identifier: MIT
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Entry, LoggedEntry } from './api.ts';
import { decodeName, encodeName, type Names } from './jetstream-names.ts';

/** Header by which the server knows a repetition. */
export const ID = 'Nats-Msg-Id';
const RECEIVED_AT = 'Megadial-Received-At';

/**
 * An entry as a message: tenant and audience in the subject, the body as it is, the hash in the message id, by which the
 * server knows a repetition.
 *
 * @throws RangeError for names too long to be a subject
 */
export function toMessage(names: Names, entry: Entry) {
  const subject = names.event(entry.tenant, entry.audience);
  const head = headers();
  head.set(ID, `${subject}:${encodeName(entry.hash)}`);
  head.set(RECEIVED_AT, String(entry.receivedAt));
  return { subject, body: entry.body, headers: head };
}

type Stored = { readonly subject: string; readonly headers?: MsgHdrs | undefined; string(): string };

/** @throws Error for a message that is not an entry */
export function toEntry(message: Stored, seq: number): LoggedEntry {
  const [audience, tenant] = message.subject.split('.').reverse();
  const id = message.headers?.get(ID) ?? '';
  const receivedAt = Number(message.headers?.get(RECEIVED_AT));
  if (tenant === undefined || audience === undefined || !id.includes(':') || !Number.isFinite(receivedAt)) {
    throw new Error('not an entry');
  }
  return {
    tenant: decodeName(tenant),
    audience: decodeName(audience),
    seq,
    hash: decodeName(id.slice(id.lastIndexOf(':') + 1)),
    receivedAt,
    body: message.string(),
  };
}
