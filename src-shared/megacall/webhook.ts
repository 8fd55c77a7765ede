// SPDX-License-Identifier: MIT
import type { CallEvent } from '../calls/events.ts';
import { pbxNumber } from '../numbers/pbx-number.ts';
import { wallToUtc } from './clock.ts';
import { toBoolean, toCause, toId, toSeconds } from './coerce.ts';
import { toDisposition } from './disposition.ts';

type Fields = Readonly<Record<string, string>>;

/**
 * A verified notification as the tracker takes it (megacall-api.md section 3.4): numbers cleaned, ids as text,
 * `call_start` in UTC. Null for events that are no part of a call, unknown ones, and those without a call id.
 *
 * @param offsetMs the account's wall clock minus UTC
 * @param receivedAt our clock; also stands in for a `call_start` that cannot be read
 */
export function parseNotification(fields: Fields, offsetMs: number, receivedAt: number): CallEvent | null {
  const pbxCallId = toId(fields.pbx_call_id);
  if (pbxCallId === null) return null;
  const callStart = wallToUtc(fields.call_start ?? '', offsetMs) ?? receivedAt;
  const base = { source: 'pbx', pbxCallId, callStart, receivedAt } as const;
  const callerId = cleaned(fields.caller_id);
  const did = cleaned(fields.called_did);
  const destination = cleaned(fields.destination);
  const internal = extension(fields.internal);
  switch ((fields.event ?? '').toUpperCase()) {
    case 'NOTIFY_START':
      return { ...base, type: 'start', callerId, did };
    case 'NOTIFY_INTERNAL':
      return { ...base, type: 'internal', callerId, did, internal };
    case 'NOTIFY_INTERNAL_END':
      return { ...base, type: 'internal-end', callerId, did, internal };
    case 'NOTIFY_ANSWER':
      return { ...base, type: 'answer', callerId, destination, internal };
    case 'NOTIFY_END':
      return {
        ...base,
        type: 'end',
        callerId,
        did,
        internal,
        lastInternal: extension(fields.last_internal),
        ...end(fields),
      };
    case 'NOTIFY_OUT_START':
      return { ...base, type: 'out-start', internal, destination, callerId: callerId || null };
    case 'NOTIFY_OUT_END':
      return { ...base, type: 'out-end', internal, destination, callerId: callerId || null, ...end(fields) };
    case 'NOTIFY_RECORD': {
      const recordId = toId(fields.call_id_with_rec);
      return recordId === null ? null : { source: 'pbx', type: 'record', pbxCallId, recordId, receivedAt };
    }
    default:
      return null;
  }
}

function end(fields: Fields) {
  return {
    duration: toSeconds(fields.duration),
    disposition: toDisposition(fields.disposition ?? ''),
    causeCode: toCause(fields.status_code),
    isRecorded: toBoolean(fields.is_recorded) ?? false,
    recordId: toId(fields.call_id_with_rec),
  };
}

/** `100`, or the `100` of a full login `123456-100`; null when none was sent. */
function extension(text: string | undefined): string | null {
  const trimmed = (text ?? '').trim();
  return /^\d{1,12}-(\d{2,6})$/.exec(trimmed)?.[1] ?? toId(trimmed);
}

/** Each notification of a call names the same numbers; reading one takes as long as all else here. */
const read = new Map<string, string>();
const MOST_READ = 5_000;

function cleaned(raw = ''): string {
  const before = read.get(raw);
  if (before !== undefined) return before;
  const number = pbxNumber(raw);
  if (read.size >= MOST_READ) read.clear();
  // Nobody fills the memory with what is no number.
  if (raw.length <= 40) read.set(raw, number);
  return number;
}
