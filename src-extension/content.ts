// SPDX-License-Identifier: MIT
import { createButton } from './button.ts';
import { type Marks, markNumbers } from './marks.ts';
import { loadSettings } from './settings.ts';

/** Runs in each page: numbers are underlined, the one under the pointer gets a button. */
const button = createButton();
let marks: Marks | null = null;
let shown = '';

function look(event: PointerEvent): void {
  const hit = marks?.at(event.clientX, event.clientY) ?? null;
  const key = hit === null ? '' : `${hit.e164}/${hit.box.left}/${hit.box.top}`;
  if (key === shown) return;
  shown = key;
  if (hit === null) button.hide();
  else button.show(hit.e164, hit.box);
}

async function start(): Promise<void> {
  const settings = await loadSettings();
  marks?.stop();
  marks = settings.on && !settings.offSites.includes(location.hostname) ? markNumbers(settings) : null;
}

let pending: PointerEvent | null = null;
document.addEventListener(
  'pointermove',
  (event) => {
    if (pending === null) {
      requestAnimationFrame(() => {
        if (pending !== null) look(pending);
        pending = null;
      });
    }
    pending = event;
  },
  { passive: true, capture: true },
);
chrome.storage.onChanged.addListener((changes) => {
  if ('settings' in changes) void start();
});
void start();
