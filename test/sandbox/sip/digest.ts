// SPDX-License-Identifier: MIT
import { createHash, randomBytes } from 'node:crypto';
import { header, type SipRequest } from './message.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const NONCE_LIFE_MS = 300_000;

/** HTTP digest as SIP uses it (RFC 3261 section 22): MD5, `qop=auth`. */
export class Digest {
  readonly #realm: string;
  readonly #nonces = new Map<string, number>();

  constructor(realm: string) {
    this.#realm = realm;
  }

  challenge(stale: boolean): string {
    const now = Date.now();
    for (const [nonce, at] of this.#nonces) if (at < now - NONCE_LIFE_MS) this.#nonces.delete(nonce);
    const nonce = randomBytes(16).toString('hex');
    this.#nonces.set(nonce, now);
    return `Digest realm="${this.#realm}", nonce="${nonce}", algorithm=MD5, qop="auth"${stale ? ', stale=true' : ''}`;
  }

  /**
   * Checks the credentials of a request.
   *
   * @param password that of the user whose name the caller has already looked up.
   * @returns `none` when there are no credentials for this realm, `stale` when only the nonce is too old.
   */
  check(request: SipRequest, headerName: string, user: string, password: string): 'ok' | 'none' | 'stale' | 'bad' {
    const value = header(request, headerName);
    if (!/^Digest /i.test(value)) return 'none';
    const given = new Map<string, string>();
    for (const match of value.matchAll(/(\w+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,]+))/g)) {
      given.set((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? '');
    }
    const get = (name: string): string => given.get(name) ?? '';
    if (get('realm') !== this.#realm) return 'none';
    if (get('username') !== user) return 'bad';
    const ha1 = md5(`${user}:${this.#realm}:${password}`);
    const ha2 = md5(`${request.method}:${get('uri')}`);
    const middle = get('qop') === '' ? get('nonce') : `${get('nonce')}:${get('nc')}:${get('cnonce')}:${get('qop')}`;
    if (md5(`${ha1}:${middle}:${ha2}`) !== get('response')) return 'bad';
    return this.#nonces.has(get('nonce')) ? 'ok' : 'stale';
  }
}
