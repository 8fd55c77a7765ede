// SPDX-License-Identifier: MIT
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../src-shared/errors.ts';
import type { Forwarding } from '../src-shared/ipc/map.ts';
import type {
  AccountClock,
  Balance,
  CallbackReply,
  CallbackRequest,
  CallInfo,
  ExtensionList,
  RecordRef,
  StatisticsQuery,
} from '../src-shared/megacall/api-types.ts';
import { accountOffset, utcToWall } from '../src-shared/megacall/clock.ts';
import { toBoolean, toFields, toList, toNumber, toText } from '../src-shared/megacall/coerce.ts';
import type { Params } from '../src-shared/megacall/signature.ts';
import { pbxNumber } from '../src-shared/numbers/pbx-number.ts';
import type { Budget, Priority } from './rate-limiter.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { judge, requestedPause } from './reply.ts';
import type { Credentials, Method } from './transport.ts';
import { send } from './transport.ts';

export type { Credentials } from './transport.ts';

export type ClientOptions = {
  /** http(s) address of the API, `Settings.apiBaseUrl`, asked anew for each request. */
  readonly baseUrl: () => string;
  readonly credentials: () => Promise<Credentials>;
  readonly fetch: typeof globalThis.fetch;
  /** UTC milliseconds: only compared with the server's clock. */
  readonly now: () => number;
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** A clock that never goes back, for the limits; `performance.now` unless a test brings its own. */
  readonly monotonic?: () => number;
  /** Evenly spread over [0, 1), for the jitter of retries. */
  readonly random?: () => number;
};

/**
 * The PBX's REST API. Every method rejects with an AppError `api.*`; reads are tried up to three times, everything
 * with an effect once. A read for a person waits 15 s at most for its place in the limits, a call 3 s, others as long
 * as it takes.
 */
export type MegacallClient = {
  balance(): Promise<Balance>;
  timezone(priority?: Priority): Promise<AccountClock>;
  extensions(): Promise<ExtensionList>;
  /** Whether any phone is registered with the extension; null when the PBX does not say. */
  extensionStatus(extension: string): Promise<{ readonly online: boolean | null }>;
  sipPassword(extension: string): Promise<string>;
  callback(request: CallbackRequest): Promise<CallbackReply>;
  /** Sends a text message; `denied` is the PBX's reason when it does not send to this number (section 2.8). */
  sendSms(number: string, message: string): Promise<{ readonly denied: string | null }>;
  /**
   * Links to the recording: `api.rejected` until it is ready. `lifetime` in seconds, 180 to 5 184 000. Only https
   * links, and http ones when the API itself is at an http address; `api.bad-reply` when there are only others.
   */
  recordLinks(record: RecordRef, lifetime: number): Promise<readonly string[]>;
  /** The account's own numbers, as the PBX writes them (megacall-api.md section 2.3). */
  directNumbers(): Promise<readonly string[]>;
  /** Where the PBX sends calls of an extension; `to` with `+` where that is certain (megacall-api.md section 2.5). */
  redirection(extension: string): Promise<Forwarding>;
  /** @param forwarding `to` as `parseDialable` gives it; ignored when off */
  setRedirection(extension: string, forwarding: Forwarding): Promise<Forwarding>;
  /**
   * One page of calls after their end, rows as they come: `parseStatisticsRow` reads them. `more` says whether another
   * page may follow.
   */
  statisticsPbx(query: StatisticsQuery, offsetMs: number): Promise<{ rows: readonly unknown[]; more: boolean }>;
  callinfo(): Promise<CallInfo>;
  /** Where the PBX sends call notifications: replaces any other integration's address (trap 29). */
  setCallinfoUrl(url: string): Promise<void>;
  removeCallinfoUrl(url: string): Promise<void>;
  /** @param flags as `callinfo().notifications` names them */
  setCallNotifications(flags: Readonly<Record<string, boolean>>): Promise<void>;
};

type Request = {
  readonly method?: Method;
  readonly params?: Params;
  readonly once?: boolean;
  readonly budget?: Budget;
};

