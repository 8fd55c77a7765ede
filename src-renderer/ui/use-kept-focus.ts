// SPDX-License-Identifier: MIT
import { type RefObject, useEffect, useRef } from 'react';

/**
 * Keeps the keyboard in a list whose rows go away under it: the row that takes the place gets it, on what opens it,
 * which does no harm; when none is left the place of the list takes it. To be used where the rows are drawn.
 *
 * @param rowButton selects in each row what may have the keyboard
 * @returns to be called with the place of a row that is about to go
 */
export function useKeptFocus(place: RefObject<HTMLElement | null>, rowButton: string): (index: number) => void {
  const left = useRef<number | null>(null);
  useEffect(() => {
    const lost = document.activeElement === document.body || document.activeElement === null;
    if (left.current === null || place.current === null || !lost) return;
    const rows = place.current.querySelectorAll<HTMLElement>(rowButton);
    const next = rows[Math.min(left.current, rows.length - 1)] ?? place.current;
    // Switched off while the request is under way: then it is the next drawing's turn.
    if (next.matches(':disabled')) return;
    next.focus();
    left.current = null;
  });
  return (index) => {
    left.current = index;
  };
}
