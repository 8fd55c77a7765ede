// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { ContactDraft } from '../../../src-shared/state.ts';

export type Screen =
  | 'phone'
  | 'history'
  | 'reminders'
  | 'contacts'
  | 'messages'
  | 'team'
  | 'settings'
  | 'doctor'
  | 'crm';

/** A number handed to the dialer from elsewhere. `seq` tells two equal ones apart. */
export type DialRequest = {
  readonly text: string;
  readonly from: 'link' | 'selection' | 'app';
  readonly seq: number;
  /** The person has already said to call it. */
  readonly now: boolean;
};

type UiState = {
  readonly screen: Screen;
  readonly dial: DialRequest;
  /** Counts the requests to put the caret into the dialer. */
  readonly focusDialer: number;
  /** A contact being added or edited: kept when the person looks at another screen meanwhile. */
  readonly draft: ContactDraft | null;
  /** History row to open. */
  readonly openRow: number | null;
  /** Part of the settings to begin at. */
  readonly section: string | null;
  readonly keyboardHelp: boolean;
};

/** What this window alone knows: which screen is open, and what one screen hands to another. */
export const useUi = create<UiState>(() => ({
  screen: 'phone',
  dial: { text: '', from: 'app', seq: 0, now: false },
  focusDialer: 0,
  draft: null,
  openRow: null,
  section: null,
  keyboardHelp: false,
}));

export function goTo(screen: Screen): void {
  useUi.setState({ screen });
}

export function goToDialer(): void {
  useUi.setState((ui) => ({ screen: 'phone', focusDialer: ui.focusDialer + 1 }));
}

/** Fills the dialer and waits for the person: a number from outside is never dialled by itself. */
export function fillDialer(text: string, from: DialRequest['from']): void {
  useUi.setState((ui) => ({
    screen: 'phone',
    dial: { text, from, seq: ui.dial.seq + 1, now: false },
    focusDialer: ui.focusDialer + 1,
  }));
}

/** Calls a number that the app shows and the person pressed: the dialer does it, and says why when it cannot. */
export function dialNumber(text: string): void {
  useUi.setState((ui) => ({ screen: 'phone', dial: { text, from: 'app', seq: ui.dial.seq + 1, now: true } }));
}

/** Whether the handed-over number is to be called: true once, so that a screen shown again calls nobody. */
export function takeCallNow(): boolean {
  const { dial } = useUi.getState();
  if (dial.now) useUi.setState({ dial: { ...dial, now: false } });
  return dial.now;
}

export function editContact(draft: ContactDraft): void {
  useUi.setState({ screen: 'contacts', draft });
}

export function openHistoryRow(id: number): void {
  useUi.setState({ screen: 'history', openRow: id });
}

export function openSettings(section: string): void {
  useUi.setState({ screen: 'settings', section });
}

export function showKeyboardHelp(keyboardHelp: boolean): void {
  useUi.setState({ keyboardHelp });
}
