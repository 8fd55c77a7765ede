// SPDX-License-Identifier: MIT
const MODIFIERS = new Set([
  'command',
  'cmd',
  'control',
  'ctrl',
  'commandorcontrol',
  'cmdorctrl',
  'alt',
  'option',
  'altgr',
  'shift',
  'super',
  'meta',
]);
const KEYS = new Set(
  (
    'plus space tab capslock numlock scrolllock backspace delete insert return enter up down left right home end ' +
    'pageup pagedown escape esc volumeup volumedown volumemute medianexttrack mediaprevioustrack mediastop ' +
    'mediaplaypause printscreen numdec numadd numsub nummult numdiv'
  ).split(' '),
);
/** Keys that do nothing in other programs and may stand alone. */
const ALONE = /^(f([1-9]|1\d|2[0-4])|media\w+)$/i;

/**
 * Whether a text names a global key that Electron takes (electronjs.org, accelerators): modifiers, then one key. A
 * plain letter is refused: it would be taken from every program on the computer.
 */
export function isAccelerator(text: string): boolean {
  const parts = text.split('+');
  const key = parts.pop() ?? '';
  const known =
    /^[0-9A-Z]$/i.test(key) ||
    /^[)!@#$%^&*(:;<_>?~{|}",=.\-/`[\\\]']$/.test(key) ||
    /^f([1-9]|1\d|2[0-4])$/i.test(key) ||
    /^num\d$/i.test(key) ||
    KEYS.has(key.toLowerCase());
  if (!known) return false;
  const modifiers = parts.map((part) => part.toLowerCase());
  if (new Set(modifiers).size !== modifiers.length || !modifiers.every((part) => MODIFIERS.has(part))) return false;
  return modifiers.some((part) => part !== 'shift') || ALONE.test(key);
}
