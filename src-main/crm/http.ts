// SPDX-License-Identifier: MIT
import { parseJsonKeepingIds } from '../../src-shared/megacall/json.ts';
import { CrmError, type CrmHttp, type CrmReply, type CrmRequest } from './api.ts';
import { checkedUrl } from './http-url.ts';
import { wasNotSent } from './not-sent.ts';

export const TIMEOUT_MS = 20_000;
export const MAX_BYTES = 2 * 1024 * 1024;

/**
 * `fetch` as connectors may use it. One time limit covers connection, head and body; the body is counted unpacked, as
 * it arrives. Redirects are not followed, not even on one host: what is sent to a CRM carries a token. Any status is
 * an answer, for the connector to judge. A failure of anything but a GET is `unsure` unless the request surely never
 * left (not connected, refused certificate): an answer that cannot be read does not tell whether it was carried out.
 *
 * @throws CrmError `refused` (address or header we do not send), `network`, `bad-reply` (redirect, too large, cut off)
 */
export function createCrmHttp({ fetch }: { readonly fetch: typeof globalThis.fetch }): CrmHttp {
  return async (request, signal) => {
    const url = checkedUrl(request.url);
    const headers = checkedHeaders(request.headers ?? {});
    if (signal.aborted) throw new CrmError('network', 'stopped', { cause: signal.reason });
    const limit = AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    const ended = AbortSignal.any([signal, limit]);
    const isWrite = request.method !== 'GET';
    let answered = false;
    try {
      const response = await fetch(url, {
        method: request.method,
        headers,
        body: request.body ?? null,
        redirect: 'manual',
        credentials: 'omit',
        cache: 'no-store',
        signal: ended,
      });
      answered = true;
      const text = await readText(response, request, isWrite);
      return reply(response, text, isWrite);
    } catch (cause) {
      if (cause instanceof CrmError) throw cause;
      if (isRedirect(cause)) throw redirected(isWrite, cause);
      const unsure = isWrite && (answered || !wasNotSent(cause));
      const text = signal.aborted ? 'stopped' : limit.aborted ? 'no answer in time' : 'no connection';
      throw new CrmError('network', text, { unsure, cause });
    }
  };
}

/** The HTTP library would repeat a header it does not like, token and all, in its error text. */
function checkedHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new CrmError('refused', 'a header holds characters that no header can carry');
  }
}

async function readText(response: Response, { maxBytes = MAX_BYTES }: CrmRequest, unsure: boolean): Promise<string> {
  const stop = async (error: CrmError): Promise<never> => {
    await response.body?.cancel().catch(() => undefined);
    throw error;
  };
  const stated = response.headers.get('content-length');
  if (response.status >= 300 && response.status < 400 && response.headers.has('location')) {
    return stop(redirected(unsure, undefined));
  }
  if (Number(stated ?? 0) > maxBytes) return stop(tooLarge(unsure));
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(unsure); // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  const isPlain = !response.headers.has('content-encoding');
  if (stated !== null && isPlain && response.body !== null && Number(stated) !== bytes) {
    throw new CrmError('bad-reply', 'the answer broke off', { unsure });
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function reply(response: Response, text: string, unsure: boolean): CrmReply {
  return {
    status: response.status,
    headers: response.headers,
    text,
    json() {
      try {
        return parseJsonKeepingIds(text);
      } catch {
        const what = /^\s*(?:<!doctype|<html|<\?xml)/i.test(text) ? 'a page' : 'no readable JSON';
        throw new CrmError('bad-reply', `${what} in place of data (status ${response.status})`, { unsure });
      }
    },
  };
}

function tooLarge(unsure: boolean): CrmError {
  return new CrmError('bad-reply', 'the answer is too large', { unsure });
}

function redirected(unsure: boolean, cause: unknown): CrmError {
  return new CrmError('bad-reply', 'the CRM sent us to another address', { unsure, cause });
}

/** Electron's fetch ends with this error where others answer with the redirect. */
function isRedirect(cause: unknown): boolean {
  return cause instanceof Error && /redirect was cancelled/i.test(cause.message);
}
