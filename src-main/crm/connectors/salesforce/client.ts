// SPDX-License-Identifier: MIT
import { toFields, toList, toNumber, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError, type CrmHttp, type CrmReply, type CrmRequest } from '../../api.ts';
import type { Access, TokenKeeper } from '../../oauth/keeper.ts';
import { failureOf, isRenewable } from './errors.ts';

export type Fields = Readonly<Record<string, unknown>>;

export type ApiRequest = {
  readonly method: CrmRequest['method'];
  /** Below `/services/data/vNN.0/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes?: number;
  /** A POST that changes nothing. */
  readonly isRead?: boolean;
};

/** The REST API of one organisation, as the person who connected. */
export type SalesforceClient = {
  /** The JSON of a good answer, null for an empty one. A session that has ended is renewed once. @throws CrmError */
  call(request: ApiRequest, signal: AbortSignal): Promise<unknown>;
  /** Rows of one SOQL query, a page of at most 2,000. */
  query(soql: string, signal: AbortSignal): Promise<readonly Fields[]>;
  /** Several queries as one request against the daily limit; at most five. Rows in the order of the queries. */
  queries(soql: readonly string[], signal: AbortSignal): Promise<readonly Fields[]>;
};

export type ClientOptions = {
  readonly http: CrmHttp;
  readonly tokens: TokenKeeper;
  readonly apiVersion: number;
  readonly now: () => number;
};

export function createClient({ http, tokens, apiVersion, now }: ClientOptions): SalesforceClient {
  const versions = new Map<string, number>();

  function instanceOf({ facts }: Access): string {
    const origin = facts.instanceUrl;
    if (origin === undefined) throw new CrmError('auth', 'the organisation’s server is not known: connect again');
    return origin;
  }

  /** The newest version both sides know; ours where the list, which is for everybody, is kept from us all the same. */
  async function versionOf(origin: string, signal: AbortSignal): Promise<number> {
    const known = versions.get(origin);
    if (known !== undefined) return known;
    const reply = await http({ method: 'GET', url: `${origin}/services/data/` }, signal);
    const isHidden = reply.status === 401 || reply.status === 403 || reply.status === 404;
    if (reply.status !== 200 && !isHidden) throw failureOf(reply, false, now());
    const listed = isHidden ? [{ version: apiVersion }] : toList(reply.json());
    const offered = listed.map((entry) => toNumber(toFields(entry).version) ?? 0);
    const usable = offered.filter((version) => version > 0 && version <= apiVersion);
    if (usable.length === 0) throw new CrmError('bad-reply', 'no version of the API in common');
    const version = Math.max(...usable);
    versions.set(origin, version);
    return version;
  }

  async function send(access: Access, request: ApiRequest, signal: AbortSignal): Promise<CrmReply> {
    const origin = instanceOf(access);
    const version = await versionOf(origin, signal);
    const hasBody = request.body !== undefined;
    return http(
      {
        method: request.method,
        url: `${origin}/services/data/v${version}.0/${request.path}`,
        headers: {
          Authorization: `Bearer ${access.token}`,
          Accept: 'application/json',
          ...(hasBody ? { 'Content-Type': 'application/json' } : {}),
          ...request.headers,
        },
        ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
        ...(request.maxBytes === undefined ? {} : { maxBytes: request.maxBytes }),
      },
      signal,
    );
  }

  async function call(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const isWrite = request.method !== 'GET' && request.isRead !== true;
    try {
      const access = await tokens.access(signal);
      let reply = await send(access, request, signal);
      if (isRenewable(reply)) reply = await send(await tokens.renew(access.token, signal), request, signal);
      if (reply.status < 200 || reply.status >= 300) throw failureOf(reply, isWrite, now());
      return reply.status === 204 ? null : reply.json();
    } catch (error) {
      throw !isWrite && error instanceof CrmError && error.unsure ? sure(error) : error;
    }
  }

  return {
    call,

    async query(soql, signal) {
      return rowsIn(await call({ method: 'GET', path: `query?q=${encodeURIComponent(soql)}` }, signal));
    },

    async queries(soql, signal) {
      const access = await tokens.access(signal);
      const version = await versionOf(instanceOf(access), signal);
      const compositeRequest = soql.map((text, at) => ({
        method: 'GET',
        url: `/services/data/v${version}.0/query?q=${encodeURIComponent(text)}`,
        referenceId: `query${at}`,
      }));
      const request = { method: 'POST', path: 'composite', body: { compositeRequest }, isRead: true } as const;
      const parts = toList(toFields(await call(request, signal)).compositeResponse).map(toFields);
      return parts.flatMap((part) => {
        const status = toNumber(part.httpStatusCode) ?? 0;
        if (status === 200) return rowsIn(part.body);
        throw failureOf({ status, headers: new Headers(), json: () => part.body }, false, now());
      });
    },
  };
}

/** Rows of a query or a search. @throws CrmError `bad-reply` for anything else */
export function rowsIn(answer: unknown, key = 'records'): readonly Fields[] {
  const rows = toFields(answer)[key];
  if (!Array.isArray(rows)) throw new CrmError('bad-reply', 'no rows in the answer');
  return rows.map(toFields);
}

/** A record's id; '' for what is none. */
export function idIn(value: unknown): string {
  const text = toText(value);
  return /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/.test(text) ? text : '';
}

/** What only reads leaves no doubt. */
function sure({ failure, message, retryAfterMs, field, existing, cause }: CrmError): CrmError {
  return new CrmError(failure, message, { retryAfterMs, field, existing, cause });
}