const MAX_WAIT: Readonly<Record<Priority, number>> = { call: 3_000, ui: 15_000, background: Number.POSITIVE_INFINITY };
const TRIES = 3;
const BACKOFF_MS = 500;
/** Pause after "too many" when the PBX names none. */
const LIMITED_PAUSE: Readonly<Record<Budget, number>> = { general: 5_000, statistics: 20_000 };
const PAGE_ROWS = 1000;

export function createMegacallClient(options: ClientOptions): MegacallClient {
  const { log, now } = options;
  const sleep = options.sleep ?? ((ms: number) => delay(ms));
  const limiter = createRateLimiter(options.monotonic ?? (() => performance.now()), sleep);
  const random = options.random ?? Math.random;

  async function attempt(path: string, request: Request, priority: Priority) {
    const { method = 'GET', params = {}, budget = 'general' } = request;
    await limiter.acquire(budget, priority, MAX_WAIT[priority]);
    const reply = await send(options.fetch, options.baseUrl(), await options.credentials(), method, path, params);
    const pause = requestedPause(reply.headers, false, now());
    if (pause !== null) limiter.pause(budget, pause);
    try {
      return judge(reply, now());
    } catch (error) {
      if (error instanceof AppError && error.code === 'api.rate-limited') {
        limiter.pause(budget, requestedPause(reply.headers, true, now()) ?? LIMITED_PAUSE[budget]);
      }
      throw error;
    }
  }

  /** Only what changes nothing is asked again; `request/callback` is a GET that rings a phone. */
  async function call(path: string, request: Request, priority: Priority) {
    const tries = request.once || (request.method ?? 'GET') !== 'GET' ? 1 : TRIES;
    for (let n = 1; ; n++) {
      try {
        return await attempt(path, request, priority);
      } catch (error) {
        if (!(error instanceof AppError)) throw new AppError('internal', {}, { cause: error });
        log.warn('API request failed', { path, code: error.code, try: n });
        if (n >= tries || !isPassing(error)) throw error;
        await sleep(BACKOFF_MS * 2 ** (n - 1) * (0.5 + random()));
      }
    }
  }

  return {
    async balance() {
      const fields = await call('/v1/info/balance/', {}, 'ui');
      return { balance: need(toNumber(fields.balance)), currency: toText(fields.currency).slice(0, 10) };
    },
    async timezone(priority = 'ui') {
      const fields = await call('/v1/info/timezone/', {}, priority);
      const unixtime = need(toNumber(fields.unixtime));
      const offsetMs = need(accountOffset(unixtime, toText(fields.datetime)));
      return { unixtime, offsetMs, label: toText(fields.timezone).slice(0, 50) };
    },
    async extensions() {
      const fields = await call('/v1/pbx/internal/', {}, 'ui');
      const numbers = toList(fields.numbers).map(toText);
      return { pbxId: needDigits(toText(fields.pbx_id)), numbers: numbers.filter((number) => /^\d+$/.test(number)) };
    },
    async extensionStatus(extension) {
      const fields = await call(`/v1/pbx/internal/${needDigits(extension)}/status/`, {}, 'ui');
      return { online: toBoolean(fields.is_online) };
    },
    async sipPassword(extension) {
      const { password } = await call(`/v1/pbx/internal/${needDigits(extension)}/password/`, {}, 'ui');
      return need(typeof password === 'string' && password !== '' ? password : null);
    },
    async callback({ from, to, sip, predicted }) {
      const params = { from, to, sip, predicted: predicted ? 'predicted' : undefined };
      const fields = await call('/v1/request/callback/', { params, once: true }, 'call');
      return { from: toText(fields.from), to: toText(fields.to), time: toNumber(fields.time) };
    },
    async sendSms(number, message) {
      const request = { method: 'POST', params: { number, message }, once: true } as const;
      const fields = await call('/v1/sms/send/', request, 'call');
      // A refusal of the only number is a success with a list (trap of section 2.8).
      const [denied] = toList(fields.denied_numbers).map(toFields);
      return { denied: denied === undefined ? null : toText(denied.message).slice(0, 300) };
    },
    async recordLinks(record, lifetime) {
      const id = 'callId' in record ? { call_id: record.callId } : { pbx_call_id: record.pbxCallId };
      const fields = await call('/v1/pbx/record/request/', { params: { ...id, lifetime } }, 'background');
      // `link` or `links`, whichever id was asked with (trap 12).
      const links = [...new Set([fields.link, ...toList(fields.links)].map(toText).filter((link) => link !== ''))];
      const usable = links.filter((link) => isUsable(link, options.baseUrl()));
      return need(usable.length > 0 || links.length === 0 ? usable : null);
    },
    async statisticsPbx({ start, end, callType, skip = 0, limit = PAGE_ROWS }, offsetMs) {
      const range = { start: utcToWall(start, offsetMs), end: utcToWall(end, offsetMs) };
      const params = { ...range, version: 2, call_type: callType, skip, limit };
      const fields = await call('/v1/statistics/pbx/', { params, budget: 'statistics' }, 'background');
      const rows = toList(fields.stats);
      return { rows, more: rows.length >= limit };
    },
    async directNumbers() {
      const fields = await call('/v1/direct_numbers/', {}, 'background');
      const numbers = toList(fields.info).map((entry) => toText(toFields(entry).number));
      return numbers.filter((number) => /^\+?\d{3,20}$/.test(number));
    },
    async redirection(extension) {
      const params = { pbx_number: needDigits(extension) };
      return toForwarding(await call('/v1/pbx/redirection/', { params }, 'ui'));
    },
    async setRedirection(extension, { on, to, condition }) {
      const pbx_number = needDigits(extension);
      const params = on
        ? { pbx_number, status: 'on', type: 'phone', destination: to.replace(/^\+/, ''), condition }
        : { pbx_number, status: 'off' };
      return toForwarding(await call('/v1/pbx/redirection/', { method: 'POST', params }, 'ui'));
    },
    async callinfo() {
      const fields = await call('/v1/pbx/callinfo/', {}, 'ui');
      const flags = Object.entries(toFields(fields.notifications));
      const notifications = Object.fromEntries(flags.map(([name, value]) => [name, toBoolean(value) ?? false]));
      return { url: toText(fields.url), notifications };
    },
    async setCallinfoUrl(url) {
      await call('/v1/pbx/callinfo/url/', { method: 'POST', params: { url } }, 'ui');
    },
    async removeCallinfoUrl(url) {
      await call('/v1/pbx/callinfo/url/', { method: 'DELETE', params: { url } }, 'ui');
    },
    async setCallNotifications(flags) {
      const params = Object.fromEntries(Object.entries(flags).map(([name, on]) => [name, String(on)]));
      await call('/v1/pbx/callinfo/notifications/', { method: 'POST', params }, 'ui');
    },
  };
}

