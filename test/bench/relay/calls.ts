// SPDX-License-Identifier: MIT
import { createHmac } from 'node:crypto';
import type { Shot } from './load.ts';

/** Where notifications of the bench go. */
export type Target = { readonly path: string; readonly secret: string };

export type CallOptions = {
  readonly target: Target;
  /** The extensions that ring, one after the other. */
  readonly extensions: readonly string[];
  /** Numbers that call: `34600000000` and the following. */
  readonly callers: number;
  /** Tells the runs apart: calls of one must not meet those of another. */
  readonly run: string;
};

/** First number of the directory. */
export const FIRST_NUMBER = 34_600_000_000;
/** Calls between two notifications of one call: some tenths of a second, as on a busy morning. */
const SPREAD = 200;
/** The place of the time a request was due at, nanoseconds; it stands last and is not signed. */
const NOT_YET = '0'.repeat(19);
const STEPS = ['NOTIFY_START', 'NOTIFY_INTERNAL', 'NOTIFY_ANSWER', 'NOTIFY_END'] as const;

/** The notifications of calls that overlap: the n-th request of a run. */
export function callShots({ target, extensions, callers, run }: CallOptions): (n: number) => Shot {
  return (n) => {
    const step = n % STEPS.length;
    const call = Math.floor(n / STEPS.length) - step * SPREAD;
    const event = STEPS[call < 0 ? 0 : step] ?? 'NOTIFY_START';
    const fields = fieldsOf(event, call, { extensions, callers, run });
    const body = new URLSearchParams({ ...fields, sent: NOT_YET }).toString();
    const bytes = request(target, body, signatureOf(target.secret, event, fields));
    return { kind: event, bytes, sentAt: bytes.length - NOT_YET.length };
  };
}

function fieldsOf(event: string, call: number, options: Omit<CallOptions, 'target'>): Record<string, string> {
  const { extensions, callers, run } = options;
  const id = Math.abs(call);
  const extension = extensions[id % extensions.length] ?? '';
  const base = {
    event,
    call_start: '2026-11-20 09:30:05',
    pbx_call_id: `in_${run}${call < 0 ? 'f' : '0'}${id.toString(16).padStart(38 - run.length, '0')}`.slice(0, 43),
    // A number far from the last one, so that no cache helps.
    caller_id: String(FIRST_NUMBER + ((id * 7_919) % callers)),
  };
  if (event === 'NOTIFY_ANSWER') return { ...base, destination: extension, internal: extension };
  const called = { ...base, called_did: '34910000000' };
  if (event === 'NOTIFY_START') return called;
  if (event === 'NOTIFY_INTERNAL') return { ...called, internal: extension };
  return { ...called, internal: extension, last_internal: extension, duration: '12', disposition: 'answered' };
}

/** The rule of megacall-api.md section 3.2. */
function signatureOf(secret: string, event: string, fields: Readonly<Record<string, string>>): string {
  const second = event === 'NOTIFY_ANSWER' ? fields.destination : fields.called_did;
  const text = `${fields.caller_id}${second}${fields.call_start}`;
  return Buffer.from(createHmac('sha1', secret).update(text).digest('hex')).toString('base64');
}

function request({ path }: Target, body: string, signature: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: relay\r\nContent-Type: application/x-www-form-urlencoded\r\n` +
      `Content-Length: ${body.length}\r\nSignature: ${signature}\r\n\r\n${body}`,
    'latin1',
  );
}
