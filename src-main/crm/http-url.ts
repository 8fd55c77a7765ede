// SPDX-License-Identifier: MIT
import { CrmError } from './api.ts';

/** `localhost`, 127.0.0.0/8 and `::1`, as `URL.hostname` writes them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * An address a token may be sent to: https, or http on loopback; without user and password.
 *
 * @throws CrmError `refused`
 */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '' || url.password !== '') throw new CrmError('refused', 'not an address');
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isSafe) throw new CrmError('refused', 'the address does not begin with https://');
  return url.href;
}
