// SPDX-License-Identifier: MIT
import { webhookSignature } from '../sandbox/sign.ts';
import { ACME } from './relay-process.ts';

/** One call of a proof: its notifications in order, and who must learn of each. */
export type ProofCall = {
  readonly id: string;
  readonly extensions: readonly string[];
  readonly bodies: readonly { readonly body: string; readonly signature: string }[];
};

/** The first extension of the proofs. */
export const FIRST = 101;

/**
 * The n-th call of a run: it rings at one to three of the extensions, one of them answers. All extensions it rings at
 * learn of all of it.
 */
export function proofCall(run: string, n: number, extensions: number): ProofCall {
  const id = `in_${run}${n.toString(16).padStart(40 - run.length, '0')}`;
  const at = (k: number): string => String(FIRST + ((n * 7 + k * 13) % extensions));
  const rung = [...new Set(Array.from({ length: 1 + (n % 3) }, (_, k) => at(k)))];
  const base = {
    call_start: '2026-05-14 09:30:05',
    pbx_call_id: id,
    caller_id: `3460${String(n % 10_000_000).padStart(7, '0')}`,
  };
  const called = { ...base, called_did: '34912345678' };
  const taker = rung[n % rung.length] ?? '';
  const fields: Record<string, string>[] = [
    { event: 'NOTIFY_START', ...called },
    ...rung.map((internal) => ({ event: 'NOTIFY_INTERNAL', ...called, internal })),
    { event: 'NOTIFY_ANSWER', ...base, destination: taker, internal: taker },
    { event: 'NOTIFY_END', ...called, internal: taker, last_internal: taker, duration: '9', disposition: 'answered' },
  ];
  return {
    id,
    extensions: rung,
    bodies: fields.map((one) => ({
      body: new URLSearchParams(one).toString(),
      signature: webhookSignature(ACME.apiSecret, one.event ?? '', one),
    })),
  };
}
