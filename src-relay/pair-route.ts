// SPDX-License-Identifier: MIT
import type { PairingReply } from '../src-shared/relay/protocol.ts';
import { pairingRequest } from '../src-shared/relay/protocol-schemas.ts';
import { type Devices, WireFailure } from './parts.ts';
import { RelayError } from './store/api.ts';

/** `POST /pair`, apart from HTTP: what to answer. */
export type PairHandler = (
  body: Buffer | string,
  from: string,
) => Promise<{ readonly status: number; readonly body: PairingReply | { readonly code: string } }>;

const STATUS: Readonly<Record<string, number>> = { 'pair.unknown': 404, 'pair.locked': 429 };

/** 200 with the token, 400 for no request, 404 for a wrong or used code, 429 when locked, 503 without a store. */
export function createPairHandler(devices: Pick<Devices, 'pair'>): PairHandler {
  return async (body, from) => {
    const request = pairingRequest.safeParse(parse(body.toString()));
    if (!request.success) return { status: 400, body: { code: 'pair.bad-request' } };
    try {
      return { status: 200, body: await devices.pair(request.data.code, from, request.data.name) };
    } catch (error) {
      if (error instanceof RelayError) return { status: 503, body: { code: error.code } };
      if (!(error instanceof WireFailure)) throw error;
      return { status: STATUS[error.code] ?? 400, body: { code: error.code } };
    }
  };
}

/**
 * `DELETE /pair`: a desktop leaves the team and is off the list at once. Answers the status: 204, or 401 for a token
 * nobody has.
 *
 * @throws RelayError: nothing was taken off, or not all of it
 */
export type LeaveHandler = (token: string | null) => Promise<204 | 401>;

export function createLeaveHandler(devices: Pick<Devices, 'byToken' | 'revoke'>): LeaveHandler {
  return async (token) => {
    const caller = token === null ? null : await devices.byToken(token);
    if (caller === null) return 401;
    await devices.revoke(caller.tenant, caller.device);
    return 204;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
