// SPDX-License-Identifier: MIT
import { app } from 'electron';
import type { Log } from '../log.ts';
import { isLink, LINK_SCHEMES, linkIn } from './link-argv.ts';
import type { PlaceStore } from './places.ts';

/** Hears links that open the app: its own command line, a second start's, and macOS's open-url. Call before ready. */
export function listenForLinks(emit: (url: string) => void, log: Log): void {
  const take = (url: string | null) => {
    if (url === null) return;
    if (isLink(url)) emit(url);
    else log.warn('link refused', { length: url.length });
  };
  take(linkIn(process.argv.slice(1)));
  app.on('second-instance', (_event, argv) => take(linkIn(argv.slice(1))));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    take(url);
  });
}

/**
 * Asks the system once to open telephone links with us. Once only: a person who chose another program afterwards
 * must not find it undone at the next start. Only the installed app: a development copy is nobody's telephone.
 */
export function claimLinks(places: PlaceStore, log: Log): void {
  if (!app.isPackaged || places.get().linksClaimed) return;
  for (const scheme of LINK_SCHEMES) {
    if (!app.setAsDefaultProtocolClient(scheme)) log.warn('link scheme not claimed', { scheme });
  }
  places.set({ linksClaimed: true });
}
