// SPDX-License-Identifier: MIT
import { AppError } from '../src-shared/errors.ts';
import { toFields } from '../src-shared/megacall/coerce.ts';
import type { RawReply } from './transport.ts';

const MINUTE = 60_000;
/** A clock further off than this is named as the cause of a refused key. */
const CLOCK_TOLERANCE = 5 * MINUTE;
const LONGEST_PAUSE = 5 * MINUTE;

/**
 * The fields of a successful reply (megacall-api.md section 1.6: any 2xx is one, `status:error` in it is none).
 *
 * @param now our clock, UTC milliseconds, to be compared with the server's when it refuses the key
 * @throws AppError `api.unauthorized`, `api.clock`, `api.rate-limited`, `api.not-json`, `api.rejected`
 */
export function judge({ status, headers, body }: RawReply, now: number): Readonly<Record<string, unknown>> {
  const fields = toFields(body);
  const message = messageOf(fields);
  if (status === 429 || (fields.status === 'error' && /exceeded.*limit/i.test(message))) {
    throw new AppError('api.rate-limited');
  }
  if (status === 401 || (fields.status === 'error' && /^(not authori[sz]ed|auth error)/i.test(message))) {
    throw unauthorized(headers, now);
  }
  if (body === null || typeof body !== 'object') throw new AppError('api.not-json', { status });
  if (status < 200 || status > 299 || fields.status === 'error') {
    throw new AppError('api.rejected', { status, message: message || `HTTP ${status}` });
  }
  return fields;
}

/** The PBX's own sentence, for people: one line, at most 200 characters. zcrm puts it into `data`. */
function messageOf(fields: Readonly<Record<string, unknown>>): string {
  const text = [fields.message, fields.data].find((value) => typeof value === 'string') ?? '';
  return String(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function unauthorized(headers: Headers, now: number): AppError {
  const difference = Math.abs(Date.parse(headers.get('date') ?? '') - now);
  return difference > CLOCK_TOLERANCE
    ? new AppError('api.clock', { minutes: Math.round(difference / MINUTE) })
    : new AppError('api.unauthorized');
}

/**
 * How long the PBX asks us to wait, in milliseconds; null when it does not. `Retry-After` is seconds or a date,
 * `X-RateLimit-Reset` seconds or a Unix time, and only speaks when nothing remains (section 1.5: both unconfirmed).
 */
export function requestedPause(headers: Headers, limited: boolean, now: number): number | null {
  const after = headers.get('retry-after');
  if (after !== null) {
    const ms = /^\s*\d+\s*$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now;
    if (Number.isFinite(ms)) return clamp(ms);
  }
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (!Number.isFinite(reset) || !(limited || headers.get('x-ratelimit-remaining')?.trim() === '0')) return null;
  return clamp(reset > 1e9 ? reset * 1000 - now : reset * 1000);
}

function clamp(ms: number): number {
  return Math.min(Math.max(ms, 0), LONGEST_PAUSE);
}
