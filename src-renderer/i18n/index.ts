// SPDX-License-Identifier: MIT
import i18next, { type TFunction } from 'i18next';
import { useSyncExternalStore } from 'react';
import type { WireError } from '../../src-shared/errors.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { screens } from './screens.ts';

export type Language = 'en' | 'es';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & (typeof screens)['en'] };
    // Error codes and words of dispositions are looked up by variable: checked by type all the same.
    returnNull: false;
  }
}

i18next.init({
  // Copies: what is added later must not change the words others compare with.
  resources: { en: { translation: { ...en } }, es: { translation: { ...es } } },
  lng: 'en',
  fallbackLng: 'en',
  // React escapes. Values may be hostile text: they are never read as translation syntax (skipOnVariables).
  interpolation: { escapeValue: false, skipOnVariables: true },
  initAsync: false,
});

/** Follows `AppState.language`. Also sets `lang` of the document, for screen readers and hyphenation. */
export function setLanguage(language: Language): void {
  const root = document.documentElement;
  // Setting it anew would style the whole page anew, on each state that comes.
  if (root.lang !== language) root.lang = language;
  if (i18next.language !== language) i18next.changeLanguage(language);
}

export type T = TFunction;

/** The words of the language in use. A sentence without values is looked up once: a ringing call waits for each. */
export function useT(): T {
  return useSyncExternalStore(onLanguage, currentT);
}

export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}

function onLanguage(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

function currentLanguage(): Language {
  return i18next.language === 'es' ? 'es' : 'en';
}

const made = new Map<Language, T>();

function currentT(): T {
  const language = currentLanguage();
  const before = made.get(language);
  if (before !== undefined) return before;
  const known = new Map<unknown, string>();
  const t = new Proxy(i18next.getFixedT(language), {
    apply(look, self, args: [unknown, ...unknown[]]) {
      const [key, ...values] = args;
      if (values.length > 0) return Reflect.apply(look, self, args);
      const text = known.get(key) ?? Reflect.apply(look, self, args);
      known.set(key, text);
      return text;
    },
  });
  made.set(language, t);
  return t;
}

/** The sentence for an error, with its values filled in. */
export function errorText(t: T, error: WireError): string {
  // The compiler cannot know which values belong to a code that is only known at run time; i18n.test.ts checks them.
  return t(`errors.${error.code}` as 'errors.internal', { ...error.params });
}
