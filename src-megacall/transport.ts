// SPDX-License-Identifier: MIT
import { AppError } from '../src-shared/errors.ts';
import { parseJsonKeepingIds } from '../src-shared/megacall/json.ts';
import type { Params } from '../src-shared/megacall/signature.ts';
import { serializeParams, signSerialized } from '../src-shared/megacall/signature.ts';

export type Credentials = { readonly key: string; readonly secret: string };
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A reply as it came: nothing is judged yet. `body` is null when it was no JSON. */
export type RawReply = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export const TIMEOUT_MS = 10_000;
/** A page of a thousand statistics rows is about 300 kB. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/**
 * One signed request. The parameters are serialised once: the bytes signed are the bytes sent (trap 3), in the query
 * of a GET and in the form body of the others. Redirects are not followed: the credentials are for one host only.
 *
 * @param path with its leading and trailing slash
 * @throws AppError `api.network`, `api.timeout`, `api.bad-reply` (too large), `api.unauthorized` (key no header can carry)
 */
export async function send(
  fetch: typeof globalThis.fetch,
  baseUrl: string,
  { key, secret }: Credentials,
  method: Method,
  path: string,
  params: Params,
): Promise<RawReply> {
  // The HTTP library would repeat such a key in its error text.
  if (!/^[\x21-\x7e]+$/.test(key) || secret === '') throw new AppError('api.unauthorized');
  const base = new URL(baseUrl);
  const fullPath = base.pathname.replace(/\/+$/, '') + path;
  const query = serializeParams(params);
  const isGet = method === 'GET';
  const url = `${base.origin}${fullPath}${isGet && query !== '' ? `?${query}` : ''}`;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `${key}:${signSerialized(secret, fullPath, query)}`,
        Accept: 'application/json',
        ...(isGet ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      },
      body: isGet ? null : query,
      redirect: 'manual',
      credentials: 'omit', // no cookies: the signature is all there is
      cache: 'no-store', // one of the GETs rings a phone
      signal,
    });
    return { status: response.status, headers: response.headers, body: toJson(await readText(response)) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(signal.aborted ? 'api.timeout' : 'api.network', {}, { cause });
  }
}

/** The body as text, given up as soon as it is larger than allowed, whatever its Content-Length says. */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) throw new AppError('api.bad-reply'); // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function toJson(text: string): unknown {
  try {
    return parseJsonKeepingIds(text);
  } catch {
    return null;
  }
}
