// SPDX-License-Identifier: MIT
import { toWireError } from '../../src-shared/errors.ts';
import { extractNumber } from '../../src-shared/numbers/dialable.ts';
import type { Settings } from '../../src-shared/settings.ts';
import type { Shell } from '../shell/api.ts';
import type { CallService } from './calls.ts';
import type { Hub } from './hub.ts';
import type { Phone } from './phone.ts';
import type { SettingsService } from './settings.ts';
import { resolveLanguage } from './texts.ts';
import type { Webhooks } from './webhooks.ts';

export type FollowParts = {
  readonly shell: Shell;
  readonly hub: Hub;
  readonly settings: SettingsService;
  readonly phone: Phone;
  readonly webhooks: Webhooks;
  readonly calls: CallService;
};

const SIP_KEYS = ['sipWssUrls', 'sipDomain', 'sipRealm', 'stunUrls', 'sipRegisterExpires', 'dtmf'] as const;
const POLICY_KEYS = ['dnd', 'autoAnswer', 'autoAnswerAfter', 'callbackAutoAnswer'] as const;
const AUDIO_KEYS = [
  ...['ringEnabled', 'ringVolume', 'ringtone', 'audioInputs', 'audioOutputs', 'audioRing'],
  ...['echoCancellation', 'noiseSuppression', 'autoGainControl'],
] as const satisfies readonly (keyof Settings)[];
const RELAY_KEYS = ['relayEnabled', 'relayPort', 'relayPath'] as const;
const HOTKEYS = ['hotkeyDialer', 'hotkeyDialSelection', 'hotkeyAnswer', 'hotkeyDecline'] as const;

/** Puts settings to work, at the start and whenever one changes. */
export function followSettings({ shell, hub, settings, phone, webhooks, calls }: FollowParts): void {
  const hotkeys = (now: Settings): void => {
    const refused = shell.setHotkeys({
      dialer: now.hotkeyDialer,
      dialSelection: now.hotkeyDialSelection,
      answer: now.hotkeyAnswer,
      decline: now.hotkeyDecline,
    });
    for (const keys of refused) hub.notice({ code: 'hotkey.taken', params: { keys } });
  };
  const look = (now: Settings): void => {
    shell.setTheme(now.theme);
    hub.patch({ language: resolveLanguage(now.language, shell.locale) });
  };
  const login = (now: Settings): void => shell.setLoginItem({ open: now.openAtLogin, hidden: now.startHidden });

  /** A new line would end the calls on the old one. */
  let waiting: (() => void) | null = null;
  const isIdle = (): boolean => hub.get().calls.every((call) => (call.session?.state ?? 'ended') === 'ended');
  const whenIdle = (run: () => void): void => {
    if (isIdle()) run();
    else waiting = run;
  };
  hub.subscribe(() => {
    if (waiting === null || !isIdle()) return;
    const run = waiting;
    waiting = null;
    run();
  });

  look(settings.get());
  hotkeys(settings.get());
  settings.onChange((now, before) => {
    const changed = (keys: readonly (keyof Settings)[]): boolean =>
      keys.some((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
    if (changed(['theme', 'language'])) look(now);
    if (changed(HOTKEYS)) hotkeys(now);
    if (changed(['openAtLogin', 'startHidden'])) login(now);
    if (changed(SIP_KEYS)) whenIdle(() => void phone.register());
    if (changed(POLICY_KEYS)) phone.sendPolicy();
    if (changed(AUDIO_KEYS)) phone.sendAudio();
    if (changed(RELAY_KEYS)) void webhooks.restart();
    if (changed(['country'])) void calls.refresh();
  });
}

/** Links, hotkeys and the tray lead to the dialer; nothing is dialed before the person has seen the number. */
export function followDesktop({ shell, hub, settings }: Pick<FollowParts, 'shell' | 'hub' | 'settings'>): void {
  const dial = (text: string, from: 'link' | 'selection'): void => {
    shell.showMain();
    shell.push('navigate', { to: 'dial', text, from });
  };
  const dialer = (): void => {
    shell.showMain();
    shell.push('navigate', { to: 'dialer' });
  };
  shell.on('link', ({ url }) => dial(url, 'link'));
  shell.on('selection', ({ text }) => {
    const number = extractNumber(text, settings.get().country);
    if (number === null) dialer();
    else dial(number, 'selection');
  });
  shell.on('tray-dialer', dialer);
  // What could not be saved stays as it was, and the menu shows it.
  shell.on(
    'tray-dnd',
    ({ on }) => void settings.set({ dnd: on }).catch((error: unknown) => hub.notice(toWireError(error))),
  );
  shell.on('hotkey', ({ name }) => {
    if (name === 'dialer') dialer();
  });
}
