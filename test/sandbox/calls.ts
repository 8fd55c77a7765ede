// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import type { Account } from './account.ts';
import { wallClock } from './clock.ts';
import type { History, HistoryRow } from './history.ts';
import { newRecordId, type Recordings } from './recordings.ts';
import type { SendOptions, WebhookRecord, Webhooks } from './webhooks.ts';

/** The JSON object the app answered, null when it answered none (or nothing could be asked). */
export type Answer = WebhookRecord['answer'];

export type EndOptions = {
  /** As in webhooks: `answered`, `busy`, `cancel`, `no answer`, `failed`, … (section 3.4). */
  readonly disposition: string;
  /** Seconds; the time since `answer()` when not given. */
  readonly duration?: number;
  readonly isRecorded?: boolean;
  /** Q.850; follows from the disposition when not given. */
  readonly statusCode?: number;
};

export type RecordOptions = {
  /** From now until the file can be requested; 0 by default. */
  readonly readyAfterMs?: number;
};

export type IncomingOptions = {
  readonly from: string;
  readonly did: string;
  /** Those that `ring()` may name; only for the reader of a test. */
  readonly extensions?: readonly string[];
  /** Name the network shows for the caller; appears in statistics. */
  readonly name?: string;
};

export type OutgoingOptions = { readonly extension: string; readonly to: string };

type CallHandle = {
  readonly pbxCallId: string;
  /** Wall clock of the account, as sent in `call_start`. */
  readonly callStart: string;
  readonly startedAt: number;
  start(options?: SendOptions): Promise<Answer>;
  end(options: EndOptions, send?: SendOptions): Promise<WebhookRecord>;
  /** NOTIFY_RECORD; the file is there only after `readyAfterMs`. */
  record(options?: RecordOptions, send?: SendOptions): Promise<WebhookRecord>;
  /** `call_id_with_rec`, once the call ended as recorded. */
  recordId(): string | null;
};

export type IncomingCall = CallHandle & {
  ring(extension: string, send?: SendOptions): Promise<WebhookRecord>;
  answer(extension: string, send?: SendOptions): Promise<WebhookRecord>;
};

export type OutgoingCall = CallHandle & { answer(send?: SendOptions): Promise<WebhookRecord> };

export type Calls = {
  incoming(options: IncomingOptions): IncomingCall;
  outgoing(options: OutgoingOptions): OutgoingCall;
};

/** Q.850 causes by disposition; the platform's own mapping is UNCONFIRMED (section 3.4). */
const CAUSES: Readonly<Record<string, number>> = {
  answered: 16,
  cancel: 16,
  busy: 17,
  'no answer': 19,
  'unallocated number': 1,
  failed: 41,
};

type Parts = {
  readonly account: Account;
  readonly webhooks: Webhooks;
  readonly history: History;
  readonly recordings: Recordings;
};

/** Calls as the platform tells of them: used by the switch, and by tests that bring SIP peers of their own. */
export function makeCalls(parts: Parts): Calls {
  return {
    incoming: (options) => incoming(parts, options),
    outgoing: (options) => outgoing(parts, options),
  };
}

function common(parts: Parts, prefix: 'in_' | 'out_') {
  const startedAt = Date.now();
  const state = {
    answeredAt: null as number | null,
    answeredBy: null as string | null,
    recordId: null as string | null,
  };
  const pbxCallId = prefix + randomBytes(20).toString('hex');
  const callStart = wallClock(startedAt, parts.account.timezone);

  /** Settles what END says, and the id of the recording if there is one. */
  const close = (options: EndOptions) => {
    const answered = options.disposition === 'answered';
    const since = state.answeredAt === null ? 0 : Math.round((Date.now() - state.answeredAt) / 1000);
    const duration = options.duration ?? (answered ? since : 0);
    const recorded = options.isRecorded ?? (answered && parts.account.recordings);
    const callId = newRecordId(startedAt);
    if (recorded) state.recordId = callId;
    return {
      callId,
      duration,
      recorded,
      fields: {
        duration: String(duration),
        disposition: options.disposition,
        status_code: String(options.statusCode ?? CAUSES[options.disposition] ?? 31),
        is_recorded: recorded ? '1' : '0',
        ...(recorded ? { call_id_with_rec: callId } : {}),
        calltype: 'normal',
      },
    };
  };

  const record = async (options: RecordOptions = {}, send: SendOptions = {}): Promise<WebhookRecord> => {
    if (state.recordId === null) throw new Error('The call has not ended as a recorded one.');
    parts.recordings.add(state.recordId, pbxCallId, Date.now() + (options.readyAfterMs ?? 0));
    const fields = { pbx_call_id: pbxCallId, call_id_with_rec: state.recordId };
    return parts.webhooks.send('NOTIFY_RECORD', fields, send);
  };

  const handle = { pbxCallId, callStart, startedAt, record, recordId: () => state.recordId };
  return { state, handle, close, base: { call_start: callStart, pbx_call_id: pbxCallId } };
}

