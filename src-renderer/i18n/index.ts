// SPDX-License-Identifier: MIT
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { WireError } from '../../src-shared/errors.ts';
import { en } from './en.ts';
import { es } from './es.ts';

export type Language = 'en' | 'es';

declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    // Error codes and words of dispositions are looked up by variable: checked by type all the same.
    returnNull: false;
  }
}

i18next.use(initReactI18next).init({
  resources: { en: { translation: en }, es: { translation: es } },
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

export type T = ReturnType<typeof useT>;

export function useT() {
  return useTranslation().t;
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'es' ? 'es' : 'en';
}

/** The sentence for an error, with its values filled in. */
export function errorText(t: T, error: WireError): string {
  // The compiler cannot know which values belong to a code that is only known at run time; i18n.test.ts checks them.
  return t(`errors.${error.code}` as 'errors.internal', { ...error.params });
}
