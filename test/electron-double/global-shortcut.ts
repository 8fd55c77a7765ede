// SPDX-License-Identifier: MIT
import { guard } from './guard.ts';
import { runtime } from './runtime.ts';

const modifiers: Record<string, string> = {
  command: 'Super',
  cmd: 'Super',
  super: 'Super',
  meta: 'Super',
  control: 'Control',
  ctrl: 'Control',
  commandorcontrol: process.platform === 'darwin' ? 'Super' : 'Control',
  cmdorctrl: process.platform === 'darwin' ? 'Super' : 'Control',
  alt: 'Alt',
  option: 'Alt',
  altgr: 'AltGr',
  shift: 'Shift',
};
const named =
  /^(plus|space|tab|capslock|numlock|scrolllock|backspace|delete|insert|return|enter|up|down|left|right|home|end|pageup|pagedown|escape|esc|volumeup|volumedown|volumemute|medianexttrack|mediaprevioustrack|mediastop|mediaplaypause|printscreen|num[0-9]|numdec|numadd|numsub|nummult|numdiv|f([1-9]|1[0-9]|2[0-4]))$/;

/** One spelling for one combination; null when Electron would refuse the text. */
export function normalise(accelerator: string): string | null {
  const parts = accelerator.split('+').map((part) => part.trim().toLowerCase());
  const key = parts.pop() ?? '';
  if (!(key.length === 1 || named.test(key)) || key in modifiers) return null;
  const held = parts.map((part) => modifiers[part]);
  if (held.includes(undefined)) return null;
  return [...[...new Set(held)].sort(), key.toUpperCase()].join('+');
}

const registered = new Map<string, { readonly as: string; readonly callback: () => void }>();
const heldByOthers = new Set<string>();

function parse(accelerator: string): string {
  if (!runtime.ready) throw new Error('globalShortcut cannot be used before the app is ready');
  const key = typeof accelerator === 'string' ? normalise(accelerator) : null;
  if (key === null) throw new TypeError(`Error processing argument at index 0, conversion failure from ${accelerator}`);
  return key;
}

export const globalShortcut = guard('globalShortcut', {
  register(accelerator, callback) {
    const key = parse(accelerator);
    if (heldByOthers.has(key) || registered.has(key)) return false;
    registered.set(key, { as: accelerator, callback });
    return true;
  },
  registerAll(accelerators, callback) {
    for (const accelerator of accelerators) globalShortcut.register(accelerator, callback);
  },
  isRegistered: (accelerator) => registered.has(parse(accelerator)),
  unregister(accelerator) {
    registered.delete(parse(accelerator));
  },
  unregisterAll: () => registered.clear(),
} satisfies Pick<
  Electron.GlobalShortcut,
  'register' | 'registerAll' | 'isRegistered' | 'unregister' | 'unregisterAll'
>);

export const shortcuts = {
  list: () => [...registered.values()].map(({ as }) => as),
  /** A person presses it. False when this app does not have it. */
  press(accelerator: string): boolean {
    const entry = registered.get(normalise(accelerator) ?? '');
    entry?.callback();
    return entry !== undefined;
  },
  /** Another program takes it (or gives it back). */
  hold(accelerator: string, held: boolean): void {
    const key = normalise(accelerator);
    if (key === null) throw new Error(`not an accelerator: ${accelerator}`);
    if (held) heldByOthers.add(key);
    else heldByOthers.delete(key);
  },
};
