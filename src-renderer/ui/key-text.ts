// SPDX-License-Identifier: MIT
import type { AppState } from '../../src-shared/state.ts';

const MAC: Readonly<Record<string, string>> = {
  CommandOrControl: '⌘',
  Command: '⌘',
  Control: '⌃',
  Alt: '⌥',
  Shift: '⇧',
  Super: '⌘',
};
const OTHER: Readonly<Record<string, string>> = {
  CommandOrControl: 'Ctrl',
  Command: 'Cmd',
  Control: 'Ctrl',
  Super: 'Win',
};

/** An accelerator of Electron (`CommandOrControl+Alt+A`) as it stands on the keyboard: `Ctrl+Alt+A`, `⌘⌥A`. */
export function keyText(accelerator: string, platform: AppState['platform']): string {
  if (accelerator === '') return '';
  const names = platform === 'darwin' ? MAC : OTHER;
  const parts = accelerator.split('+').map((part) => names[part] ?? part);
  return parts.join(platform === 'darwin' ? '' : '+');
}

type Pressed = Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * The accelerator for keys pressed together. `null` while only modifiers are down; 'bare' when a key without one would
 * be taken away from typing. Function keys may stand alone.
 */
export function acceleratorOf(event: Pressed, platform: AppState['platform']): string | 'bare' | null {
  const key = keyName(event);
  if (key === null) return null;
  const parts: string[] = [];
  const main = platform === 'darwin' ? event.metaKey : event.ctrlKey;
  const second = platform === 'darwin' ? event.ctrlKey : event.metaKey;
  if (main) parts.push('CommandOrControl');
  if (second) parts.push(platform === 'darwin' ? 'Control' : 'Super');
  if (event.altKey) parts.push('Alt');
  if (parts.length === 0 && !/^F\d+$/.test(key)) return 'bare';
  if (event.shiftKey) parts.push('Shift');
  return [...parts, key].join('+');
}

const NAMED: Readonly<Record<string, string>> = {
  Space: 'Space',
  Enter: 'Return',
  Tab: 'Tab',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Minus: '-',
  Equal: '=',
  Comma: ',',
  Period: '.',
  Slash: '/',
};

/** The key by its place (`code`): with Alt held, `key` is another character on many keyboards. */
function keyName(event: Pressed): string | null {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1] ?? /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (letter !== undefined) {
    const typed = event.key.toUpperCase();
    return /^[A-Z0-9]$/.test(typed) ? typed : letter;
  }
  if (/^F\d{1,2}$/.test(event.code)) return event.code;
  return NAMED[event.code] ?? null;
}
