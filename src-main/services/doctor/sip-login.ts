// SPDX-License-Identifier: MIT
import { createHash, randomBytes } from 'node:crypto';
import type WebSocket from 'ws';
import { type Finding, failed, ok } from './steps.ts';

const ANSWER_MS = 5_000;
const GOODBYE_MS = 1_500;
const EXPIRES = 60;

export type Login = {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  /** As set; '' follows the server. */
  readonly realm: string;
};

type Reply = { readonly status: number; readonly reason: string; readonly headers: ReadonlyMap<string, string> };

/**
 * One REGISTER over an open WebSocket, and its end at once: an address of our own, so that the phone's registration is
 * not touched. RFC 3261 section 10, digest by RFC 2617 and 8760. The password never leaves as such.
 */
export async function tryLogin(socket: WebSocket, login: Login, signal: AbortSignal): Promise<Finding> {
  const talk = new Registration(socket, login, signal);
  const first = await talk.register(EXPIRES);
  if (typeof first === 'string') return failed(first);
  const challenge = first.headers.get('www-authenticate') ?? first.headers.get('proxy-authenticate') ?? '';
  if (first.status !== 401 && first.status !== 407) {
    if (first.status < 300) await talk.leave(null);
    return judge(first, null, login);
  }
  const realm = parameter(challenge, 'realm') ?? '';
  const second = await talk.register(EXPIRES, challenge);
  if (typeof second === 'string') return failed(second);
  if (second.status === 423) {
    const least = Number(second.headers.get('min-expires'));
    const third = Number.isInteger(least) && least > 0 ? await talk.register(least, challenge) : second;
    if (typeof third === 'string') return failed(third);
    if (third.status < 300) await talk.leave(challenge);
    return judge(third, realm, login);
  }
  if (second.status < 300) await talk.leave(challenge);
  return judge(second, realm, login);
}

function judge({ status, reason, headers }: Reply, realm: string | null, login: Login): Finding {
  const said = `${status} ${reason}`;
  if (status < 300) {
    const expires = /expires=(\d+)/i.exec(headers.get('contact') ?? '')?.[1] ?? headers.get('expires') ?? '?';
    return ok('ok', `${expires} s${realm === null ? '' : `, realm ${realm}`}`);
  }
  const expected = login.realm === '' ? login.domain : login.realm;
  if (status === 401 || status === 407) {
    return realm !== null && realm !== expected
      ? failed('wrong-realm', `${realm} (${expected})`)
      : failed('wrong-password', said);
  }
  if (status === 404) return failed('unknown-user', said);
  return failed(status >= 500 ? 'server-error' : 'refused', said);
}

class Registration {
  readonly #socket: WebSocket;
  readonly #login: Login;
  readonly #signal: AbortSignal;
  readonly #id = token();
  readonly #tag = token();
  readonly #host = `${token()}.invalid`;
  #cseq = 0;
  #nonceCount = 0;

  constructor(socket: WebSocket, login: Login, signal: AbortSignal) {
    this.#socket = socket;
    this.#login = login;
    this.#signal = signal;
  }

  /** @returns the final answer, or the advice for none: `no-answer`, `not-sip`. */
  register(expires: number, challenge: string | null = null, timeout = ANSWER_MS): Promise<Reply | string> {
    this.#cseq += 1;
    const wanted = `${this.#cseq} REGISTER`;
    const answer = new Promise<Reply | string>((resolve) => {
      let garbage = false;
      const end = (result: Reply | string) => {
        clearTimeout(late);
        this.#socket.off('message', hear).off('close', gone);
        this.#signal.removeEventListener('abort', gone);
        resolve(result);
      };
      const none = () => end(garbage ? 'not-sip' : 'no-answer');
      const gone = () => none();
      const hear = (data: unknown) => {
        const text = String(data);
        if (text.trim() === '') return;
        const reply = parseReply(text);
        if (reply === null) garbage ||= !/^[A-Z]+ \S+ SIP\/2\.0\r\n/.test(text);
        else if (reply.headers.get('cseq')?.replace(/\s+/g, ' ') === wanted && reply.status >= 200) end(reply);
      };
      const late = setTimeout(none, timeout);
      this.#socket.on('message', hear).on('close', gone);
      this.#signal.addEventListener('abort', gone);
    });
    this.#socket.send(this.#request(expires, challenge));
    return answer;
  }

