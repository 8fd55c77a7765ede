// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { CallView } from '../../src-shared/state.ts';
import { canBeListed } from '../features/blacklist/can-be-listed.ts';
import { togglePanel, useOpenPanel } from '../features/calls/panels.ts';
import { useT } from '../i18n/index.ts';

/** The first picture of a call does without it. */
const LATER_MS = 400;

/** Opens the question whether to block the caller's number; there only for callers that can be blocked. */
export function BlockItem({ call }: { readonly call: CallView }) {
  const t = useT();
  const { viewId } = call;
  const panel = useOpenPanel(call);
  const [shownFor, setShownFor] = useState('');
  useEffect(() => {
    if (viewId === '') return;
    const timer = setTimeout(() => setShownFor(viewId), LATER_MS);
    return () => clearTimeout(timer);
  }, [viewId]);
  const isFit = call.direction === 'in' && call.phase !== 'ended' && canBeListed(call.number);
  if (shownFor !== viewId || !isFit) return null;
  return (
    <button
      type="button"
      className="popup-block-item"
      aria-label={t('block.itemLong', { number: call.numberText || call.number })}
      aria-expanded={panel === 'block'}
      data-panel="block"
      data-testid="popup-block"
      onClick={() => togglePanel(call, 'block')}
    >
      {t('block.item')}
    </button>
  );
}
