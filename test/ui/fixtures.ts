// SPDX-License-Identifier: MIT
import type { SessionLink } from '../../src-shared/calls/model.ts';
import { NO_CRM } from '../../src-shared/crm/view.ts';
import type { MediaWarning, QualitySample } from '../../src-shared/engine-protocol.ts';
import type { DoctorStep } from '../../src-shared/ipc/map.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/settings.ts';
import type { AppState, CallView, Contact, HistoryRow, SessionMedia } from '../../src-shared/state.ts';

import type { CrmWorld } from './fake-crm.ts';
import type { TeamWorld } from './fake-team.ts';

/** What the fake bridge answers with: one window's world. */
export type World = {
  readonly state: AppState;
  readonly rows: readonly HistoryRow[];
  readonly contacts: readonly Contact[];
  readonly team?: TeamWorld;
  readonly crm?: CrmWorld;
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
    statistics: { state: 'idle', until: null, error: null },
    team: {
      ...{ state: 'off', url: '', extension: '', role: null, error: null },
      ...{ members: [], defaultResponsible: null, rules: null },
    },
    reminders: [],
    crm: NO_CRM,
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
  responsible: '',
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
        contact:
          name === null
            ? null
            : { id: (id % NAMES.length) + 1, name, company, url: 'https://crm.example/p/1', responsible: '' },
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
      quality:
        answered && id % 2 === 0
          ? { mos: 4.1, worstMos: 3.2, rtt: 48, jitter: 6, loss: 0.008, seconds: duration }
          : null,
      outcome: '',
      note: id % 7 === 0 ? 'Wants an offer for the second van. Call back on Tuesday.' : '',
    };
  });
}

export const CONTACTS: readonly Contact[] = [
  {
    id: 1,
    kind: 'person',
    name: 'Clara Ibáñez',
    company: 'Talleres Ibáñez e Hijos',
    email: 'clara@ibanez.example',
    otherEmails: [],
    url: 'https://crm.example/p/1',
    responsible: '',
    numbers: ['+34 911 22 23 33', '+34 600 10 20 30'],
  },
  {
    id: 2,
    kind: 'person',
    name: 'Jordi Puig',
    company: 'Fusteria Puig',
    email: '',
    otherEmails: [],
    url: '',
    responsible: '',
    numbers: ['+34 932 00 11 22'],
  },
  {
    id: 3,
    kind: 'person',
    name: 'Ana María Fernández de la Vega',
    company: 'Gestoría Vega y Asociados',
    email: 'ana@vega.example',
    otherEmails: [],
    url: '',
    responsible: '',
    numbers: ['+34 955 44 33 22'],
  },
  {
    id: 4,
    kind: 'person',
    name: 'Hélène Dubois',
    company: 'Dubois Import',
    email: '',
    otherEmails: [],
    url: '',
    responsible: '',
    numbers: ['+33 1 42 68 53 00'],
  },
  {
    id: 5,
    kind: 'person',
    name: HOSTILE.markup,
    company: HOSTILE.bidi,
    email: '',
    otherEmails: [],
    url: '',
    responsible: '',
    numbers: [HOSTILE.number],
  },
];

export function world(patch: Partial<AppState> = {}, rows = historyRows(60)): World {
  return { state: appState(patch), rows, contacts: CONTACTS };
}

export const later = (milliseconds: number) => Date.now() + milliseconds;
export { HOUR, MINUTE, SECOND };

export const JORDI = { id: 2, name: 'Jordi Puig', company: 'Fusteria Puig', url: null, responsible: '' };

/** The other call of two: held unless said otherwise. */
export const held = (patch: Partial<CallView> = {}) =>
  talking({
    key: 'pbx:2',
    contact: JORDI,
    number: '+34932001122',
    numberText: '932 00 11 22',
    session: session({ sessionId: 's2', state: 'connected', hold: 'local' }),
    ...patch,
  });

/** A second call that rings while one is talked in. */
export const waiting = (patch: Partial<CallView> = {}) =>
  ringing({
    key: 'pbx:2',
    contact: JORDI,
    number: '+34932001122',
    numberText: '932 00 11 22',
    session: session({ sessionId: 's2' }),
    ...patch,
  });

/** A minute of quality that gets worse at its end when `bad`. */
export function samples(bad = false): QualitySample[] {
  return Array.from({ length: 60 }, (_, index) => {
    const fall = bad && index > 38 ? (index - 38) / 22 : 0;
    return {
      at: 1_000_000 + index * SECOND,
      rtt: 42 + (index % 7) * 2 + fall * 180,
      jitter: 3 + (index % 3) + fall * 30,
      loss: fall > 0 && index % 3 !== 0 ? fall * 0.12 : 0,
      concealed: 0,
      mos: 4.35 - Math.abs(Math.sin(index / 5)) * 0.12 - fall * 1.6,
    };
  });
}

export function media(
  patch: Partial<SessionMedia> & { readonly warnings?: readonly MediaWarning[] } = {},
): SessionMedia {
  return { quality: samples(), warnings: [], transfer: null, ...patch };
}

const HEADSET = { id: 'h', label: 'Jabra Evolve2 65 (Bluetooth)' };
const BUILT_IN = { id: 'b', label: 'Built-in Audio Analog Stereo' };
const MONITOR = { id: 'm', label: 'DELL U2723QE (HDMI)' };

export const AUDIO: AppState['audio'] = {
  inputs: [HEADSET, BUILT_IN],
  outputs: [HEADSET, BUILT_IN, MONITOR],
  input: HEADSET,
  output: HEADSET,
  test: 'idle',
};

/** Lists as somebody with a headset and a desk speaker has them; the second microphone is not plugged in. */
export const AUDIO_SETTINGS = {
  audioInputs: [HEADSET, { id: 'x', label: 'Yeti Stereo Microphone' }],
  audioOutputs: [HEADSET],
  audioRing: [
    { ...BUILT_IN, volume: 0.9 },
    { ...HEADSET, volume: 0.4 },
  ],
};

const step = (id: DoctorStep['id'], subject: string, state: DoctorStep['state'], advice: string, detail = '') => ({
  id,
  subject,
  state,
  advice,
  detail,
  ms: state === 'ok' || state === 'failed' ? 38 : null,
});

export const DOCTOR_STEPS: readonly DoctorStep[] = [
  step('dns', 'wss://pbx.zadarma.com:4443', 'ok', 'ok', '185.45.152.42'),
  step('tcp', 'wss://pbx.zadarma.com:4443', 'ok', 'ok'),
  step('tls', 'wss://pbx.zadarma.com:4443', 'failed', 'untrusted', 'Issuer: Corporate Proxy CA'),
  step('websocket', 'wss://pbx.zadarma.com:4443', 'skipped', 'previous'),
  step('register', 'wss://pbx.zadarma.com:4443', 'skipped', 'previous'),
  step('dns', 'wss://sip.zadarma.com:443', 'failed', 'not-found'),
  step('stun', 'stun:stun.zadarma.com:3478', 'running', 'running'),
  step('microphone', 'Jabra Evolve2 65', 'ok', 'ok'),
  step('api', 'https://api.zadarma.com', 'ok', 'ok'),
  step('clock', 'api.zadarma.com', 'failed', 'off', '+187 s'),
];
