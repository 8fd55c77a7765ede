// SPDX-License-Identifier: MIT
import rest from '../../resources/crm/rest.json' with { type: 'json' };
import type { Capabilities, CrmRecord, CrmUser } from '../../src-shared/crm/model.ts';
import { type ConnectorSettings, type CrmSettings, DEFAULT_CRM } from '../../src-shared/crm/settings.ts';
import type { CallerView, ConnectorView, CrmState, MessageView, OutboxView } from '../../src-shared/crm/view.ts';
import type { AppState, HistoryRow } from '../../src-shared/state.ts';
import type { CrmWorld } from './fake-crm.ts';
import { appState, HOUR, historyRows, MINUTE, type World, world } from './fixtures.ts';

const CAPABLE: Capabilities = {
  ...{ lookup: true, search: true, searchByEmail: true, create: ['contact', 'lead', 'company', 'deal'] },
  ...{ journal: true, journalUpdate: 'update', journalFind: true, chats: ['task', 'call'], users: true },
};

export const ANA: CrmUser = { id: 'u1', name: 'Ana Ruiz', email: 'ana@megacall.example', extension: null };
export const LUIS: CrmUser = { id: 'u2', name: 'Luis Soto', email: 'luis@megacall.example', extension: null };

export const MARTA: CrmRecord = {
  ...{ connector: 'salesforce', kind: 'lead', id: '00Q1', name: 'Marta Ordóñez', company: 'Viveros Ordóñez' },
  ...{ email: 'marta@viveros.example', phones: ['+34600111222'], owner: ANA },
  url: 'https://crm.example/lightning/r/Lead/00Q1/view',
};

export const VIVEROS: CrmRecord = {
  ...{ connector: 'zoho', kind: 'company', id: '77', name: 'Viveros Ordóñez S. L.', company: null },
  ...{ email: null, phones: ['+34600111222'], owner: LUIS, url: 'https://crm.zoho.eu/crm/org1/tab/Accounts/77' },
};

export const SALESFORCE: ConnectorSettings = {
  ...{ id: 'salesforce', type: 'salesforce', name: 'Salesforce', enabled: true },
  match: { strategy: 'tail', digits: 7 },
  rewrite: [
    { pattern: '00(.*)', replacement: '+\\1' },
    { pattern: '0(.*)', replacement: '+34\\1' },
  ],
  ...{ prefer: 'contact', linkHosts: [], options: { clientId: '3MVG9example', host: 'login' } },
};

export const ZOHO: ConnectorSettings = {
  ...{ id: 'zoho', type: 'zoho', name: 'Zoho CRM', enabled: true },
  ...{ match: { strategy: 'exact', digits: 7 }, rewrite: [], prefer: null, linkHosts: [] },
  options: { clientId: '1000.EXAMPLE', dataCentre: 'eu' },
};

export const OWN: ConnectorSettings = {
  ...{ id: 'own', type: 'own', name: 'Almacén', enabled: true },
  ...{ match: { strategy: 'tail', digits: 9 }, rewrite: [], prefer: null, linkHosts: ['almacen.example'] },
  options: { definition: rest },
};

export const TEMPLATE: ConnectorSettings = {
  ...{ id: '3cx', type: '3cx', name: 'Pipedrive', enabled: true },
  ...{ match: { strategy: 'tail', digits: 7 }, rewrite: [], prefer: null, linkHosts: [] },
  options: { xml: '<Crm Name="Pipedrive" />', parameters: { Domain: 'company' } },
};

export function viewOf(
  { id, type, name }: ConnectorSettings,
  state: ConnectorView['state'] = 'ready',
  error: ConnectorView['error'] = null,
): ConnectorView {
  return { id, type, name, state, error, capabilities: state === 'off' ? null : CAPABLE };
}

export const caller = (record: CrmRecord, patch: Partial<CallerView> = {}): CallerView => ({
  ...{ state: 'known', result: { state: 'one', record, by: 'e164' }, failed: [] },
  ...patch,
});
export const nobody = (patch: Partial<CallerView> = {}): CallerView => ({
  ...{ state: 'known', result: { state: 'none' }, failed: [] },
  ...patch,
});
export const several = (...records: CrmRecord[]): CallerView => ({
  ...{ state: 'known', result: { state: 'ambiguous', records }, failed: [] },
});

/** Whom `MARTA` is to the calls of the fixtures. */
export const NUMBER = { number: '+34600111222', numberText: '600 11 12 22', contact: null } as const;

