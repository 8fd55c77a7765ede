// SPDX-License-Identifier: MIT
import { nodeAt } from './caret.ts';
import { type Found, findNumbers } from './detect.ts';
import type { ExtensionSettings } from './settings.ts';
import { isReadable, textsOf } from './texts.ts';

/** Numbers found on the page. They are underlined by the browser's own highlights: the page itself stays as it is. */
export type Marks = {
  /** The number at this point of the window, with its place. */
  at(x: number, y: number): { readonly e164: string; readonly box: DOMRect } | null;
  stop(): void;
};

const NAME = 'megadial-number';
const AT_ONCE = 300;

export function markNumbers(settings: ExtensionSettings): Marks {
  const found = new Map<Text, readonly (Found & { readonly range: Range })[]>();
  const highlight = new Highlight();
  CSS.highlights.set(NAME, highlight);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`::highlight(${NAME}) { text-decoration: underline dotted; text-decoration-thickness: 1px; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

  const forget = (text: Text): void => {
    for (const { range } of found.get(text) ?? []) highlight.delete(range);
    found.delete(text);
  };

  const read = (text: Text): void => {
    forget(text);
    if (!text.isConnected || !isReadable(text)) return;
    const hits = findNumbers(text.data, settings.country, settings.plain).map((hit) => {
      const range = document.createRange();
      range.setStart(text, hit.from);
      range.setEnd(text, hit.to);
      highlight.add(range);
      return { ...hit, range };
    });
    if (hits.length > 0) found.set(text, hits);
  };

  /** A big page is read in pieces, while the browser has nothing better to do. */
  const waiting: Iterator<Text>[] = [];
  let planned = false;
  const work = (): void => {
    planned = false;
    for (let n = 0; n < AT_ONCE && waiting.length > 0; n++) {
      const next = waiting[0]?.next();
      if (next?.done === false) read(next.value);
      else waiting.shift();
    }
    if (waiting.length > 0) plan();
  };
  const plan = (): void => {
    if (planned) return;
    planned = true;
    requestIdleCallback(work, { timeout: 1_000 });
  };
  const readBelow = (node: Node): void => {
    waiting.push(textsOf(node)[Symbol.iterator]());
    plan();
  };

  const observer = new MutationObserver((changes) => {
    for (const text of found.keys()) if (!text.isConnected) forget(text);
    for (const { target, addedNodes, type } of changes) {
      if (type === 'characterData') readBelow(target);
      for (const node of addedNodes) readBelow(node);
    }
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
  readBelow(document.body ?? document);

  return {
    at(x, y) {
      const node = nodeAt(document, x, y);
      if (!(node instanceof Text)) return null;
      for (const { range, e164 } of found.get(node) ?? []) {
        const box = [...range.getClientRects()].find(
          (one) => x >= one.left - 2 && x <= one.right + 2 && y >= one.top - 2 && y <= one.bottom + 2,
        );
        if (box !== undefined) return { e164, box };
      }
      return null;
    },
    stop() {
      observer.disconnect();
      waiting.length = 0;
      found.clear();
      CSS.highlights.delete(NAME);
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    },
  };
}
