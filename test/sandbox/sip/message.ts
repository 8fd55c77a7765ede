// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';

/** SIP messages as lists of headers in the order received: a proxy touches few of them and keeps the rest. */
type Part = { headers: [name: string, value: string][]; body: string };
export type SipRequest = Part & { readonly kind: 'request'; readonly method: string; uri: string };
export type SipResponse = Part & { readonly kind: 'response'; readonly status: number; readonly reason: string };
export type SipMessage = SipRequest | SipResponse;

const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  l: 'content-length',
  c: 'content-type',
  k: 'supported',
  s: 'subject',
  r: 'refer-to',
  b: 'referred-by',
};

const canonicalName = (name: string): string => {
  const lower = name.toLowerCase();
  return COMPACT[lower] ?? lower;
};

/** One message of a WebSocket frame (RFC 7118: a frame is a message); null when it is none. */
export function parseMessage(text: string): SipMessage | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return null;
    headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  const body = text.slice(end + 4);
  const response = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  if (response !== null) {
    return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers, body };
  }
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(first);
  if (request === null) return null;
  const message: SipRequest = { kind: 'request', method: request[1] ?? '', uri: request[2] ?? '', headers, body };
  const whole = ['via', 'from', 'to', 'call-id', 'cseq'].every((name) => header(message, name) !== '');
  return whole ? message : null;
}

export function serialise(message: SipMessage): string {
  const first =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const headers = message.headers.filter(([name]) => canonicalName(name) !== 'content-length');
  headers.push(['Content-Length', String(Buffer.byteLength(message.body))]);
  return `${first}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${message.body}`;
}

/** The first header of that name, empty when there is none. */
export function header(message: SipMessage, name: string): string {
  return message.headers.find(([key]) => canonicalName(key) === name.toLowerCase())?.[1] ?? '';
}

/** All values of a header, lists on one line taken apart. */
export function headerValues(message: SipMessage, name: string): string[] {
  return message.headers
    .filter(([key]) => canonicalName(key) === name.toLowerCase())
    .flatMap(([, value]) => value.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,])+/g) ?? [])
    .map((value) => value.trim());
}

export function removeHeader(message: SipMessage, name: string): void {
  message.headers = message.headers.filter(([key]) => canonicalName(key) !== name.toLowerCase());
}

export function setHeader(message: SipMessage, name: string, value: string): void {
  const found = message.headers.find(([key]) => canonicalName(key) === name.toLowerCase());
  if (found === undefined) message.headers.push([name, value]);
  else found[1] = value;
}

export function prependHeader(message: SipMessage, name: string, value: string): void {
  message.headers.unshift([name, value]);
}

/** Takes the topmost Via off. */
export function popVia(message: SipMessage): void {
  const values = headerValues(message, 'via').slice(1);
  removeHeader(message, 'via');
  message.headers.unshift(...values.map((value): [string, string] => ['Via', value]));
}

export function clone(request: SipRequest): SipRequest {
  return { ...request, headers: request.headers.map(([name, value]): [string, string] => [name, value]) };
}

/** The value of `;name=…` outside of the angle brackets, empty when absent. */
export function param(value: string, name: string): string {
  const outside = value.replace(/"(?:\\.|[^"\\])*"/g, '').replace(/<[^>]*>/, '');
  const match = new RegExp(`;\\s*${name}\\s*=\\s*"?([^;,"\\s]+)`, 'i').exec(outside);
  return match?.[1] ?? '';
}

/** The same header value with another `tag`. */
export function withTag(value: string, tag: string): string {
  const bare = value.replace(/;\s*tag=[^;]*/i, '');
  return tag === '' ? bare : `${bare};tag=${tag}`;
}

/** The URI of a name-addr or addr-spec. */
export function uriOf(value: string): string {
  const bracketed = /<([^>]*)>/.exec(value.replace(/"(?:\\.|[^"\\])*"/g, ''));
  return bracketed?.[1] ?? value.split(';', 1)[0]?.trim() ?? '';
}

/** User and host of a SIP URI; the user decoded. Both empty for another scheme. */
export function parseUri(uri: string): { user: string; host: string } {
  const match = /^sips?:(?:([^@;?]+)@)?([^;?>]+)/i.exec(uri);
  let user = match?.[1] ?? '';
  try {
    user = decodeURIComponent(user);
  } catch {
    // A broken escape stays as it came; nobody is called so.
  }
  return { user, host: (match?.[2] ?? '').toLowerCase() };
}

/** What a contact is known by: parameters may differ from message to message. */
export function contactKey(uri: string): string {
  const { user, host } = parseUri(uri);
  return `${user}@${host}`;
}

export const newToken = (): string => randomBytes(8).toString('hex');
export const newBranch = (): string => `z9hG4bK${newToken()}`;

/** An answer of the switch itself. Final and ringing answers get a To tag. */
export function makeResponse(
  request: SipRequest,
  status: number,
  reason: string,
  extra: readonly (readonly [string, string])[] = [],
): SipResponse {
  const response: SipResponse = { kind: 'response', status, reason, headers: [], body: '' };
  for (const via of headerValues(request, 'via')) response.headers.push(['Via', via]);
  const to = header(request, 'to');
  response.headers.push(
    ['From', header(request, 'from')],
    ['To', status > 100 && param(to, 'tag') === '' ? withTag(to, newToken()) : to],
    ['Call-ID', header(request, 'call-id')],
    ['CSeq', header(request, 'cseq')],
    ['Server', 'Sandbox'],
    ...extra.map(([name, value]): [string, string] => [name, value]),
  );
  return response;
}
