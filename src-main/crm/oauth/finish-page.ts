// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto';

export type Language = 'en' | 'es';
/** How the visit of the browser went; `stray` is anything but the answer that is waited for. */
export type Visit = 'accepted' | 'failed' | 'stray';

const TEXTS: Readonly<Record<Language, Readonly<Record<Visit, readonly [title: string, text: string]>>>> = {
  en: {
    accepted: ['Back to Megadial', 'Megadial has the answer and finishes connecting. You can close this page.'],
    failed: ['Not connected', 'Megadial did not get access. Close this page; Megadial says why and what to do.'],
    stray: ['Nothing to do here', 'This page is not the answer Megadial waits for. Close it and go on in Megadial.'],
  },
  es: {
    accepted: ['Vuelva a Megadial', 'Megadial tiene la respuesta y termina de conectar. Puede cerrar esta página.'],
    failed: ['Sin conexión', 'Megadial no obtuvo acceso. Cierre esta página; Megadial dice por qué y qué hacer.'],
    stray: ['Nada que hacer aquí', 'Esta página no es la respuesta que Megadial espera. Ciérrela y siga en Megadial.'],
  },
};

const STYLE =
  ':root{color-scheme:light dark}body{font:1.1rem/1.5 system-ui,sans-serif;max-width:30rem;margin:15vh auto}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing of the visit is kept, passed on, framed or run. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'`,
};

/** The page the browser ends on: constant texts, nothing from the request. */
export function finishPage(language: Language, visit: Visit): string {
  const [title, text] = TEXTS[language][visit];
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style><h1>${title}</h1><p>${text}</p></html>`;
}
