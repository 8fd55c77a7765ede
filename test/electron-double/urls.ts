// SPDX-License-Identifier: MIT

export type Urls = {
  /** `app://megadial/main/` → `http://megadial.app.localhost:PORT/main/`; other addresses unchanged. */
  toPage(url: string): string;
  /** The way back, for everything the app or the page reads. */
  toApp(url: string): string;
  isMapped(url: string): boolean;
};

/**
 * Chromium alone cannot load `app://`, so each custom scheme lives on a loopback server: the scheme is a domain under
 * `localhost` (which Chromium resolves by itself and trusts as a secure context), the host a name in it; `_` stands for
 * an empty host. Runs in pages too: must refer to nothing outside itself.
 */
export function makeUrls(port: number, schemes: readonly string[]): Urls {
  const isMapped = (url: string) => schemes.includes(/^\s*([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '');
  const back = new RegExp(`^http://([^/:?#]+)\\.(${schemes.join('|')})\\.localhost:${port}(?=[/?#]|$)`);
  return {
    isMapped,
    toPage(url) {
      if (!isMapped(url)) return url;
      const [, scheme, , host, rest] = /^\s*([^:]+):(\/\/([^/?#]*))?(.*)$/s.exec(url) as unknown as string[];
      const path = rest?.startsWith('/') || rest?.startsWith('?') || rest?.startsWith('#') ? rest : `/${rest ?? ''}`;
      return `http://${(host || '_').toLowerCase()}.${scheme?.toLowerCase()}.localhost:${port}${path}`;
    },
    toApp: (url) =>
      schemes.length === 0 ? url : url.replace(back, (_all, host, scheme) => `${scheme}://${host === '_' ? '' : host}`),
  };
}