  /** Takes our address out again; a server that does not answer forgets it after a minute. */
  async leave(challenge: string | null): Promise<void> {
    const reply = await this.register(0, challenge, GOODBYE_MS);
    const again = typeof reply === 'string' ? undefined : reply.headers.get('www-authenticate');
    if (again !== undefined) await this.register(0, again, GOODBYE_MS);
  }

  #request(expires: number, challenge: string | null): string {
    const { user, domain } = this.#login;
    const name = encodeURIComponent(user);
    const authorization = challenge === null ? [] : [this.#authorization(challenge)];
    return [
      `REGISTER sip:${domain} SIP/2.0`,
      `Via: SIP/2.0/WSS ${this.#host};branch=z9hG4bK${token()}`,
      'Max-Forwards: 70',
      `From: <sip:${name}@${domain}>;tag=${this.#tag}`,
      `To: <sip:${name}@${domain}>`,
      `Call-ID: ${this.#id}`,
      `CSeq: ${this.#cseq} REGISTER`,
      `Contact: <sip:doctor@${this.#host};transport=ws>;expires=${expires}`,
      `Expires: ${expires}`,
      ...authorization,
      'User-Agent: Megadial',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
  }

  #authorization(challenge: string): string {
    const { user, domain, password } = this.#login;
    const realm = parameter(challenge, 'realm') ?? '';
    const nonce = parameter(challenge, 'nonce') ?? '';
    const opaque = parameter(challenge, 'opaque');
    const algorithm = /^sha-256$/i.test(parameter(challenge, 'algorithm') ?? '') ? 'SHA-256' : 'MD5';
    const hash = (text: string) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const uri = `sip:${domain}`;
    const [ha1, ha2] = [hash(`${user}:${realm}:${password}`), hash(`REGISTER:${uri}`)];
    const withQop = /\bauth\b/i.test(parameter(challenge, 'qop') ?? '');
    this.#nonceCount += 1;
    const [count, cnonce] = [this.#nonceCount.toString(16).padStart(8, '0'), token()];
    const response = hash(withQop ? `${ha1}:${nonce}:${count}:${cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
    const parts = [
      ...[`username="${quote(user)}"`, `realm="${quote(realm)}"`, `nonce="${quote(nonce)}"`, `uri="${uri}"`],
      ...[`response="${response}"`, `algorithm=${algorithm}`],
      ...(withQop ? ['qop=auth', `nc=${count}`, `cnonce="${cnonce}"`] : []),
      ...(opaque === null ? [] : [`opaque="${quote(opaque)}"`]),
    ];
    return `Authorization: Digest ${parts.join(', ')}`;
  }
}

function token(): string {
  return randomBytes(9).toString('hex');
}

/** What the server said must not break out of our header. */
function quote(text: string): string {
  return text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&');
}

function parameter(challenge: string, name: string): string | null {
  const match = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.){0,512})"|([^\\s,"]{1,512}))`, 'i').exec(
    challenge,
  );
  if (match === null) return null;
  return match[1] === undefined ? (match[2] ?? '') : match[1].replace(/\\(.)/g, '$1');
}

/** The first of each header, names in lower case; null when it is no SIP response. */
function parseReply(text: string): Reply | null {
  const [head = ''] = text.split('\r\n\r\n', 1);
  const [line = '', ...rest] = head.split('\r\n');
  const match = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/.exec(line);
  if (match === null) return null;
  const headers = new Map<string, string>();
  for (const header of rest.slice(0, 100)) {
    const colon = header.indexOf(':');
    if (colon < 1) continue;
    const name = header.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, header.slice(colon + 1).trim());
  }
  return { status: Number(match[1]), reason: match[2] ?? '', headers };
}
