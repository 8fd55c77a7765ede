// SPDX-License-Identifier: MIT
import type { AppState, CallView } from '../../src-shared/state.ts';
import type { Shell, TrayView } from '../shell/api.ts';
import type { CallService } from './calls.ts';
import type { Hub } from './hub.ts';
import type { Phone } from './phone.ts';
import { texts } from './texts.ts';

/**
 * What pulls the agent's eye: popup, notification, tray, and the answer keys. It only follows the state: a call that
 * rings at my extension shows them, anything else takes them away.
 */
export function watchAttention(shell: Shell, hub: Hub, calls: CallService, phone: Phone): void {
  let popupUp = false;
  const dismissed = new Set<string>();
  const notified = new Map<string, CallView>();
  let tray = '';
  let ringingKeys = false;

  const popup = (state: AppState): void => {
    // A call that had ended before we heard of it opens nothing; one that ends stays on the open popup for a moment.
    const isShown = (call: CallView): boolean => !dismissed.has(idOf(call)) && (popupUp || call.phase !== 'ended');
    const wanted = state.settings.popupEnabled && state.calls.some(isShown);
    if (wanted === popupUp) return;
    popupUp = wanted;
    if (wanted) shell.showPopup();
    else shell.hidePopup();
  };

  const notifications = (state: AppState): void => {
    const t = texts[state.language];
    const ringing = new Map(state.calls.filter(ringsHere).map((call) => [idOf(call), call]));
    for (const [key, call] of ringing) {
      const before = notified.get(key);
      notified.set(key, call);
      if (!state.settings.notificationsEnabled || (before && nameOf(before) === nameOf(call))) continue;
      const did = call.didText === null ? '' : ` ${t.to(call.didText)}`;
      shell.notify({
        id: key,
        title: nameOf(call) || t.withheld,
        body: `${t.incoming}${did}`,
        urgent: true,
        actions: call.session === null ? [] : [t.answer, t.decline],
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
    const missed = state.missed > 0 ? ` · ${t.missed(state.missed)}` : '';
    return {
      icon,
      missed: state.missed,
      tooltip: `Megadial · ${status}${missed}`,
      labels: { open: t.open, dialer: t.dialer, quit: t.quit, status },
    };
  };

  hub.subscribe((state) => {
    const present = new Set(state.calls.map(idOf));
    for (const key of dismissed) if (!present.has(key)) dismissed.delete(key);
    popup(state);
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
  const answerKey = (key: string): void => {
    if (calls.live(key)?.session) phone.answer(key);
  };

  shell.on('hotkey', ({ name }) => {
    const call = firstRinging();
    if (name === 'answer' && call) phone.answer(call.key);
    if (name === 'decline' && call) phone.decline(call.key);
  });
  shell.on('notification-action', ({ id, index }) => {
    if (index === 0) answerKey(id);
    else if (calls.live(id)?.session) phone.decline(id);
  });
  shell.on('notification-click', () => shell.showMain());
  shell.on('popup-closed', () => {
    for (const call of hub.get().calls) dismissed.add(idOf(call));
    popup(hub.get());
  });
}

/** Rings at my extension and waits for me: the state of my leg, not of the whole call. */
function ringsHere(call: CallView): boolean {
  return call.direction === 'in' && call.phase === 'ringing';
}

/** The key the call had first: it stays the same when the PBX's id becomes known. */
function idOf(call: CallView): string {
  return call.formerKeys[0] ?? call.key;
}

function nameOf(call: CallView): string {
  return call.contact?.name ?? call.networkName ?? call.numberText;
}
