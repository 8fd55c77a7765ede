// SPDX-License-Identifier: MIT
import { type Account, findDid, findExtension } from '../account.ts';
import type { Answer, Calls, EndOptions, IncomingCall, OutgoingCall } from '../calls.ts';
import type { InviteTransaction, RingResult } from './invite.ts';
import { header, param, parseUri, removeHeader, type SipRequest, setHeader, uriOf, withTag } from './message.ts';
import { CUSTOMER, type Registrar } from './registrar.ts';

export type DialplanParts = {
  readonly account: Account;
  readonly calls: Calls;
  readonly registrar: Registrar;
  readonly domain: string;
  readonly ringTimeoutMs: number;
  readonly recordDelays: { readonly notifyMs: number; readonly readyMs: number };
  /** `setTimeout` whose timers end with the switch. */
  readonly later: (run: () => void, ms: number) => void;
};

/** A caller does not wait longer than so for the app's answer to NOTIFY_START. */
const START_TIMEOUT_MS = 2000;

/** What END says of a ring that nobody answered. */
export function dispositionOf(result: Exclude<RingResult, { kind: 'answered' }>): EndOptions {
  if (result.kind === 'cancelled') return { disposition: 'cancel' };
  if (result.kind === 'timeout') return { disposition: 'no answer' };
  if ([486, 600, 603].includes(result.status)) return { disposition: 'busy' };
  if ([408, 480, 487].includes(result.status)) return { disposition: 'no answer', statusCode: 18 };
  if (result.status === 404) return { disposition: 'unallocated number' };
  return { disposition: 'failed' };
}

/** Ends a call in the log and lets its recording follow later. */
export async function finish(parts: DialplanParts, call: IncomingCall | OutgoingCall, end: EndOptions): Promise<void> {
  await call.end(end);
  if (call.recordId() === null) return;
  parts.later(() => void call.record({ readyAfterMs: parts.recordDelays.readyMs }), parts.recordDelays.notifyMs);
}

/** The caller's name as the platform would pass it to a phone: Latin letters only (section 3.5); null for others. */
function latinName(answer: Answer): string | null {
  const name = answer?.caller_name;
  return typeof name === 'string' && /^[\x20-\x7e\u00c0-\u024f]{1,60}$/.test(name) ? name : null;
}

/** What webhooks write for a caller who hides the number (section 3.4). */
const WITHHELD = '0';

/** The number the outside phone wants to be known by (RFC 3325), so that one phone can play many callers. */
function shownNumber(request: SipRequest, own: string): string {
  const preferred = parseUri(uriOf(header(request, 'p-preferred-identity'))).user;
  return preferred === '' ? own : preferred.replace(/[^+\w.-]/g, '');
}

/** Writes who is shown as the caller; the tag stays that of the caller's phone. */
function showCaller(request: SipRequest, user: string, name: string | null, domain: string): void {
  const shown = name === null ? '' : `"${name.replace(/["\\]/g, '\\$&')}" `;
  const tag = param(header(request, 'from'), 'tag');
  setHeader(request, 'From', withTag(`${shown}<sip:${user}@${domain}>`, tag));
  removeHeader(request, 'p-preferred-identity');
  setHeader(request, 'P-Asserted-Identity', `${shown}<sip:${user}@${domain}>`);
}

/** Decides where an authenticated caller's INVITE goes. `label` is the caller: an extension or `customer`. */
export async function place(parts: DialplanParts, transaction: InviteTransaction, label: string): Promise<void> {
  const { account } = parts;
  const target = parseUri(transaction.request.uri).user;
  const did = findDid(account, target);
  const extension = findExtension(account, target);
  transaction.reply(100, 'Trying');
  if (label === CUSTOMER && did !== undefined) return incoming(parts, transaction, did);
  if (extension !== undefined) return internal(parts, transaction, label, extension.number);
  if (label !== CUSTOMER) return outgoing(parts, transaction, label, target);
  transaction.reply(404, 'Not Found');
}

