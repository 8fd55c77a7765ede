// SPDX-License-Identifier: MIT
import type { WindowKind } from '../../src-shared/ipc/map.ts';

/** What each window's page may load, and why it differs from nothing. */
const perWindow: Readonly<Record<WindowKind, Readonly<Record<string, string>>>> = {
  main: {
    // The waveform is drawn from the recording's bytes, the player streams it.
    'connect-src': "'self' recording:",
    'media-src': "'self' recording:",
  },
  popup: { 'connect-src': "'self'", 'media-src': "'none'" },
  engine: {
    // SIP over WebSocket: wss in production, ws to a switch on this computer. The PBX's host is a setting.
    'connect-src': "'self' ws: wss:",
    // The ringtone, and the caller's voice.
    'media-src': "'self' blob: mediastream:",
  },
};

/**
 * The Content-Security-Policy of a window's page. `nonce`, made anew for each load, lets the interface library add
 * its own style elements (React Aria's touch rule, wavesurfer's shadow root); scripts never get one.
 */
export function contentSecurityPolicy(kind: WindowKind, nonce: string | null): string {
  const directives = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': nonce === null ? "'self'" : `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    ...perWindow[kind],
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'object-src': "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');
}

/**
 * Microphone, speakers and the buttons of headsets are the engine's alone; nothing else a browser offers is used.
 * All windows are of one origin, and by that alone the permission for a device is asked: this is what keeps the
 * other windows from it.
 */
export function permissionsPolicy(kind: WindowKind): string {
  const allowed = kind === 'engine' ? '(self)' : '()';
  const ofTheEngine = ['microphone', 'speaker-selection', 'hid'].map((name) => `${name}=${allowed}`);
  return [...ofTheEngine, 'camera=()', 'display-capture=()', 'geolocation=()', 'usb=()', 'serial=()'].join(', ');
}
