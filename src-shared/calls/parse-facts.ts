// SPDX-License-Identifier: MIT
import type { CallEvent } from './events.ts';

/**
 * Reads the JSON of stored facts. A database is a file like any other: what is not an event of a known shape is left
 * out, so that one damaged row never costs the calls of a whole start.
 */
export function parseFacts(json: string): readonly CallEvent[] {
  try {
    const value: unknown = JSON.parse(json);
    if (!isRecord(value) || value.v !== 1 || !Array.isArray(value.events)) return [];
    return value.events.filter(isCallEvent);
  } catch {
    return [];
  }
}

/** Type of each field by name: all events together use a name for one thing only. */
const FIELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  pbxCallId: ['string', 'null'],
  callId: ['string'],
  callStart: ['number'],
  receivedAt: ['number'],
  callerId: ['string', 'null'],
  did: ['string', 'null'],
  internal: ['string', 'null'],
  lastInternal: ['string', 'null'],
  destination: ['string'],
  duration: ['number'],
  disposition: ['string'],
  causeCode: ['number', 'null'],
  isRecorded: ['boolean'],
  recordId: ['string', 'null'],
  sessionId: ['string'],
  seq: ['number'],
  extension: ['string', 'null'],
  direction: ['string'],
  number: ['string'],
  networkName: ['string', 'null'],
  state: ['string'],
  startedAt: ['number'],
  answeredAt: ['number', 'null'],
  endedAt: ['number', 'null'],
  endCause: ['string', 'null'],
  muted: ['boolean'],
  hold: ['string'],
};

const PBX = ['pbxCallId', 'receivedAt', 'callStart'];
const END = ['internal', 'duration', 'disposition', 'causeCode', 'isRecorded', 'recordId'];
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'pbx start': [...PBX, 'callerId', 'did'],
  'pbx internal': [...PBX, 'callerId', 'did', 'internal'],
  'pbx internal-end': [...PBX, 'callerId', 'did', 'internal'],
  'pbx answer': [...PBX, 'callerId', 'destination', 'internal'],
  'pbx end': [...PBX, ...END, 'callerId', 'did', 'lastInternal'],
  'pbx out-start': [...PBX, 'internal', 'destination', 'callerId'],
  'pbx out-end': [...PBX, ...END, 'destination', 'callerId'],
  'pbx record': ['pbxCallId', 'recordId', 'receivedAt'],
  'sip session': [
    ...['sessionId', 'seq', 'extension', 'direction', 'number', 'networkName', 'state'],
    ...['startedAt', 'answeredAt', 'endedAt', 'endCause', 'muted', 'hold'],
  ],
  'row row': [
    ...['callId', 'pbxCallId', 'direction', 'extension', 'number', 'did', 'networkName'],
    ...['callStart', 'duration', 'disposition', 'isRecorded'],
  ],
};

function isCallEvent(value: unknown): value is CallEvent {
  if (!isRecord(value) || (value.callbackTo !== undefined && typeof value.callbackTo !== 'string')) return false;
  const required = REQUIRED[`${String(value.source)} ${String(value.type)}`];
  return (
    required?.every((name) => {
      const field = value[name];
      return FIELD_TYPES[name]?.includes(field === null ? 'null' : typeof field) ?? false;
    }) ?? false
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
