// SPDX-License-Identifier: MIT
import { NO_CRM } from '../../src-shared/crm/view.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import type { AppState } from '../../src-shared/state.ts';
import type { Shell } from '../shell/api.ts';
import { resolveLanguage } from './texts.ts';

/** Before anything is known. */
export function initialState(shell: Pick<Shell, 'version' | 'platform' | 'locale'>): AppState {
  return {
    version: shell.version,
    platform: shell.platform,
    stage: 'starting',
    settings: DEFAULT_SETTINGS,
    language: resolveLanguage(DEFAULT_SETTINGS.language, shell.locale),
    account: null,
    registration: { state: 'off', error: null, retryAt: null },
    relay: { state: 'off', port: 0, error: null },
    team: {
      ...{ state: 'off', url: '', extension: '', role: null, error: null },
      ...{ members: [], defaultResponsible: null, rules: null },
    },
    reminders: [],
    crm: NO_CRM,
    statistics: { state: 'off', until: null, error: null },
    keychain: 'ok',
    calls: [],
    media: {},
    conference: [],
    audio: { inputs: [], outputs: [], input: null, output: null, test: 'idle' },
    callbacks: [],
    missed: 0,
    notices: [],
    storeProblem: null,
  };
}
