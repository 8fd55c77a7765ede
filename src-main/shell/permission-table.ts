// SPDX-License-Identifier: MIT
import type { Session } from 'electron';
import type { WindowKind } from '../../src-shared/ipc/map.ts';
import { APP_ORIGIN } from './origin.ts';

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;

/** Every permission this Electron knows: a new one breaks the build until it has a row. */
export type Permission = Parameters<RequestHandler>[1];

type Row = { readonly to: 'engine-audio' | 'engine' | 'nobody'; readonly reason: string };

const nobody = (reason: string): Row => ({ to: 'nobody', reason });
const device = nobody('a headset is heard through the sound system; only its buttons are a device to us (hid)');
const sensor = nobody('a call needs no sensor, place or body');
const power = nobody('main decides about power; a page does not');
const worker = nobody('there is no service worker and no background page');
const screen = nobody('nothing is ever captured from the screen');
const layout = nobody('windows are placed by main');
const network: Row = { to: 'engine', reason: 'the PBX, or the other phone, may stand in the same network or computer' };
const storage = nobody('pages keep nothing: settings and history live in main');
const clipboard = nobody('texts are copied by main on clipboard.copy, never by a page');

export const permissionTable: Readonly<Record<Permission, Row>> = {
  media: { to: 'engine-audio', reason: 'the engine records the agent for a call; no window ever needs a camera' },
  'display-capture': screen,
  'captured-surface-control': screen,
  'speaker-selection': { to: 'engine', reason: 'calls and the bell sound on the devices that the person chose' },
  notifications: nobody('notifications are native and made by main'),
  openExternal: nobody('links go through link.open, which checks them'),
  'clipboard-read': clipboard,
  'clipboard-sanitized-write': clipboard,
  'deprecated-sync-clipboard-read': clipboard,
  fileSystem: nobody('no page knows a file'),
  fullscreen: layout,
  'automatic-fullscreen': layout,
  pointerLock: layout,
  keyboardLock: layout,
  'window-management': layout,
  hid: { to: 'engine', reason: 'buttons and light of a headset; which devices, `isTelephony` decides' },
  serial: device,
  usb: device,
  midi: device,
  midiSysex: device,
  nfc: device,
  'smart-card': device,
  geolocation: sensor,
  'geolocation-approximate': sensor,
  'hand-tracking': sensor,
  sensors: sensor,
  'idle-detection': sensor,
  ar: sensor,
  vr: sensor,
  'screen-wake-lock': power,
  'system-wake-lock': power,
  'background-fetch': worker,
  'background-sync': worker,
  'periodic-background-sync': worker,
  'local-network': network,
  'local-network-access': network,
  'loopback-network': network,
  'persistent-storage': storage,
  'storage-access': storage,
  'top-level-storage-access': storage,
  'local-fonts': nobody('fonts come with the app'),
  mediaKeySystem: nobody('nothing is played that is locked'),
  'payment-handler': nobody('nothing is paid here'),
  'web-app-installation': nobody('this is the app'),
  'web-printing': nobody('nothing is printed'),
  unknown: nobody('what has no name gets no permission'),
};

/** HID usage page of telephones and headsets (HID Usage Tables 1.5, section 14). */
const TELEPHONY_PAGE = 0x0b;

/** What is read of a HID device: Electron's own type has much more. */
export type HidDescription = { readonly collections?: readonly { readonly usagePage: number }[] };

/**
 * Whether a device may be opened by a page: one that says it has a telephone's buttons, and nothing else. Keyboards,
 * security keys and game pads never are.
 */
export function isTelephony(deviceType: string, device: HidDescription): boolean {
  return deviceType === 'hid' && (device.collections ?? []).some(({ usagePage }) => usagePage === TELEPHONY_PAGE);
}

export type Asker = {
  readonly kind: WindowKind | null;
  readonly isMainFrame: boolean;
  readonly url: string | undefined;
  /** Kinds of media asked for; undefined when the question is not about media. */
  readonly media: readonly string[] | undefined;
};

/** Whether a page gets a permission. Names that are not in the table (a later Electron's) are denied. */
export function allowed(permission: string, asker: Asker): boolean {
  const row = Object.hasOwn(permissionTable, permission) ? permissionTable[permission as Permission] : null;
  if (row === null || row.to === 'nobody') return false;
  const { kind, isMainFrame, url, media } = asker;
  if (kind !== 'engine' || !isMainFrame || !(url ?? '').startsWith(`${APP_ORIGIN}/engine/`)) return false;
  if (row.to === 'engine') return true;
  return media !== undefined && media.length > 0 && media.every((type) => type === 'audio');
}
