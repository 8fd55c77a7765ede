// SPDX-License-Identifier: MIT
import { type BrowserWindow, screen } from 'electron';
import { areaOf, cornerBounds, type Rect, resized } from './placement.ts';
import type { PlaceStore } from './places.ts';
import type { Windows } from './windows.ts';

/** CSS pixels; the height is what the page asks for. */
const WIDTH = 360;
const FIRST_HEIGHT = 256;

export type Popup = {
  show(): void;
  hide(): void;
  size(height: number): void;
};

/**
 * The popup for a call: made once, hidden, and shown again for each call, so that it is there at once. It is above
 * all other windows and never takes the keyboard from what the person is doing; a click or a hotkey gives it to it.
 */
export function createPopup(
  windows: Windows,
  places: PlaceStore,
  platform: string,
  onClosed: () => void,
  isQuitting: () => boolean,
): Popup {
  const window = windows.create('popup', {
    ...place(places.get().popup, FIRST_HEIGHT),
    frame: false,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    acceptFirstMouse: true,
    // A panel on macOS comes over full-screen programs without bringing ours to the front.
    ...(platform === 'darwin' ? { type: 'panel' } : {}),
  });
  stayOnTop(window);
  let set: Rect = window.getBounds();

  const move = (bounds: Rect) => {
    set = bounds;
    window.setBounds(bounds);
  };
  window.on('move', () => {
    const bounds = window.getBounds();
    // Only what the person did is kept: not our own placing, and not while it is hidden.
    if (window.isVisible() && (bounds.x !== set.x || bounds.y !== set.y)) places.set({ popup: bounds });
  });
  window.on('close', (event) => {
    if (isQuitting()) return;
    event.preventDefault();
    window.hide();
    onClosed();
  });

  return {
    show() {
      if (window.isDestroyed() || window.isVisible()) return;
      // Screens come and go between calls.
      move(place(places.get().popup, window.getBounds().height));
      window.showInactive();
      stayOnTop(window);
      window.moveTop();
    },
    hide() {
      if (!window.isDestroyed()) window.hide();
    },
    size(height) {
      if (window.isDestroyed()) return;
      const bounds = window.getBounds();
      if (bounds.height === height) return;
      move(resized(bounds, height, screen.getDisplayMatching(bounds).workArea));
    },
  };
}

/** Where the person put it, with today's height; the first time, or when that screen is gone, the cursor's corner. */
function place(saved: Rect | null, height: number): Rect {
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const area = saved === null ? null : areaOf(saved, areas);
  if (saved !== null && area !== null) return resized({ ...saved, width: WIDTH }, height, area);
  const cursor = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  return cornerBounds(cursor.workArea, WIDTH, height);
}

/** Said again at each showing: some window managers forget it for hidden windows. */
function stayOnTop(window: BrowserWindow): void {
  window.setAlwaysOnTop(true, 'screen-saver');
  window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true, skipTransformProcessType: true });
}
