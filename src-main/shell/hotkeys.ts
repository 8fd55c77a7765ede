// SPDX-License-Identifier: MIT
import { isAccelerator } from './accelerator.ts';
import type { Hotkeys } from './api.ts';

/** The part of Electron's globalShortcut that is used. */
export type Shortcuts = {
  register(accelerator: string, callback: () => void): boolean;
  unregister(accelerator: string): void;
};

export type HotkeyActions = { readonly [K in keyof Hotkeys]: () => void };

const always = ['dialer', 'dialSelection'] as const;
const whileRinging = ['answer', 'decline'] as const;

export type HotkeyRegistry = {
  /** '' switches a key off. Answers those that are malformed, set twice or held by another program. */
  set(keys: Hotkeys): readonly string[];
  setRinging(on: boolean): void;
};

/** Global keys; the answer and decline keys are taken from other programs only while a call rings. */
export function createHotkeys(shortcuts: Shortcuts, actions: HotkeyActions): HotkeyRegistry {
  let keys: Hotkeys = { dialer: '', dialSelection: '', answer: '', decline: '' };
  let ringing = false;
  const held = new Map<keyof Hotkeys, string>();

  const take = (name: keyof Hotkeys): boolean => {
    const accelerator = keys[name];
    if (accelerator === '' || held.has(name)) return true;
    const others = [...held.values()].map((other) => other.toLowerCase());
    if (!isAccelerator(accelerator) || others.includes(accelerator.toLowerCase())) return false;
    try {
      if (!shortcuts.register(accelerator, actions[name])) return false;
    } catch {
      return false; // Electron throws for what it cannot parse
    }
    held.set(name, accelerator);
    return true;
  };
  const release = (name: keyof Hotkeys) => {
    const accelerator = held.get(name);
    if (accelerator === undefined) return;
    shortcuts.unregister(accelerator);
    held.delete(name);
  };

  return {
    set(wanted) {
      for (const name of [...held.keys()]) release(name);
      keys = wanted;
      const names = [...always, ...whileRinging];
      const failed = names.filter((name) => !take(name)).map((name) => wanted[name]);
      // Trying was the only way to learn whether the ringing keys are free.
      if (!ringing) for (const name of whileRinging) release(name);
      return [...new Set(failed)];
    },
    setRinging(on) {
      ringing = on;
      for (const name of whileRinging) {
        if (on) take(name);
        else release(name);
      }
    },
  };
}
