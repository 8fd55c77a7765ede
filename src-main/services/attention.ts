// SPDX-License-Identifier: MIT
import { ringsHere } from '../../src-shared/calls/rings-here.ts';
import { toWireError } from '../../src-shared/errors.ts';
import type { AppState, CallView } from '../../src-shared/state.ts';
import type { Shell, TrayView } from '../shell/api.ts';
import type { Hub } from './hub.ts';
import type { Phone } from './phone.ts';
import { texts } from './texts.ts';

/**
 * What pulls the agent's eye: popup, notification, tray, and the answer keys. It only follows the state: a call that
 * rings at my extension shows them, anything else takes them away.
 */
export function watchAttention(shell: Shell, hub: Hub, phone: Phone): void {
  let popupUp = false;
  const dismissed = new Set<string>();
  const notified = new Map<string, CallView>();
  let tray = '';
  let ringingKeys = false;

  const popup = (state: AppState): void => {
    // A call that had ended before we heard of it opens nothing; one that ends stays on the open popup for a moment.
    const isShown = (call: CallView): boolean => !dismissed.has(call.viewId) && (popupUp || call.phase !== 'ended');
    // Undisturbed: only a call that I am in, or that I asked for, opens the popup.
    const disturbs = (call: CallView): boolean =>
      state.settings.dnd && call.direction === 'in' && call.phase === 'ringing';
    const wanted = state.settings.popupEnabled && state.calls.some((call) => isShown(call) && !disturbs(call));
    if (wanted === popupUp) return;
    popupUp = wanted;
    if (wanted) shell.showPopup();
    else shell.hidePopup();
  };

  const notifications = (state: AppState): void => {
    const t = texts[state.language];
    const ringing = new Map(state.calls.filter(ringsHere).map((call) => [call.viewId, call]));
    for (const [key, call] of ringing) {
      const before = notified.get(key);
      notified.set(key, call);
      if (state.settings.dnd && call.direction === 'in') continue;
      const isShown = before !== undefined && nameOf(before) === nameOf(call) && canAnswer(before) === canAnswer(call);
      if (!state.settings.notificationsEnabled || isShown) continue;
      const did = call.didText === null ? '' : ` ${t.to(call.didText)}`;
      shell.notify({
        id: key,
        title: nameOf(call) || t.withheld,
        body: call.direction === 'out' ? t.callback : `${t.incoming}${did}`,
        urgent: true,
        // A webhook is often here before the INVITE: the buttons come with what they need.
        actions: canAnswer(call) ? [t.answer, t.decline] : [],
      });
    }
    for (const key of [...notified.keys()]) {
      if (ringing.has(key)) continue;
      notified.delete(key);
      shell.closeNotification(key);
    }
  };

  const trayOf = (state: AppState): TrayView => {
    const t = texts[state.language];
    const status = t.status[state.registration.state];
    const icon = state.calls.some(ringsHere)
      ? 'ringing'
      : state.calls.some((call) => call.phase === 'talking')
        ? 'talking'
        : state.registration.state === 'registered'
          ? 'ready'
          : 'offline';
    const dnd = state.settings.dnd ? ` · ${t.dnd}` : '';
    const missed = state.missed > 0 ? ` · ${t.missed(state.missed)}` : '';
    return {
      icon,
      missed: state.missed,
      tooltip: `Megadial · ${status}${dnd}${missed}`,
      dnd: state.settings.dnd,
      labels: { open: t.open, dialer: t.dialer, dnd: t.dnd, quit: t.quit, status },
    };
  };

  hub.subscribe((state) => {
    const present = new Set(state.calls.map((call) => call.viewId));
    for (const key of dismissed) if (!present.has(key)) dismissed.delete(key);
    popup(state);
  }, 'first');

  hub.subscribe((state) => {
    notifications(state);
    const view = trayOf(state);
    const text = JSON.stringify(view);
    if (text !== tray) shell.setTray(view);
    tray = text;
    const rings = state.calls.some(ringsHere);
    if (rings !== ringingKeys) shell.setRingingKeys(rings);
    ringingKeys = rings;
  });

  /** The oldest ringing call is the one a key means. */
  const firstRinging = (): CallView | undefined =>
    hub.get().calls.find((call) => ringsHere(call) && call.session !== null);
  /** A key pressed as the call goes away is told, and no more. */
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      hub.notice(toWireError(error));
    }
  };
  const byViewId = (id: string): CallView | undefined => hub.get().calls.find((call) => call.viewId === id);

  shell.on('hotkey', ({ name }) => {
    const call = firstRinging();
    if (name === 'answer' && call) attempt(() => phone.answer(call.key));
    if (name === 'decline' && call) attempt(() => phone.decline(call.key));
  });
  shell.on('notification-action', ({ id, index }) => {
    const call = byViewId(id);
    if (call) attempt(() => (index === 0 ? phone.answer(call.key) : phone.decline(call.key)));
  });
  shell.on('notification-click', () => shell.showMain());
  shell.on('popup-closed', () => {
    for (const call of hub.get().calls) dismissed.add(call.viewId);
    popup(hub.get());
  });
}

/** There is a media session of this computer to take. */
function canAnswer(call: CallView): boolean {
  return call.session !== null;
}

function nameOf(call: CallView): string {
  return call.contact?.name ?? call.networkName ?? call.numberText;
}
