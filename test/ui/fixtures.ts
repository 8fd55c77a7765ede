// SPDX-License-Identifier: MIT
import type { SessionLink } from '../../src-shared/calls/model.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import type { AppState, CallView, Contact, HistoryRow } from '../../src-shared/state.ts';

/** What the fake bridge answers with: one window's world. */
export type World = {
  readonly state: AppState;
  readonly rows: readonly HistoryRow[];
  readonly contacts: readonly Contact[];
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export function appState(patch: Partial<AppState> = {}): AppState {
  return {
    version: '0.1.0',
    platform: 'linux',
    stage: 'ready',
    settings: { ...DEFAULT_SETTINGS, pbxId: '123456', extension: '104' },
    language: 'en',
    account: { pbxId: '123456', extension: '104' },
    registration: { state: 'registered', error: null, retryAt: null },
    relay: { state: 'listening', port: 8765, error: null },
    keychain: 'ok',
    calls: [],
    media: {},
    conference: [],
    audio: { inputs: [], outputs: [], input: null, output: null, test: 'idle' },
    callbacks: [],
    missed: 0,
    notices: [],
    storeProblem: null,
    ...patch,
  };
}

export function session(patch: Partial<SessionLink> = {}): SessionLink {
  return { sessionId: 's1', direction: 'in', state: 'ringing', muted: false, hold: 'none', answeredAt: null, ...patch };
}

/** The session goes the way the call goes. */
export function call(patch: Partial<CallView> = {}): CallView {
  const made: CallView = {
    viewId: patch.key ?? 'pbx:1',
    key: 'pbx:1',
    formerKeys: [],
    pbxCallId: '1',
    direction: 'in',
    number: '+34911222333',
    networkName: null,
    did: '34912345678',
    startedAt: Date.now() - 4 * SECOND,
    answeredAt: null,
    endedAt: null,
    duration: 0,
    disposition: null,
    answeredBy: null,
    legs: [],
    session: null,
    causeCode: null,
    isRecorded: false,
    recordIds: [],
    phase: 'ringing',
    contact: null,
    numberText: '911 22 23 33',
    didText: '912 34 56 78',
    mine: true,
    ...patch,
  };
  return made.session === null ? made : { ...made, session: { ...made.session, direction: made.direction } };
}

export const CLARA = {
  id: 1,
  name: 'Clara Ibáñez',
  company: 'Talleres Ibáñez e Hijos',
  url: 'https://crm.example/p/1',
};

export const ringing = (patch: Partial<CallView> = {}) => call({ session: session(), contact: CLARA, ...patch });

export const talking = (patch: Partial<CallView> = {}) =>
  call({
    phase: 'talking',
    contact: CLARA,
    answeredAt: Date.now() - 151 * SECOND,
    answeredBy: '104',
    session: session({ state: 'connected', answeredAt: Date.now() - 151 * SECOND }),
    ...patch,
  });

export const ended = (patch: Partial<CallView> = {}) =>
  call({
    phase: 'ended',
    contact: CLARA,
    answeredAt: Date.now() - 151 * SECOND,
    endedAt: Date.now(),
    duration: 151,
    disposition: 'answered',
    answeredBy: '104',
    session: session({ state: 'ended', answeredAt: Date.now() - 151 * SECOND }),
    ...patch,
  });

/** Names and numbers as an attacker, or a careless one, would send them. */
export const HOSTILE = {
  markup: '<img src=x onerror="document.title=\'owned\'"><b>Bold</b>',
  bidi: '\u202Eevil\u2066 moc.knab\u2069 \u202Dok',
  long: 'Ayuntamiento de Santa María del Camino y Valle de los Caballeros, Servicio de Atención '.repeat(3),
  number: '1234567890'.repeat(6),
};

const NAMES = [
  ['Clara Ibáñez', 'Talleres Ibáñez e Hijos', '+34911222333', '911 22 23 33'],
  ['Jordi Puig', 'Fusteria Puig', '+34932001122', '932 00 11 22'],
  [null, null, '+34600111222', '600 11 12 22'],
  ['Ana María Fernández de la Vega', 'Gestoría Vega y Asociados', '+34955443322', '955 44 33 22'],
  [null, null, '', ''],
  ['Hélène Dubois', 'Dubois Import', '+33142685300', '+33 1 42 68 53 00'],
  [null, null, '102', '102'],
] as const;

/** `count` calls, newest first, spread over days; the mix of fates repeats. Ids fall from `count` to 1. */
export function historyRows(count: number, now = Date.now()): HistoryRow[] {
  return Array.from({ length: count }, (_, index) => {
    const id = count - index;
    const [name, company, number, numberText] = NAMES[id % NAMES.length] ?? NAMES[0];
    const startedAt = now - index * 47 * MINUTE - 12 * MINUTE;
    const direction = id % 3 === 0 ? 'out' : 'in';
    const disposition = id % 5 === 0 ? 'no-answer' : id % 11 === 0 ? 'busy' : 'answered';
    const answered = disposition === 'answered';
    const duration = answered ? 20 + ((id * 37) % 900) : 0;
    return {
      id,
      call: call({
        key: `pbx:${id}`,
        pbxCallId: String(id),
        direction,
        number,
        numberText,
        contact: name === null ? null : { id: (id % NAMES.length) + 1, name, company, url: 'https://crm.example/p/1' },
        startedAt,
        answeredAt: answered ? startedAt + 9 * SECOND : null,
        endedAt: startedAt + (9 + duration) * SECOND,
        duration,
        disposition,
        answeredBy: answered ? '104' : null,
        phase: 'ended',
        isRecorded: answered && id % 2 === 0,
        legs: [
          { extension: '101', ringingAt: startedAt, answeredAt: null, endedAt: startedAt + 9 * SECOND },
          {
            extension: '104',
            ringingAt: startedAt,
            answeredAt: answered ? startedAt + 9 * SECOND : null,
            endedAt: startedAt + (9 + duration) * SECOND,
          },
        ],
      }),
      recording:
        answered && id % 2 === 0 ? { state: 'ready', url: '/recording.wav', bytes: 240_044 } : { state: 'none' },
      quality: null,
      note: id % 7 === 0 ? 'Wants an offer for the second van. Call back on Tuesday.' : '',
    };
  });
}

export const CONTACTS: readonly Contact[] = [
  {
    id: 1,
    name: 'Clara Ibáñez',
    company: 'Talleres Ibáñez e Hijos',
    email: 'clara@ibanez.example',
    url: 'https://crm.example/p/1',
    numbers: ['+34 911 22 23 33', '+34 600 10 20 30'],
  },
  { id: 2, name: 'Jordi Puig', company: 'Fusteria Puig', email: '', url: '', numbers: ['+34 932 00 11 22'] },
  {
    id: 3,
    name: 'Ana María Fernández de la Vega',
    company: 'Gestoría Vega y Asociados',
    email: 'ana@vega.example',
    url: '',
    numbers: ['+34 955 44 33 22'],
  },
  { id: 4, name: 'Hélène Dubois', company: 'Dubois Import', email: '', url: '', numbers: ['+33 1 42 68 53 00'] },
  { id: 5, name: HOSTILE.markup, company: HOSTILE.bidi, email: '', url: '', numbers: [HOSTILE.number] },
];

export function world(patch: Partial<AppState> = {}, rows = historyRows(60)): World {
  return { state: appState(patch), rows, contacts: CONTACTS };
}

export const later = (milliseconds: number) => Date.now() + milliseconds;
export { HOUR, MINUTE, SECOND };
