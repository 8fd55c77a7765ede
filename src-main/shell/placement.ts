// SPDX-License-Identifier: MIT
/** Rectangles in device-independent pixels, as Electron's screen module gives them. */
export type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Room between the popup and the edges of the work area. */
const MARGIN = 16;
/** So much of a window's top must be on a screen that it can be grabbed again. */
const GRIP = { width: 120, height: 32 };

/**
 * Where a remembered window goes: its old place when enough of its top is on one of the present work areas, else null
 * (the system centres it). Never larger than the work area it is in.
 */
export function rememberedBounds(saved: Rect | null, workAreas: readonly Rect[]): Rect | null {
  if (saved === null) return null;
  const grip = { ...saved, height: GRIP.height };
  const area = workAreas.find((candidate) => {
    const shared = intersection(grip, candidate);
    return shared.width >= Math.min(GRIP.width, saved.width) && shared.height >= GRIP.height;
  });
  if (area === undefined) return null;
  return { ...saved, width: Math.min(saved.width, area.width), height: Math.min(saved.height, area.height) };
}

/** The popup's first place: the lower right corner of a work area. */
export function cornerBounds(area: Rect, width: number, height: number): Rect {
  const x = area.x + area.width - width - MARGIN;
  const y = area.y + area.height - height - MARGIN;
  return inside({ x, y, width, height }, area);
}

/**
 * The popup with another content height. In the lower half of its work area it keeps its lower edge and grows
 * upwards, else it keeps its upper edge; it never leaves the work area.
 */
export function resized(bounds: Rect, height: number, area: Rect): Rect {
  const lower = bounds.y + bounds.height / 2 > area.y + area.height / 2;
  const y = lower ? bounds.y + bounds.height - height : bounds.y;
  return inside({ ...bounds, y, height }, area);
}

/** The work area that holds most of a rectangle, or null when it is on none. */
export function areaOf(bounds: Rect, workAreas: readonly Rect[]): Rect | null {
  let best: Rect | null = null;
  let most = 0;
  for (const area of workAreas) {
    const shared = intersection(bounds, area);
    const size = Math.max(0, shared.width) * Math.max(0, shared.height);
    if (size > most) [best, most] = [area, size];
  }
  return best;
}

function inside(bounds: Rect, area: Rect): Rect {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  const x = Math.max(area.x, Math.min(bounds.x, area.x + area.width - width));
  const y = Math.max(area.y, Math.min(bounds.y, area.y + area.height - height));
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

function intersection(a: Rect, b: Rect): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}
