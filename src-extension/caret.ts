// SPDX-License-Identifier: MIT
type Places = {
  readonly caretPositionFromPoint?: (x: number, y: number) => Pick<CaretPosition, 'offsetNode'> | null;
  readonly caretRangeFromPoint?: (x: number, y: number) => Pick<Range, 'startContainer'> | null;
};

/** The node under this point of the window; null where there is none. Chrome has the standard's way since 128. */
export function nodeAt(page: Places, x: number, y: number): Node | null {
  if (page.caretPositionFromPoint !== undefined) return page.caretPositionFromPoint(x, y)?.offsetNode ?? null;
  return page.caretRangeFromPoint?.(x, y)?.startContainer ?? null;
}
