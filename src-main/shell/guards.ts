// SPDX-License-Identifier: MIT
import { app, type Session } from 'electron';
import type { Log } from '../log.ts';

/**
 * No page of ours ever leaves its place: it may not navigate, open a window, hold a webview or download a file.
 * Links for the browser go through the request `link.open`.
 */
export function guardContents(log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    const deny = (what: string) => (event: { preventDefault(): void }) => {
      event.preventDefault();
      log.warn('refused to a page', { what });
    };
    contents.on('will-navigate', deny('navigation'));
    contents.on('will-frame-navigate', deny('navigation of a frame'));
    contents.on('will-redirect', deny('redirection'));
    contents.on('will-attach-webview', deny('webview'));
    contents.setWindowOpenHandler(() => {
      log.warn('refused to a page', { what: 'new window' });
      return { action: 'deny' };
    });
  });
}

export function guardDownloads(session: Session, log: Log): void {
  session.on('will-download', (event) => {
    event.preventDefault();
    log.warn('refused to a page', { what: 'download' });
  });
}
