// SPDX-License-Identifier: MIT
import { ringsHere } from '../../../src-shared/calls/rings-here.ts';
import type { AppState, CallView } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { currentCall, isMixed, partnerOf, swap, toggleHold } from '../calls/call-actions.ts';
import { abilities } from '../calls/call-text.ts';
import { togglePanel } from '../calls/panels.ts';
import { goToDialer } from '../state/ui.ts';

export type Shortcut = 'answer' | 'hangUp' | 'hold' | 'mute' | 'swap' | 'transfer' | 'keypad' | 'dialer' | 'dnd';

/** All with Alt, so that a letter typed beside a field does nothing. As accelerators, for the list of keys. */
export const SHORTCUTS: readonly (readonly [Shortcut, string])[] = [
  ['answer', 'Alt+A'],
  ['hangUp', 'Alt+X'],
  ['hold', 'Alt+H'],
  ['mute', 'Alt+M'],
  ['swap', 'Alt+S'],
  ['transfer', 'Alt+T'],
  ['keypad', 'Alt+K'],
  ['dialer', 'Alt+D'],
  ['dnd', 'Alt+B'],
];

type Pressed = Pick<KeyboardEvent, 'code' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'repeat'>;

/** By the place of the key: with Alt held, its character is another one on many keyboards. AltGr counts as Ctrl+Alt. */
export function shortcutOf(event: Pressed): Shortcut | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return null;
  return SHORTCUTS.find(([, keys]) => event.code === `Key${keys.slice(-1)}`)?.[0] ?? null;
}

/** Where keys are for writing. A keypad of a call takes typing too, but no letters: Alt is free there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      (target.matches('input, textarea, select') && !target.matches('[type=range], [type=checkbox], [type=file]')))
  );
}

/**
 * Does what the key says, where it applies; else nothing. `focused` is the key of the call that has the focus. Rejects
 * with AppError.
 */
export async function perform(shortcut: Shortcut, app: AppState, focused: string | null): Promise<void> {
  if (shortcut === 'dialer') return goToDialer();
  if (shortcut === 'dnd') return request('settings.set', { dnd: !app.settings.dnd });
  const ringing = app.calls.find((call) => abilities(call).answer);
  if (shortcut === 'answer') return ringing && request('call.answer', ringing.key, 'hold');
  const call = currentCall(app.calls, focused);
  if (call !== null) await performOn(shortcut, app, call);
}

async function performOn(shortcut: Shortcut, app: AppState, call: CallView): Promise<void> {
  const can = abilities(call);
  switch (shortcut) {
    case 'hangUp':
      if (ringsHere(call)) return can.decline ? request('call.decline', call.key) : undefined;
      return can.hangUp ? request('call.hang-up', call.key) : undefined;
    case 'hold':
      return can.control ? toggleHold(app, call) : undefined;
    case 'mute':
      return can.control ? request('call.mute', call.key, !can.muted) : undefined;
    case 'swap':
      return partnerOf(app.calls, call) !== null && !isMixed(app.conference, call) ? swap(app, call) : undefined;
    case 'transfer':
      if (can.answer || (can.control && !isMixed(app.conference, call))) togglePanel(call, 'transfer');
      return;
    case 'keypad':
      if (can.control) togglePanel(call, 'keypad');
      return;
    default:
      return;
  }
}
