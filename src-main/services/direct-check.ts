// SPDX-License-Identifier: MIT
import { randomUUID } from 'node:crypto';
import type { DirectAdvice, DirectCheck } from '../../src-shared/direct.ts';
import { plain } from './doctor/steps.ts';

/**
 * Asks a public address as the PBX does when it is given one (megacall-api.md section 3.1): `zd_echo` with a text nobody
 * can guess. That the text comes back proves little, since every integration of this kind answers so; that our own relay
 * was asked for it proves the rest.
 *
 * @param sawFrom who asked the relay of this app for that text, at any path
 * @returns also who that was, when all is well
 */
export async function checkPublicUrl(
  url: string,
  fetch: typeof globalThis.fetch,
  sawFrom: (echo: string) => string | null,
): Promise<Reached | DirectCheck> {
  const echo = randomUUID();
  let reply: Reply;
  try {
    reply = await ask(`${url}?zd_echo=${echo}`, fetch);
  } catch (error) {
    const name = nameOf(error);
    return failed(url, adviceOfError(name), name);
  }
  const from = sawFrom(echo);
  const advice = adviceOf(reply, reply.body === echo, from !== null);
  if (advice === 'reached') return { state: 'ok', from: from ?? '' };
  return failed(url, advice, reply.code === '' ? `HTTP ${reply.status}` : `HTTP ${reply.status}, ${reply.code}`);
}

type Reached = { readonly state: 'ok'; readonly from: string };

export function failed(url: string, advice: DirectAdvice, detail = ''): DirectCheck {
  return { state: 'failed', advice, url, detail: plain(detail) };
}

type Reply = { readonly status: number; readonly body: string; readonly isPage: boolean; readonly code: string };

const WAIT_MS = 10_000;
const MOST_BYTES = 4096;

async function ask(url: string, fetch: typeof globalThis.fetch): Promise<Reply> {
  const signal = AbortSignal.timeout(WAIT_MS);
  const response = await fetch(url, { redirect: 'manual', credentials: 'omit', cache: 'no-store', signal });
  const { status, headers } = response;
  const isPage = /html/i.test(headers.get('content-type') ?? '');
  return { status, isPage, body: await start(response), code: headers.get('ngrok-error-code') ?? '' };
}

/** The first bytes; more than an echo is none. */
async function start(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) break;
  }
  // A byte order mark is an alteration too: the PBX would refuse it.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks));
}

function adviceOf({ status, isPage, code }: Reply, isEcho: boolean, wasSeen: boolean): DirectAdvice {
  if (wasSeen) {
    if (status === 404) return 'wrong-path';
    return status === 200 && isEcho ? 'reached' : 'changed';
  }
  if (status >= 300 && status < 400) return 'redirect';
  // What tunnels answer for one that is not connected: Cloudflare 530, ngrok 404 with a code of its own.
  if (status === 530 || code === 'ERR_NGROK_3200') return 'tunnel-down';
  if ([502, 503, 504, 521, 522, 523].includes(status)) return 'app-not-reached';
  return isPage && !isEcho && status !== 404 ? 'page' : 'wrong-app';
}

/** What went wrong as the system calls it: Node says it in `cause.code`, Electron in the message. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : (error.cause ?? error);
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return /net::(ERR_[A-Z_]+)/.exec(error.message)?.[1] ?? error.name;
}

function adviceOfError(name: string): DirectAdvice {
  if (/NOTFOUND|EAI_AGAIN|NAME_NOT_RESOLVED|NAME_RESOLUTION|ERR_DNS/.test(name)) return 'dns';
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|EPROTO/.test(name)) return 'tls';
  if (/CONNREFUSED|CONNECTION_REFUSED/.test(name)) return 'closed';
  if (/TIMEOUT|TIMED_?OUT|Abort/i.test(name)) return 'no-answer';
  // A tunnel without an app behind it takes the connection and drops it.
  if (/CONNRESET|UND_ERR_SOCKET|CONNECTION_(RESET|CLOSED)|EMPTY_RESPONSE|HPE_/.test(name)) return 'app-not-reached';
  return 'unreachable';
}
