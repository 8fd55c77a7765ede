// SPDX-License-Identifier: MIT
import { isIP } from 'node:net';
import type { Settings } from '../../../src-shared/settings.ts';

/** A WebSocket address and the SIP domains to log in with there, in the order in which they are worth trying. */
export type Candidate = { readonly url: string; readonly domains: readonly string[] };

/** megacall-api.md section 4.3: none is confirmed for Megacall. */
const PUBLIC: readonly Candidate[] = [
  { url: 'wss://pbx.zadarma.com:4443', domains: ['pbx.zadarma.com', 'sip.zadarma.com'] },
  { url: 'wss://sipfr.zadarma.com:4443', domains: ['sip.zadarma.com'] },
];

/**
 * What is set first, then the public candidates. A PBX at a bare IP address or on this computer is somebody's own:
 * its passwords are no business of the public servers.
 */
export function candidatesOf(
  settings: Pick<Settings, 'sipWssUrls' | 'sipDomain' | 'apiBaseUrl'>,
): readonly Candidate[] {
  const all = settings.sipWssUrls.map((url) => ({ url, domains: [settings.sipDomain] }));
  if (!isPrivate(settings.apiBaseUrl)) all.push(...PUBLIC.map(({ url, domains }) => ({ url, domains: [...domains] })));
  const byUrl = new Map<string, Set<string>>();
  for (const { url, domains } of all) {
    const known = byUrl.get(normal(url)) ?? new Set();
    for (const domain of domains) known.add(domain);
    byUrl.set(normal(url), known);
  }
  return [...byUrl].map(([url, domains]) => ({ url, domains: [...domains] }));
}

function normal(url: string): string {
  return url.replace(/\/+$/, '');
}

function isPrivate(apiBaseUrl: string): boolean {
  try {
    const { hostname } = new URL(apiBaseUrl);
    return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  } catch {
    return true;
  }
}
