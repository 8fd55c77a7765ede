// SPDX-License-Identifier: MIT

/**
 * A relay's address as a person writes it, in the one form it is kept in: origin and path without a slash at the end.
 * `https` only, so that no token travels in the clear; `http` where the relay is on this computer. `wss` and `ws` are
 * taken for their twins, a missing scheme for `https`. Null for anything else, also with a name, password, query or
 * fragment in it.
 */
export function relayUrl(typed: string): string | null {
  const text = typed.trim();
  const url = parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  const isSecure = url.protocol === 'https:' || url.protocol === 'wss:';
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:';
  if (url.hostname === '' || !(isSecure || (isPlain && isLoopback(url.hostname)))) return null;
  return `${isSecure ? 'https' : 'http'}://${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** Address of the WebSocket for an address of `relayUrl`. */
export function desktopUrl(url: string): string {
  return `${url.replace(/^http/, 'ws')}/desktop`;
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
