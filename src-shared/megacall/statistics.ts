// SPDX-License-Identifier: MIT
import type { RowEvent } from '../calls/events.ts';
import { pbxNumber } from '../numbers/pbx-number.ts';
import { toBoolean, toFields, toId, toSeconds, toText } from './coerce.ts';
import { toDisposition } from './disposition.ts';
import { type AccountZone, timeOfId, wallToUtcIn } from './zone.ts';

/**
 * One row of `/v1/statistics/pbx/` (megacall-api.md section 2.9). The direction is not in the row: it is the one asked
 * for, unless the PBX's id says otherwise. Its `call_id` tells which of two hours of the same name is meant (trap 20).
 * Null for a row without an id or a start.
 */
export function parseStatisticsRow(row: unknown, zone: AccountZone, callType: 'in' | 'out'): RowEvent | null {
  const fields = toFields(row);
  const pbxCallId = toId(fields.pbx_call_id);
  const callId = toId(fields.call_id) ?? pbxCallId;
  if (callId === null) return null;
  const callStart = wallToUtcIn(zone, toText(fields.callstart), timeOfId(callId));
  if (callStart === null) return null;
  const direction = pbxCallId?.startsWith('in_') ? 'in' : pbxCallId?.startsWith('out_') ? 'out' : callType;
  const caller = parseClid(toText(fields.clid));
  const destination = pbxNumber(toText(fields.destination));
  const sip = extensionOf(toText(fields.sip));
  const disposition = toDisposition(toText(fields.disposition));
  const common = { source: 'row', type: 'row', callId, pbxCallId, callStart, disposition } as const;
  const rest = { duration: toSeconds(fields.seconds), isRecorded: toBoolean(fields.is_recorded) ?? false };
  if (direction === 'out') {
    const extension = sip ?? extensionOf(caller.number);
    return { ...common, ...rest, direction, extension, number: destination, did: null, networkName: null };
  }
  // Incoming rows name the number called, or the extension that took the leg.
  const extension = extensionOf(destination) ?? sip;
  const did = extensionOf(destination) === null && destination !== '' ? destination : null;
  return { ...common, ...rest, direction, extension, number: caller.number, did, networkName: caller.name };
}

/** `Name (number)`, a number, or a name alone. */
export function parseClid(clid: string): { name: string | null; number: string } {
  const both = /^(.*)\(\s*([+\d*#\s-]+?)\s*\)$/s.exec(clid);
  if (both) return { name: both[1]?.trim().slice(0, 300) || null, number: pbxNumber(both[2]) };
  const number = pbxNumber(clid);
  return { name: number === '' && /\p{L}/u.test(clid) ? clid.slice(0, 300) : null, number };
}

function extensionOf(text: string): string | null {
  return /^(?:\d{1,12}-)?(\d{2,6})$/.exec(text)?.[1] ?? null;
}
