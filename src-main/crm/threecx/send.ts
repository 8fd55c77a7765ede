// SPDX-License-Identifier: MIT
import { CrmError, type CrmHttp, type CrmReply, type CrmRequest } from '../api.ts';
import { headerText } from '../connectors/common/header-text.ts';
import { retryAfterMs } from '../retry-after.ts';
import { buildBody } from './body.ts';
import { fillText, type Scope } from './expression/evaluate.ts';
import type { ChainScenario, ScenarioRequest } from './scenario.ts';
import { buildUrl } from './url.ts';

const TIMEOUT_MS = 10_000;

/** What goes out for a scenario. @throws CrmError `refused`; ExpressionError */
export function toRequest(
  request: ScenarioRequest,
  scopes: { readonly all: Scope; readonly trusted: Scope },
  auth: Readonly<Record<string, string>>,
): CrmRequest {
  const body = buildBody(request, scopes.all);
  const headers = new Map(Object.entries({ Accept: 'application/json', ...auth }));
  if (body !== null) headers.set('Content-Type', headerText(body.contentType));
  for (const { key, text, passes } of request.headers) {
    const known = [...headers.keys()].find((name) => name.toLowerCase() === key.toLowerCase());
    headers.set(known ?? key, headerText(fillText(text, scopes.all, passes)));
  }
  return {
    method: request.method,
    url: buildUrl(request.url, scopes.all, scopes.trusted),
    headers: Object.fromEntries(headers),
    ...(body === null ? {} : { body: body.text }),
    timeoutMs: TIMEOUT_MS,
  };
}

/**
 * What a scenario's reply says; undefined for nothing. A CRM that is not read (a journal that is only written) may
 * answer what it likes, but a page is no answer.
 *
 * @throws CrmError
 */
export function judge(
  { request, rules, variables }: Pick<ChainScenario, 'request' | 'rules' | 'variables'>,
  reply: CrmReply,
  { now, writes }: { readonly now: number; readonly writes: boolean },
): unknown {
  const { status, text } = reply;
  const unsure = request.method !== 'GET';
  // Whoever is looked for may be nobody; a place to write to has to be there.
  if (status === 204 || (status === 404 && !(writes && unsure))) return undefined;
  if (status === 401) throw new CrmError('auth', 'the CRM does not accept our credentials');
  if (status === 403) throw new CrmError('forbidden', 'the CRM does not allow this');
  if (status === 409) throw new CrmError('duplicate', 'it is there already');
  if (status === 429) {
    throw new CrmError('quota', 'too many requests', { retryAfterMs: retryAfterMs(reply.headers, now) });
  }
  if (status === 503) {
    throw new CrmError('network', 'the CRM is out of order', { retryAfterMs: retryAfterMs(reply.headers, now) });
  }
  if (status >= 500) throw new CrmError('network', `the CRM answered ${status}`, { unsure });
  if (status >= 400) throw new CrmError('refused', `the CRM answered ${status}: ${text}`);
  if (status >= 300) throw new CrmError('bad-reply', `the CRM answered ${status}`, { unsure });
  if (text.trim() === '') return undefined;
  const isRead = rules.length + variables.length > 0;
  const isPage = /^\s*(?:<!doctype html|<html)/i.test(text);
  return isRead || isPage ? reply.json() : null;
}

/** One request, and its reply judged. */
export type Send = (
  scenario: ChainScenario,
  scopes: { readonly all: Scope; readonly trusted: Scope },
  auth: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<CrmReply>;

export function createSend(http: CrmHttp, limit: <T>(run: () => Promise<T>) => Promise<T>): Send {
  return (scenario, scopes, auth, signal) => {
    const request = toRequest(scenario.request, scopes, auth);
    return limit(() => http(request, signal));
  };
}