/** `type`, `destination` and `condition` are absent when off; a voicemail or a menu has no number. */
function toForwarding(fields: Readonly<Record<string, unknown>>): Forwarding {
  const on = need(toBoolean(fields.current_status));
  const to = on ? pbxNumber(toText(fields.destination)) : '';
  return { on, to, condition: toText(fields.condition) === 'noanswer' ? 'noanswer' : 'always' };
}

/** What may be different in a moment. An HTML page with a 5xx is a proxy in trouble; with a 200 it is a wrong address. */
function isPassing({ code, params }: AppError): boolean {
  if (code === 'api.network' || code === 'api.timeout' || code === 'api.rate-limited') return true;
  return (code === 'api.not-json' || code === 'api.rejected') && Number(params.status) >= 500;
}

/** A link is fetched as it is: over http only when all else goes over http too, and never from a file. */
function isUsable(link: string, baseUrl: string): boolean {
  const protocol = URL.canParse(link) ? new URL(link).protocol : '';
  return protocol === 'https:' || (protocol === 'http:' && new URL(baseUrl).protocol === 'http:');
}

function need<T>(value: T | null): T {
  if (value === null) throw new AppError('api.bad-reply');
  return value;
}

/** Extensions and PBX ids become part of paths and logins: digits only. */
function needDigits(text: string): string {
  return need(/^\d{1,12}$/.test(text) ? text : null);
}
