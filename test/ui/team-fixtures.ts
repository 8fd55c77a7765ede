// SPDX-License-Identifier: MIT
import type { DeviceView } from '../../src-shared/relay/protocol.ts';
import { DEFAULT_RULES, type TeamMember, type TeamSettings } from '../../src-shared/rules/team.ts';
import type { AppState, ReminderView } from '../../src-shared/state.ts';
import type { TeamWorld } from './fake-team.ts';
import { appState, CLARA, HOSTILE, JORDI, type World, world } from './fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const person = (extension: string, name: string, email = '', crmUser = ''): TeamMember => ({
  ...{ extension, name, email, crmUser },
});

export const MEMBERS: readonly TeamMember[] = [
  person('101', 'Ana Ruiz Delgado', 'ana@talleres.example', '005Q1'),
  person('102', 'Luis Ortega', 'luis@talleres.example', '005Q2'),
  person('103', 'Marta Ibarra Echevarría', 'marta.ibarra@talleres.example'),
  person('104', 'Inés Vidal', 'ines@talleres.example', '005Q9'),
  person('105', 'Recepción'),
];

export function teamSettings(patch: Partial<TeamSettings> = {}): TeamSettings {
  return {
    rules: {
      ...DEFAULT_RULES,
      quietHours: [
        { days: [1, 2, 3, 4, 5], from: 20 * 60, to: 8 * 60, timeZone: 'Europe/Madrid' },
        { days: [0, 6], from: 0, to: 0, timeZone: '' },
      ],
    },
    members: MEMBERS,
    defaultResponsible: '105',
    balanceFor: ['104', '102'],
    namesUrl: 'https://crm.example/names?number={number}',
    country: 'ES',
    ...patch,
  };
}

const device = (id: string, extension: string, name: string, patch: Partial<DeviceView> = {}): DeviceView => ({
  ...{ id, extension, name, role: 'agent', createdAt: Date.now() - 90 * 24 * HOUR, acked: 4711 },
  ...{ seenAt: Date.now() - 3 * MINUTE, online: true },
  ...patch,
});

export const devices = (): DeviceView[] => [
  device('d1', '101', 'Taller, ThinkPad'),
  device('d2', '102', 'Mostrador 2', { online: false, seenAt: Date.now() - 26 * HOUR }),
  device('d3', '103', 'Marta, portátil', { role: 'supervisor' }),
  device('d4', '104', 'Oficina', { role: 'admin' }),
  device('d5', '105', HOSTILE.markup, { online: false, seenAt: null }),
];

const reminder = (id: string, patch: Partial<ReminderView> = {}): ReminderView => ({
  ...{ id, number: '34911222333', numberText: '911 22 23 33', did: '34912345678', didText: '912 34 56 78' },
  ...{ missedAt: Date.now() - 12 * MINUTE, extension: '104', state: 'open', dueAt: 0, closed: null },
  ...{ contact: CLARA, count: 1 },
  ...patch,
});

/** As somebody finds them after lunch; the last one hides nothing of what it is. */
export const REMINDERS: readonly ReminderView[] = [
  reminder('57', { count: 3 }),
  reminder('51', {
    ...{ number: '34600111222', numberText: '600 11 12 22', contact: null, missedAt: Date.now() - 50 * MINUTE },
  }),
  reminder('48', {
    ...{ number: '34932001122', numberText: '932 00 11 22', contact: { ...JORDI, responsible: '104' } },
    ...{ state: 'snoozed', dueAt: Date.now() - MINUTE, missedAt: Date.now() - 3 * HOUR, count: 2 },
  }),
  reminder('40', {
    ...{ number: HOSTILE.number, numberText: HOSTILE.number, missedAt: Date.now() - 27 * HOUR },
    contact: { ...CLARA, name: HOSTILE.long, company: HOSTILE.markup },
  }),
];

export const KEPT: readonly ReminderView[] = [
  ...REMINDERS,
  reminder('39', { state: 'snoozed', dueAt: Date.now() + 20 * HOUR, missedAt: Date.now() - 28 * HOUR }),
  reminder('31', {
    ...{ state: 'done', closed: { at: Date.now() - 26 * HOUR, by: '104', why: 'done' } },
    missedAt: Date.now() - 29 * HOUR,
  }),
  reminder('30', {
    ...{ number: '34932001122', numberText: '932 00 11 22', contact: JORDI, extension: '102' },
    ...{ state: 'done', closed: { at: Date.now() - 49 * HOUR, by: '101', why: 'reached' } },
    missedAt: Date.now() - 50 * HOUR,
  }),
  reminder('28', {
    ...{ number: '34600111222', numberText: '600 11 12 22', contact: null },
    ...{ state: 'done', closed: { at: Date.now() - 75 * HOUR, by: null, why: 'reached' } },
    missedAt: Date.now() - 76 * HOUR,
  }),
];

export function teamWorld(patch: Partial<TeamWorld> = {}): TeamWorld {
  const members = patch.settings?.members ?? MEMBERS;
  return {
    settings: teamSettings(),
    extensions: ['100', '101', '102', '103', '104', '105', '106'].map((extension) => ({
      extension,
      online: extension === '100' ? null : Number(extension) % 2 === 1,
      taken: members.some((one) => one.extension === extension),
    })),
    devices: devices(),
    blacklist: [
      { number: '+34600111999', numberText: '600 11 19 99', name: '' },
      { number: '+34911000111', numberText: '911 00 01 11', name: 'Encuestas Telefónicas S. L.' },
      { number: '+442071838750', numberText: '+44 20 7183 8750', name: '' },
    ],
    reminders: [...KEPT],
    answers: [
      {
        ...{ pbxCallId: '1', at: Date.now() - 12 * MINUTE, reason: 'responsible', extension: '104' },
        answer: { redirect: '104', return_timeout: '15', caller_name: 'Clara Ibanez' },
      },
    ],
    ...patch,
  };
}

export function teamState(patch: Partial<AppState['team']> = {}): AppState['team'] {
  return {
    ...{ state: 'on', url: 'https://relay.talleres.example', extension: '104', role: 'admin', error: null },
    members: MEMBERS.map(({ extension, name }) => ({ extension, name })),
    defaultResponsible: '105',
    rules: DEFAULT_RULES,
    ...patch,
  };
}

/** A window in a team; its administrator's unless said otherwise. */
export function inTeam(patch: Partial<AppState> = {}, of: Partial<TeamWorld> = {}): World {
  const base = world({
    settings: { ...appState().settings, teamUrl: 'https://relay.talleres.example', relayEnabled: true },
    relay: { state: 'off', port: 0, error: null },
    team: teamState(),
    reminders: REMINDERS,
    ...patch,
  });
  return { ...base, team: teamWorld(of) };
}

/** One agent without a team. */
export function alone(patch: Partial<AppState> = {}, of: Partial<TeamWorld> = {}): World {
  return { ...world({ reminders: REMINDERS, ...patch }), team: teamWorld(of) };
}
