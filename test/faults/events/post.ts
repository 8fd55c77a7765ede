// SPDX-License-Identifier: MIT
import { readFields } from '../../../src-relay/body.ts';
import { notificationHash } from '../../../src-relay/hash.ts';
import { inNetworks } from '../../../src-relay/sources.ts';
import { verifyNotification } from '../../../src-shared/megacall/signature.ts';
import { webhookSignature } from '../../sandbox/sign.ts';
import type { Fields } from './things.ts';

export const SECRET = 'sandbox0secret0000001';
export const SOURCES = ['185.45.152.40/30'];
const PBX = '185.45.152.42';
/** As the ingress has it. */
const BODY_LIMIT = 64 * 1024;

/** One POST to the webhook address, as it goes over the wire. */
export type Post = {
  readonly from: string;
  readonly type: string;
  /** What the header says; a body that was cut off is shorter. */
  readonly length: number;
  readonly body: Buffer;
  readonly signature: string | null;
};

/** As the PBX sends it. */
export function genuine(fields: Fields): Post {
  const { event = '', ...signed } = fields;
  return post(fields, webhookSignature(SECRET, event, signed));
}

function post(fields: Fields, signature: string | null, body = encode(fields)): Post {
  return { from: PBX, type: 'application/x-www-form-urlencoded', length: body.length, body, signature };
}

function encode(fields: Fields): Buffer {
  return Buffer.from(new URLSearchParams({ ...fields }).toString());
}

export const SPOILED = ['forged', 'unsigned', 'stranger', 'truncated', 'oversized', 'noise', 'nameless'] as const;

/** What nobody may believe, made of a notification that was genuine; it would change much if it were believed. */
export function spoiled(fields: Fields, how: (typeof SPOILED)[number]): Post {
  const lie: Fields = { ...fields, disposition: 'answered', duration: '3600', last_internal: '103', internal: '103' };
  const good = genuine(fields);
  switch (how) {
    case 'forged':
      return post(lie, webhookSignature('not-the-secret', fields.event ?? '', lie));
    case 'unsigned':
      return post(lie, null);
    // The signature covers neither the event's name nor its result: only the address tells that it is not the PBX.
    case 'stranger':
      return { ...post({ ...lie, event: 'NOTIFY_END' }, good.signature), from: '203.0.113.9' };
    // Two characters are enough to make another extension or recording of it; all that is signed is still there.
    case 'truncated':
      return { ...good, body: good.body.subarray(0, -2) };
    case 'oversized':
      return post(lie, good.signature, Buffer.concat([encode(lie), Buffer.from(`&x=${'x'.repeat(BODY_LIMIT)}`)]));
    case 'noise':
      return post(lie, good.signature, Buffer.from([0xff, 0xfe, ...good.body.subarray(7, 60), 0]));
    case 'nameless': {
      const { pbx_call_id: _id, ...rest } = lie;
      return post(rest, webhookSignature(SECRET, fields.event ?? '', rest));
    }
  }
}

/** The ingress without its server, in the same order: a refusal is null. `test/faults/events/wire.ts` has the real one. */
export async function admit({
  from,
  type,
  length,
  body,
  signature,
}: Post): Promise<{ fields: Fields; hash: string } | null> {
  if (body.length > BODY_LIMIT || body.length !== length || !inNetworks(from, SOURCES)) return null;
  const fields = await readFields(body, type);
  if (!fields?.event || !verifyNotification(SECRET, fields, signature)) return null;
  return { fields, hash: notificationHash(fields) };
}
