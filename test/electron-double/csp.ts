// SPDX-License-Identifier: MIT
import type { Urls } from './urls.ts';

/**
 * Sources of custom schemes in a content security policy become their place on the map server; everything else,
 * `'self'` too, already means the right thing.
 */
export function mapPolicy(policy: string, urls: Urls, port: number): string {
  return policy.replace(
    /([a-z][a-z0-9+.-]*):(\/\/[^\s;,/]+(\/[^\s;,]*)?)?(?=[\s;,]|$)/gi,
    (source, scheme: string, host: string | undefined) => {
      if (!urls.isMapped(`${scheme}:`)) return source;
      return host ? urls.toPage(source).replace(/\/$/, '') : `http://*.${scheme.toLowerCase()}.localhost:${port}`;
    },
  );
}

/** The same in the `<meta http-equiv>` of a page. */
export function mapMarkup(html: string, urls: Urls, port: number): string {
  return html.replace(/<meta\b[^>]*http-equiv=["']?content-security-policy["']?[^>]*>/gi, (tag) =>
    tag.replace(/content="([^"]*)"|content='([^']*)'/gi, (attribute, double?: string, single?: string) => {
      const policy = double ?? single ?? '';
      return attribute.replace(policy, () => mapPolicy(policy, urls, port));
    }),
  );
}
