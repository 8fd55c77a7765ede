// SPDX-License-Identifier: MIT
import { EventEmitter } from 'node:events';
import { guard } from './guard.ts';

const [width, height] = (process.env.MEGADIAL_DOUBLE_SCREEN ?? '1920x1080').split('x').map(Number) as [number, number];
const panel = 32;

/** The one display, with a panel at the top so that work area and bounds differ. */
export const display = {
  id: 1,
  label: 'double',
  bounds: { x: 0, y: 0, width, height },
  size: { width, height },
  workArea: { x: 0, y: panel, width, height: height - panel },
  workAreaSize: { width, height: height - panel },
  scaleFactor: 1,
  rotation: 0,
  internal: true,
} as unknown as Electron.Display;

const emitter = new EventEmitter();
export const screen = guard(
  'screen',
  Object.assign(emitter, {
    getPrimaryDisplay: () => display,
    getAllDisplays: () => [display],
    getDisplayNearestPoint: () => display,
    getDisplayMatching: () => display,
    getCursorScreenPoint: () => ({ x: Math.round(width / 2), y: Math.round(height / 2) }),
  } satisfies Pick<
    Electron.Screen,
    'getPrimaryDisplay' | 'getAllDisplays' | 'getDisplayNearestPoint' | 'getDisplayMatching' | 'getCursorScreenPoint'
  >),
);
