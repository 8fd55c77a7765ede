// SPDX-License-Identifier: MIT
import { type KeyboardEvent, useRef } from 'react';
import type { CallView } from '../../src-shared/state.ts';
import { closePanel, type PanelKind } from '../features/calls/panels.ts';
import { Tones } from '../features/calls/Tones.tsx';
import { TransferPanel } from '../features/calls/TransferPanel.tsx';
import CallerPanel from '../features/crm/CallerPanel.tsx';
import { BlockPanel } from './BlockPanel.tsx';

/** Keypad, transfer or all about the caller, below a call. Escape closes it, not the window, and gives the keyboard back. */
export default function PopupPanel({ call, panel }: { readonly call: CallView; readonly panel: PanelKind }) {
  const place = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.nativeEvent.stopImmediatePropagation();
    const card = place.current?.closest('article');
    closePanel();
    card?.querySelector<HTMLElement>(`[data-panel="${panel}"]`)?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard here from whatever inside has the keyboard
    <div ref={place} className="popup-panel" onKeyDown={onKeyDown}>
      {panel === 'keypad' ? <Tones call={call} /> : null}
      {panel === 'transfer' ? <TransferPanel call={call} /> : null}
      {panel === 'caller' ? <CallerPanel call={call} /> : null}
      {panel === 'block' ? <BlockPanel call={call} /> : null}
    </div>
  );
}