/** From the outside to one of our numbers, with the app's answer to NOTIFY_START obeyed. */
async function incoming(parts: DialplanParts, transaction: InviteTransaction, did: string): Promise<void> {
  const { account, registrar, domain } = parts;
  const from = shownNumber(transaction.request, account.customer.number);
  const user = from === WITHHELD ? 'anonymous' : from;
  const call = parts.calls.incoming({ from, did });
  const answer = await Promise.race([
    call.start(),
    new Promise<null>((resolve) => parts.later(() => resolve(null), START_TIMEOUT_MS)),
  ]);
  if (transaction.cancelled) return finish(parts, call, { disposition: 'cancel' });
  const redirect = answer?.redirect;
  if (redirect === 'blacklist') {
    transaction.reply(486, 'Busy Here');
    return finish(parts, call, { disposition: 'busy' });
  }
  if (Number(answer?.hangup ?? 0) === 1) {
    transaction.reply(603, 'Decline');
    return finish(parts, call, { disposition: 'cancel' });
  }

  const name = latinName(answer);
  const rung = new Set<string>();
  const ring = async (extensions: readonly string[], ms: number): Promise<RingResult> => {
    const targets = extensions.flatMap((number) => registrar.targets(number));
    for (const number of new Set(targets.map((item) => item.label))) {
      rung.add(number);
      void call.ring(number);
    }
    return transaction.ring(targets, (request) => showCaller(request, user, name, domain), ms);
  };

  const everyone = account.extensions.map((item) => item.number);
  const single = typeof redirect === 'string' ? account.extensions.find((item) => item.number === redirect) : undefined;
  const back = Number(answer?.return_timeout ?? 0);
  let result: RingResult;
  if (single === undefined) result = await ring(everyone, parts.ringTimeoutMs);
  else {
    result = await ring([single.number], back >= 3 ? back * 1000 : parts.ringTimeoutMs);
    const others = everyone.filter((number) => !rung.has(number));
    if (back >= 3 && (result.kind === 'failed' || result.kind === 'timeout') && others.length > 0) {
      result = await ring(others, parts.ringTimeoutMs);
    }
  }
  await conclude(parts, transaction, call, result, (label) => void call.answer(label));
}

async function outgoing(
  parts: DialplanParts,
  transaction: InviteTransaction,
  extension: string,
  to: string,
): Promise<void> {
  const { account, registrar, domain } = parts;
  const call = parts.calls.outgoing({ extension, to });
  void call.start();
  if (!/^\+?\d{3,15}$/.test(to)) {
    transaction.reply(404, 'Not Found');
    return finish(parts, call, { disposition: 'unallocated number' });
  }
  // There is one outside phone; whatever number is dialled, it plays its owner.
  const shown = account.dids[0] ?? 'anonymous';
  const edit = (request: SipRequest): void => showCaller(request, shown, null, domain);
  const result = await transaction.ring(registrar.targets(CUSTOMER), edit, parts.ringTimeoutMs);
  await conclude(parts, transaction, call, result, () => void call.answer());
}

/** Between extensions; whether the platform tells of such calls is UNCONFIRMED (section 3.6), the sandbox does not. */
async function internal(
  parts: DialplanParts,
  transaction: InviteTransaction,
  label: string,
  to: string,
): Promise<void> {
  const { account, registrar, domain } = parts;
  const name = account.extensions.find((item) => item.number === label)?.name ?? null;
  const shown = label === CUSTOMER ? account.customer.number : label;
  const edit = (request: SipRequest): void => showCaller(request, shown, name, domain);
  const result = await transaction.ring(registrar.targets(to), edit, parts.ringTimeoutMs);
  refuse(transaction, result);
}

function refuse(transaction: InviteTransaction, result: RingResult): void {
  if (result.kind === 'failed') transaction.reply(result.status, result.reason);
  if (result.kind === 'timeout') transaction.reply(480, 'Temporarily Unavailable');
}

async function conclude(
  parts: DialplanParts,
  transaction: InviteTransaction,
  call: IncomingCall | OutgoingCall,
  result: RingResult,
  answered: (label: string) => void,
): Promise<void> {
  if (result.kind === 'answered') {
    answered(result.label);
    result.dialog.onEnd = () => void finish(parts, call, { disposition: 'answered' });
    return;
  }
  refuse(transaction, result);
  await finish(parts, call, dispositionOf(result));
}

/** The URI a request's From names, without display name. */
export function callerOf(request: SipRequest): string {
  return parseUri(uriOf(header(request, 'from'))).user;
}
