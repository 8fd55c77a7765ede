// SPDX-License-Identifier: MIT
import { toFields, toList, toNumber, toText } from '../../../../src-shared/megacall/coerce.ts';
import type { Log } from '../../../log.ts';
import { CrmError, type CrmHttp, type CrmReply } from '../../api.ts';
import type { Access, TokenKeeper } from '../../oauth/keeper.ts';
import type { Centre } from './centres.ts';
import { failureOf, isRenewable, problemIn, recordFailure } from './errors.ts';
import { apiIn } from './provider.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** A page of records; `more` when there are others after it. */
export type Page = { readonly rows: readonly Fields[]; readonly more: boolean };

/** The REST API of one organisation, as the person who connected. A token that has run out is renewed once. */
export type ZohoClient = {
  /** The list under `key` of an answer; nothing found is an empty one. @param path below `/crm/v8/` @throws CrmError */
  list(path: string, key: string, signal: AbortSignal): Promise<Page>;
  /** Rows of a query in COQL, at most 200. @throws CrmError */
  query(select: string, signal: AbortSignal): Promise<Page>;
  /** Makes one record, or changes the one whose id the path ends in; answers its id. @throws CrmError */
  write(record: WriteRequest, signal: AbortSignal): Promise<string>;
  /** Few API credits are left today: nothing may be asked for that can be done without. */
  isSaving(): boolean;
};

export type WriteRequest = {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly fields: Fields;
  /** Whether the organisation's workflows, approvals and so on begin. */
  readonly workflows: boolean;
};

export type ClientOptions = {
  readonly http: CrmHttp;
  readonly tokens: TokenKeeper;
  readonly centre: Centre;
  readonly creditReserve: number;
  readonly now: () => number;
  readonly log: Log;
};

type ApiRequest = { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string; readonly body?: unknown };

/** Descriptions of fields and long texts of two hundred calls. */
const MAX_BYTES = 16 * 1024 * 1024;

export function createClient({ http, tokens, centre, creditReserve, now, log }: ClientOptions): ZohoClient {
  /** Told only after half of a day's credits is used. */
  let creditsLeft: number | null = null;

  const isSaving = (): boolean => creditsLeft !== null && creditsLeft < creditReserve;

  function noteCredits(headers: Headers): void {
    const before = isSaving();
    creditsLeft = toNumber(headers.get('x-api-credits-remaining'));
    if (isSaving() && !before) log.warn('few API credits of Zoho are left today', { left: creditsLeft });
  }

  async function send(access: Access, { method, path, body }: ApiRequest, signal: AbortSignal): Promise<CrmReply> {
    const headers = { Authorization: `Zoho-oauthtoken ${access.token}`, Accept: 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const url = `${apiIn(access.facts, centre)}/crm/v8/${path}`;
    const request = { method, url, maxBytes: MAX_BYTES, headers: { ...headers, ...type }, ...content };
    const reply = await http(request, signal);
    if (reply.status < 500) noteCredits(reply.headers);
    return reply;
  }

  async function call(request: ApiRequest, signal: AbortSignal): Promise<CrmReply> {
    const access = await tokens.access(signal);
    const reply = await send(access, request, signal);
    return isRenewable(reply) ? send(await tokens.renew(access.token, signal), request, signal) : reply;
  }

  /** What only reads leaves no doubt, also where it is a POST. */
  async function read(request: ApiRequest, key: string, signal: AbortSignal): Promise<Page> {
    try {
      const reply = await call(request, signal);
      if (reply.status === 204) return { rows: [], more: false };
      if (reply.status !== 200) throw failureOf(reply, false, now());
      const answer = toFields(reply.json());
      const rows = answer[key];
      if (problemIn(answer).code !== '') throw failureOf(reply, false, now());
      if (!Array.isArray(rows)) throw new CrmError('bad-reply', 'no rows in the answer');
      return { rows: rows.map(toFields), more: toFields(answer.info).more_records === true };
    } catch (error) {
      throw error instanceof CrmError && error.unsure ? sure(error) : error;
    }
  }

  return {
    isSaving,
    list: (path, key, signal) => read({ method: 'GET', path }, key, signal),
    query: (select, signal) => read({ method: 'POST', path: 'coql', body: { select_query: select } }, 'data', signal),

    async write({ method, path, fields, workflows }, signal) {
      const body = { data: [fields], ...(workflows ? {} : { trigger: [] }) };
      const reply = await call({ method, path, body }, signal);
      const results = recordsIn(reply);
      if (results === null) throw failureOf(reply, true, now());
      return resultOf(results);
    },
  };
}

/** What became of each record, with any status a refused record has; null when the whole request was refused. */
function recordsIn(reply: CrmReply): readonly Fields[] | null {
  if (reply.status >= 500) return null;
  try {
    const answer = toFields(reply.json());
    return problemIn(answer).code === '' && (reply.status < 400 || Array.isArray(answer.data))
      ? toList(answer.data).map(toFields)
      : null;
  } catch (error) {
    if (reply.status >= 400) return null;
    throw error;
  }
}

/** One record was sent: each element of the answer must be its success, whatever the HTTP status said. */
function resultOf(results: readonly Fields[]): string {
  const bad = results.find(({ code }) => toText(code) !== 'SUCCESS');
  if (bad !== undefined && problemIn(bad).code !== '') throw recordFailure(bad);
  const [first, second] = results;
  const id = idIn(toFields(first?.details).id);
  if (id === '' || bad !== undefined || second !== undefined) {
    throw new CrmError('bad-reply', 'no id in the answer', { unsure: true });
  }
  return id;
}

/** A record's id; '' for what is none. */
export function idIn(value: unknown): string {
  const text = toText(value);
  return /^\d{1,30}$/.test(text) ? text : '';
}

function sure({ failure, message, retryAfterMs, field, existing, cause }: CrmError): CrmError {
  return new CrmError(failure, message, { retryAfterMs, field, existing, cause });
}
