// SPDX-License-Identifier: MIT
import { type BrowserWindow, screen } from 'electron';
import { rememberedBounds } from './placement.ts';
import type { PlaceStore } from './places.ts';
import type { Windows } from './windows.ts';

const SIZE = { width: 1080, height: 720, minWidth: 760, minHeight: 520 };

/** The main window: closing it hides it to the tray until the app quits. */
export function createMainWindow(windows: Windows, places: PlaceStore, isQuitting: () => boolean): BrowserWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = windows.create('main', { ...SIZE, ...rememberedBounds(places.get().main, workAreas) });
  if (places.get().mainMaximized) window.once('show', () => window.maximize());

  const remember = () => {
    if (window.isMinimized() || window.isFullScreen()) return;
    places.set({ main: window.getNormalBounds(), mainMaximized: window.isMaximized() });
  };
  window.on('resize', remember);
  window.on('move', remember);
  window.on('close', (event) => {
    if (isQuitting()) return;
    event.preventDefault();
    hideMain(window);
  });
  return window;
}

/** A window that is hidden in full screen leaves an empty black space behind on macOS: leave full screen first. */
export function hideMain(window: BrowserWindow): void {
  if (!window.isFullScreen()) {
    window.hide();
    return;
  }
  window.once('leave-full-screen', () => window.hide());
  window.setFullScreen(false);
}

export function showMain(window: BrowserWindow | undefined): void {
  if (window === undefined) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
