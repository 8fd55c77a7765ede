// SPDX-License-Identifier: MIT
import { keepLast } from './settings.ts';

/**
 * The dial button beside the number under the pointer. It stands outside the page's body, closed to the page, and only
 * while the pointer is there: nothing of it is ever saved with the page.
 */
export type DialButton = { show(e164: string, box: DOMRect): void; hide(): void };

const STAY_MS = 400;
const STYLE = `
  :host { all: initial; position: fixed; z-index: 2147483647; }
  a { display: grid; place-items: center; width: 26px; height: 26px; border-radius: 6px; background: #0b6b7c;
    box-shadow: 0 1px 4px #0006; outline-offset: 2px; }
  a:hover, a:focus-visible { background: #095664; }
  svg { width: 14px; height: 14px; fill: #fff; }
`;
const HANDSET =
  'M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1l-2.3 2.2z';

export function createButton(): DialButton {
  let host: HTMLElement | null = null;
  let going: ReturnType<typeof setTimeout> | undefined;

  const hide = (): void => {
    clearTimeout(going);
    going = setTimeout(() => {
      host?.remove();
      host = null;
    }, STAY_MS);
  };

  const make = (e164: string): HTMLElement => {
    const made = document.createElement('megadial-button');
    const shadow = made.attachShadow({ mode: 'closed' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    const link = document.createElement('a');
    // Handed to the system, which hands it to Megadial: there the number is shown before it is dialled.
    link.href = `tel:${e164}`;
    link.title = chrome.i18n.getMessage('dial', e164);
    link.setAttribute('aria-label', link.title);
    link.addEventListener('click', () => {
      void keepLast(e164);
      hide();
    });
    const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    picture.setAttribute('viewBox', '0 0 24 24');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', HANDSET);
    picture.append(path);
    link.append(picture);
    shadow.append(link);
    made.addEventListener('pointerenter', () => clearTimeout(going));
    made.addEventListener('pointerleave', hide);
    return made;
  };

  return {
    hide,
    show(e164, box) {
      clearTimeout(going);
      host?.remove();
      host = make(e164);
      const left = Math.min(box.right + 4, innerWidth - 30);
      host.style.left = `${Math.max(0, left)}px`;
      host.style.top = `${Math.max(0, box.top + box.height / 2 - 13)}px`;
      document.documentElement.append(host);
    },
  };
}