function incoming(parts: Parts, options: IncomingOptions): IncomingCall {
  const { state, handle, close, base } = common(parts, 'in_');
  const { webhooks, history } = parts;
  const party = { caller_id: options.from, called_did: options.did };
  const rung = new Set<string>();
  return {
    ...handle,
    start: async (send) => (await webhooks.send('NOTIFY_START', { ...base, ...party }, send)).answer,
    ring: (extension, send) => {
      rung.add(extension);
      return webhooks.send('NOTIFY_INTERNAL', { ...base, ...party, internal: extension }, send);
    },
    answer: (extension, send) => {
      state.answeredAt = Date.now();
      state.answeredBy = extension;
      rung.add(extension);
      const fields = { ...base, caller_id: options.from, destination: extension, internal: extension };
      return webhooks.send('NOTIFY_ANSWER', fields, send);
    },
    end: (end, send) => {
      const closed = close(end);
      const leg = (extension: string, index: number): HistoryRow => {
        const handled = extension === state.answeredBy || (state.answeredBy === null && index === 0);
        const own = handled ? closed.callId : newRecordId(handle.startedAt);
        return {
          callId: own,
          pbxCallId: handle.pbxCallId,
          direction: 'in',
          extension,
          startedAt: handle.startedAt,
          number: options.from,
          name: options.name ?? null,
          destination: options.did,
          disposition: handled ? statisticsDisposition(end.disposition) : 'no answer',
          seconds: handled ? closed.duration : 0,
          isRecorded: handled && closed.recorded,
        };
      };
      history.add(...(rung.size === 0 ? ['0'] : [...rung]).map(leg));
      const last = state.answeredBy ?? [...rung].at(-1);
      const internal = state.answeredBy === null ? {} : { internal: state.answeredBy };
      const lastInternal = last === undefined ? {} : { last_internal: last };
      return webhooks.send('NOTIFY_END', { ...base, ...party, ...internal, ...lastInternal, ...closed.fields }, send);
    },
  };
}

function outgoing(parts: Parts, options: OutgoingOptions): OutgoingCall {
  const { state, handle, close, base } = common(parts, 'out_');
  const { webhooks, history, account } = parts;
  const callerId = account.dids[0] ?? '0';
  const party = { internal: options.extension, destination: options.to, caller_id: callerId };
  const name = account.extensions.find((extension) => extension.number === options.extension)?.name ?? null;
  return {
    ...handle,
    start: async (send) =>
      (await webhooks.send('NOTIFY_OUT_START', { ...base, ...party, calltype: 'normal' }, send)).answer,
    answer: (send) => {
      state.answeredAt = Date.now();
      return webhooks.send('NOTIFY_ANSWER', { ...base, ...party, caller_id: callerId }, send);
    },
    end: (end, send) => {
      const closed = close(end);
      history.add({
        callId: closed.callId,
        pbxCallId: handle.pbxCallId,
        direction: 'out',
        extension: options.extension,
        startedAt: handle.startedAt,
        number: options.extension,
        name: name === null ? null : `${name} ${options.extension}`,
        destination: options.to,
        disposition: statisticsDisposition(end.disposition),
        seconds: closed.duration,
        isRecorded: closed.recorded,
      });
      return webhooks.send('NOTIFY_OUT_END', { ...base, ...party, ...closed.fields }, send);
    },
  };
}

/** Statistics spell one result differently (section 3.4). */
function statisticsDisposition(disposition: string): string {
  return disposition === 'failed' ? 'call failed' : disposition;
}
