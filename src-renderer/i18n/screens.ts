// SPDX-License-Identifier: MIT
import i18next from 'i18next';
import { crmSetEn } from './crm-settings.en.ts';
import { crmSetEs } from './crm-settings.es.ts';
import { deskEn } from './desk.en.ts';
import { deskEs } from './desk.es.ts';
import './index.ts';
import { peopleEn } from './people.en.ts';
import { peopleEs } from './people.es.ts';
import { settingsEn } from './settings.en.ts';
import { settingsEs } from './settings.es.ts';
import { teamEn } from './team.en.ts';
import { teamEs } from './team.es.ts';

/**
 * Words of screens that are loaded when they are wanted: each such screen imports this file, so that neither the first
 * picture of the main window nor the popup waits for them. No key may stand in `en.ts` too.
 */
export const screens = {
  en: { ...teamEn, ...deskEn, ...crmSetEn, ...peopleEn, ...settingsEn },
  es: { ...teamEs, ...deskEs, ...crmSetEs, ...peopleEs, ...settingsEs },
};

for (const [language, words] of Object.entries(screens)) {
  i18next.addResourceBundle(language, 'translation', words);
}