export const OUTBOX = (now = Date.now()): OutboxView[] => [
  {
    ...{ id: 9, connector: 'salesforce', kind: 'call', state: 'failed', title: 'Megadial call: Inbound +34600111222' },
    ...{ attempts: 1, nextAt: now, createdAt: now - 12 * MINUTE, failure: 'refused' },
    ...{ message: 'Value does not exist or does not match filter criteria.', field: 'OwnerId' },
  },
  {
    ...{ id: 8, connector: 'zoho', kind: 'create', state: 'failed', title: '+34911998877', attempts: 1, nextAt: now },
    ...{ createdAt: now - 2 * HOUR, failure: 'forbidden', message: 'permission denied', field: null },
  },
  {
    ...{ id: 7, connector: 'zoho', kind: 'call', state: 'waiting', title: 'Megadial call: Missed +34932001122' },
    ...{ attempts: 3, nextAt: now + 4 * MINUTE, createdAt: now - 20 * MINUTE },
    ...{ failure: 'network', message: null, field: null },
  },
  {
    ...{ id: 6, connector: 'salesforce', kind: 'patch', state: 'waiting', title: 'Wants an offer.' },
    ...{ attempts: 0, nextAt: now, createdAt: now - 20 * MINUTE, failure: null, message: null, field: null },
  },
  {
    ...{ id: 5, connector: 'salesforce', kind: 'chat', state: 'done', title: 'Megadial messages with +34600111222' },
    ...{ attempts: 1, nextAt: now, createdAt: now - 26 * HOUR, failure: null, message: null, field: null },
  },
];

const TEXTS = [
  ['in', 'received', 'Buenos días, ¿tienen ya el presupuesto del segundo vehículo?'],
  ['out', 'sent', 'Sí, se lo enviamos esta tarde por correo. ¿Le viene bien una llamada el martes?'],
  ['in', 'received', 'Perfecto, el martes a las 10.'],
  ['out', 'failed', 'De acuerdo. Hasta el martes.'],
] as const;

/** Three conversations, newest message first. */
export function messages(now = Date.now()): MessageView[] {
  const marta = TEXTS.map(([direction, state, text], index) => ({
    ...{ id: 20 + index, number: '+34600111222', numberText: '600 11 12 22', name: 'Marta Ordóñez' },
    ...{ direction, state, text, at: now - 26 * HOUR + index * 9 * MINUTE + (index > 1 ? 24 * HOUR : 0) },
  }));
  return [
    ...marta.toReversed(),
    {
      ...{ id: 12, number: '+34911222333', numberText: '911 22 23 33', name: 'Clara Ibáñez', direction: 'out' },
      ...{ state: 'sent', text: 'Su vehículo está listo.', at: now - 30 * HOUR },
    },
    {
      ...{ id: 11, number: '+34655443322', numberText: '655 44 33 22', name: null, direction: 'in' },
      ...{ state: 'received', text: 'STOP', at: now - 80 * HOUR },
    },
  ];
}

export function crmWorld(patch: Partial<CrmWorld> = {}): CrmWorld {
  return {
    records: [MARTA],
    users: [ANA, LUIS],
    outbox: OUTBOX(),
    messages: messages(),
    tried: {
      request: { method: 'GET', url: 'https://crm.example/api/contacts?number=%2B34911222333', body: '' },
      status: 200,
      body: '{"contacts":[{"id":"42","name":"Clara Ibáñez","phones":["+34911222333"],"owner":"7"}]}',
      records: [
        { ...MARTA, connector: 'own', kind: 'contact', id: '42', name: 'Clara Ibáñez', phones: ['+34911222333'] },
      ],
      error: null,
    },
    template: {
      ...{ name: 'Pipedrive', version: '3', signIn: false, operations: ['lookup', 'ReportCall'] },
      unsupported: ['LookupFromCFD_1: SQLDatabase'],
      parameters: [
        { name: 'Domain', title: 'Company domain', type: 'text', values: [], value: '', group: '' },
        { name: 'ApiKey', title: 'API key', type: 'password', values: [], value: '', group: '' },
        { name: 'Calls', title: 'Call journaling', type: 'boolean', values: [], value: 'True', group: 'Journal' },
        {
          name: 'As',
          title: 'Write calls as',
          type: 'list',
          values: ['Activity', 'Note'],
          value: 'Note',
          group: 'Journal',
        },
      ],
    },
    silent: [],
    ...patch,
  };
}

export const CONNECTORS = [SALESFORCE, ZOHO, OWN, TEMPLATE];

/** A window whose CRMs are set up. */
export function withCrm(
  {
    settings = {},
    crm = {},
    ...state
  }: Partial<Omit<AppState, 'settings' | 'crm'>> & {
    readonly settings?: Partial<CrmSettings>;
    readonly crm?: Partial<CrmState>;
  } = {},
  of: Partial<CrmWorld> = {},
  rows: HistoryRow[] = historyRows(60),
): World {
  const connectors = settings.connectors ?? CONNECTORS;
  const base = world(
    {
      settings: {
        ...appState().settings,
        crm: {
          ...DEFAULT_CRM,
          connectors,
          agents: [
            { extension: '104', name: 'Ana Ruiz', email: 'ana@megacall.example', userIds: {} },
            { extension: '105', name: 'Pablo Gil', email: 'pablo@megacall.example', userIds: { salesforce: 'u2' } },
          ],
          outcomes: ['Venta', 'Sin interés', 'Volver a llamar', 'Número equivocado'],
          ...settings,
        },
      },
      crm: {
        connectors: connectors.map((one) => viewOf(one, one.enabled ? 'ready' : 'off')),
        outbox: { waiting: 2, failed: 2 },
        callers: {},
        ...crm,
      },
      ...state,
    },
    rows,
  );
  return { ...base, crm: crmWorld(of) };
}
