// SPDX-License-Identifier: MIT
/** Node's codes for a connection that never stood: names, routes, refusals, certificates. */
const CODES =
  /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_CERT\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+)$/;

/** The same in Chromium's words. */
const CHROMIUM =
  /net::ERR_(?:NAME_|DNS_|ADDRESS_|INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_TIMED_OUT|PROXY_|TUNNEL_|CERT_|BLOCKED_|NETWORK_ACCESS_DENIED)/;

/**
 * True when this failure of `fetch` means that no byte of the request left: it can be repeated without a look whether
 * it was carried out. False for everything that is not sure.
 */
export function wasNotSent(thrown: unknown): boolean {
  let error = thrown;
  for (let depth = 0; depth < 5 && error instanceof Error; depth += 1, error = error.cause) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
    if (typeof code === 'string' && CODES.test(code)) return true;
    if (CHROMIUM.test(error.message) || error.message.includes('before secure TLS connection')) return true;
  }
  return false;
}
