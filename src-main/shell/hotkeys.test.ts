// SPDX-License-Identifier: MIT
import { beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import { isAccelerator } from './accelerator.ts';
import { createHotkeys, type HotkeyRegistry } from './hotkeys.ts';

test.each(['CommandOrControl+Alt+D', 'Ctrl+Shift+F5', 'F9', 'MediaPlayPause', 'Super+num1', 'Alt+Plus', 'Alt+/'])(
  '%s is a global key',
  (text) => {
    expect(isAccelerator(text)).toBe(true);
  },
);

test.each([
  '',
  'D',
  'Shift+D',
  'Ctrl+',
  'Ctrl',
  '+',
  'Ctrl+Ctrl+D',
  'Ctrl+D+E',
  'Hyper+D',
  'Ctrl+DD',
  'Ctrl + D',
  'F25',
])('"%s" is none', (text) => {
  expect(isAccelerator(text)).toBe(false);
});

test('the default keys are good ones', () => {
  const { hotkeyDialer, hotkeyDialSelection, hotkeyAnswer, hotkeyDecline } = DEFAULT_SETTINGS;
  for (const key of [hotkeyDialer, hotkeyDialSelection, hotkeyAnswer, hotkeyDecline]) {
    expect(isAccelerator(key)).toBe(true);
  }
});

const KEYS = { dialer: 'Ctrl+Alt+D', dialSelection: 'Ctrl+Alt+C', answer: 'Ctrl+Alt+A', decline: 'Ctrl+Alt+X' };
const registered = new Map<string, () => void>();
const taken = new Set<string>();
const pressed: string[] = [];
let keys: HotkeyRegistry;

beforeEach(() => {
  registered.clear();
  taken.clear();
  pressed.length = 0;
  const shortcuts = {
    register(accelerator: string, callback: () => void) {
      if (accelerator === 'Ctrl+Alt+F13') throw new TypeError('cannot parse');
      if (taken.has(accelerator)) return false;
      registered.set(accelerator, callback);
      return true;
    },
    unregister: (accelerator: string) => void registered.delete(accelerator),
  };
  const press = (name: string) => () => void pressed.push(name);
  keys = createHotkeys(shortcuts, {
    dialer: press('dialer'),
    dialSelection: press('dialSelection'),
    answer: press('answer'),
    decline: press('decline'),
  });
});

test('the answer and decline keys are ours only while a call rings', () => {
  expect(keys.set(KEYS)).toEqual([]);
  expect([...registered.keys()]).toEqual(['Ctrl+Alt+D', 'Ctrl+Alt+C']);
  keys.setRinging(true);
  registered.get('Ctrl+Alt+A')?.();
  registered.get('Ctrl+Alt+D')?.();
  expect(pressed).toEqual(['answer', 'dialer']);
  keys.setRinging(false);
  expect([...registered.keys()]).toEqual(['Ctrl+Alt+D', 'Ctrl+Alt+C']);
});

test('keys that are taken, malformed or set twice are reported, and the others work', () => {
  taken.add('Ctrl+Alt+X');
  expect(keys.set({ ...KEYS, dialSelection: 'no key', answer: 'ctrl+alt+d' })).toEqual([
    'no key',
    'ctrl+alt+d',
    'Ctrl+Alt+X',
  ]);
  expect([...registered.keys()]).toEqual(['Ctrl+Alt+D']);
  expect(keys.set({ ...KEYS, dialer: 'Ctrl+Alt+F13' })).toEqual(['Ctrl+Alt+F13', 'Ctrl+Alt+X']);
});

test('changed during a call, the ringing keys change too; empty ones are off', () => {
  keys.set(KEYS);
  keys.setRinging(true);
  expect(keys.set({ dialer: '', dialSelection: '', answer: 'F8', decline: 'F9' })).toEqual([]);
  expect([...registered.keys()]).toEqual(['F8', 'F9']);
});
