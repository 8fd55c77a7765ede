// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest';
import { acceleratorOf, keyText } from './key-text.ts';

const press = (code: string, key: string, mods: string[] = []) => ({
  code,
  key,
  ctrlKey: mods.includes('ctrl'),
  metaKey: mods.includes('meta'),
  altKey: mods.includes('alt'),
  shiftKey: mods.includes('shift'),
});

describe('an accelerator is shown as on the keyboard', () => {
  test.each([
    ['CommandOrControl+Alt+A', 'linux', 'Ctrl+Alt+A'],
    ['CommandOrControl+Alt+A', 'darwin', '⌘⌥A'],
    ['Super+F5', 'win32', 'Win+F5'],
    ['', 'linux', ''],
  ] as const)('%s on %s', (accelerator, platform, text) => {
    expect(keyText(accelerator, platform)).toBe(text);
  });
});

describe('pressed keys become an accelerator', () => {
  test('modifiers alone are not one yet', () => {
    expect(acceleratorOf(press('ControlLeft', 'Control', ['ctrl']), 'linux')).toBeNull();
  });

  test('a letter alone, or with shift only, would be taken away from typing', () => {
    expect(acceleratorOf(press('KeyA', 'a'), 'linux')).toBe('bare');
    expect(acceleratorOf(press('KeyA', 'A', ['shift']), 'linux')).toBe('bare');
  });

  test('a function key may stand alone', () => {
    expect(acceleratorOf(press('F9', 'F9'), 'win32')).toBe('F9');
  });

  test('the main modifier follows the system', () => {
    expect(acceleratorOf(press('KeyD', 'd', ['ctrl', 'alt']), 'linux')).toBe('CommandOrControl+Alt+D');
    expect(acceleratorOf(press('KeyD', '∂', ['meta', 'alt']), 'darwin')).toBe('CommandOrControl+Alt+D');
    expect(acceleratorOf(press('KeyD', 'd', ['ctrl']), 'darwin')).toBe('Control+D');
  });

  test('a letter is taken as it is printed on the key', () => {
    expect(acceleratorOf(press('KeyQ', 'a', ['ctrl']), 'linux')).toBe('CommandOrControl+A');
  });
});
