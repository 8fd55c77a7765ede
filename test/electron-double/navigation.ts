// SPDX-License-Identifier: MIT
import { makeEvent } from './guard.ts';
import { record } from './record.ts';
import type { WebContents } from './web-contents.ts';
import type { WebFrameMain } from './web-frame.ts';

/** Emits Electron's events for a navigation the page asked for. Answers whether it may go on. */
export function decideNavigation(contents: WebContents, frame: WebFrameMain, url: string): boolean {
  const isMainFrame = frame === contents.mainFrame;
  const event = makeEvent({ url, isMainFrame, isSameDocument: false, frame, initiator: frame });
  contents.emit('will-frame-navigate', event);
  if (isMainFrame) contents.emit('will-navigate', event, url, false, true, 0, 0);
  return !event.defaultPrevented;
}

/** A link to another program (`tel:`, `mailto:`): Electron asks for the permission, then the system opens it. */
export function openExternalScheme(contents: WebContents, url: string): void {
  contents.session.ask(contents, contents.mainFrame, 'openExternal', { externalURL: url }, (granted) => {
    if (granted) record.openedExternal.push(url);
  });
}
