// SPDX-License-Identifier: MIT
const LONGEST = 2000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * A record's address that may be opened in the browser: https (http on this computer only), one of the hosts allowed or
 * below one of them, no user name in it. Null for anything else, however it is dressed.
 *
 * @param hosts host names, with a port where it matters; `*` is no wildcard
 */
export function safeRecordUrl(address: string | null | undefined, hosts: readonly string[]): string | null {
  if (!address || address.length > LONGEST || /[\s\p{Cc}]/u.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  const local = LOOPBACK.has(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) return null;
  if (url.username !== '' || url.password !== '') return null;
  const allowed = hosts.some((host) => {
    const wanted = host.toLowerCase();
    return wanted !== '' && (url.host === wanted || url.hostname === wanted || url.hostname.endsWith(`.${wanted}`));
  });
  return allowed ? url.href : null;
}
