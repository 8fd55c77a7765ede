// SPDX-License-Identifier: MIT
import { CrmError } from '../../api.ts';
import { isLoopback } from '../../http-url.ts';

const DOMAINS = ['.salesforce.com', '.force.com', '.salesforce.mil'];

/**
 * Origin of the log-in server from what an administrator enters: `login`, `test` (sandbox), or the organisation's My
 * Domain as a name or as an address copied from the browser, where its Lightning and Setup names are common.
 * `http://127.0.0.1:<port>` is taken for a test organisation.
 *
 * @throws CrmError `refused` for any other host: a browser would be sent there to type a password
 */
export function loginUrl(text: string): string {
  const given = text.trim();
  if (given === '' || given === 'login') return 'https://login.salesforce.com';
  if (given === 'test') return 'https://test.salesforce.com';
  const address = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && url.protocol === 'http:' && isLoopback(url.hostname)) return url.origin;
  const host = (url?.hostname ?? '').replace(/\.(?:lightning\.force|my\.salesforce-setup)\.com$/, '.my.salesforce.com');
  const isTheirs = host.endsWith('.salesforce.com') || host.endsWith('.salesforce.mil');
  if (url === null || url.username !== '' || url.port !== '' || !isTheirs) {
    throw new CrmError('refused', 'the address is none of Salesforce');
  }
  return `https://${host}`;
}

/** Origin of the organisation's own server as a token answer names it; null for a server that is none of theirs. */
export function instanceUrl(text: string, login: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.username !== '') return null;
  if (url.protocol === 'http:') return isLoopback(url.hostname) && login.startsWith('http:') ? url.origin : null;
  const isTheirs = DOMAINS.some((domain) => url.hostname.endsWith(domain));
  return url.protocol === 'https:' && url.port === '' && isTheirs ? url.origin : null;
}
