// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { CallView } from '../../../src-shared/state.ts';

/** `block` is the popup's alone. */
export type PanelKind = 'keypad' | 'transfer' | 'caller' | 'block';

type Panels = {
  /** At most one panel is open: two would push the calls out of a small window. */
  readonly open: { readonly call: string; readonly kind: PanelKind } | null;
  /** Calls made by "Ask first": by the waiting call, the one that asks. Only these may be ended by "Back". */
  readonly asks: Readonly<Record<string, string>>;
};

const usePanels = create<Panels>(() => ({ open: null, asks: {} }));

export function useOpenPanel(call: CallView): PanelKind | null {
  const id = call.viewId;
  return usePanels((panels) => (panels.open?.call === id ? panels.open.kind : null));
}

export function togglePanel(call: CallView, kind: PanelKind): void {
  const id = call.viewId;
  usePanels.setState(({ open }) => ({
    open: open?.call === id && open.kind === kind ? null : { call: id, kind },
  }));
}

export function closePanel(): void {
  usePanels.setState({ open: null });
}

/** `askKey` is the key that `call.dial` gave back. */
export function rememberAsk(call: CallView, askKey: string): void {
  usePanels.setState(({ asks }) => ({ asks: { ...asks, [call.viewId]: askKey } }));
}

/** The live call that was made to ask about this one, among `calls`. */
export function useAsk(call: CallView, calls: readonly CallView[]): CallView | null {
  const key = usePanels((panels) => panels.asks[call.viewId]);
  if (key === undefined) return null;
  return calls.find((one) => one.phase !== 'ended' && (one.key === key || one.formerKeys.includes(key))) ?? null;
}
