// SPDX-License-Identifier: MIT
import type { CallEntry, CrmRecord } from '../../../src-shared/crm/model.ts';
import type { ConnectorSettings } from '../../../src-shared/crm/settings.ts';
import { type Connector, CrmError, type CrmHttp } from '../api.ts';
import type { Auth, ParameterValues } from './auth.ts';
import { type ContactContext, merged, toContact } from './contact.ts';
import { createEngine, type RunResult } from './engine.ts';
import { fillText, isMet } from './expression/evaluate.ts';
import { ExpressionError } from './expression/parse.ts';
import { templateHosts } from './hosts.ts';
import { createLimit } from './limit.ts';
import { digitsToKeep, maxLengthSetting, searchedNumber } from './number.ts';
import { type Operation, scenariosOf } from './operations.ts';
import { createScope, type Values } from './scope.ts';
import { createSend } from './send.ts';
import type { Template } from './template.ts';
import { callInputs, chatInputs, draftInputs, type Inputs } from './variables.ts';

export type TemplateDeps = {
  readonly http: CrmHttp;
  readonly parameters: ParameterValues;
  /** Parameters as far as they are known without the keychain, for what is asked before a request. */
  readonly typed: ReadonlyMap<string, string>;
  readonly auth: (engine: ReturnType<typeof createEngine>) => Auth;
  readonly now: () => number;
  /** IANA zone of local times; this computer's when not given. */
  readonly timeZone?: string;
};

/** A number nobody has: what a connection is tried with. */
const NOBODY = '00000000';
const NOT_KNOWN = 'no answer came, and a template has no key to look for it: see in the CRM whether it is there';

/**
 * A CRM as a 3CX template describes it. 3CX knows no key of an entry: one whose answer was lost cannot be looked for,
 * and is not sent again by itself.
 */
export function createTemplateConnector(
  settings: ConnectorSettings,
  template: Template,
  deps: TemplateDeps,
): Connector {
  const { http, parameters, typed, now, timeZone } = deps;
  const engine = createEngine(template, createSend(http, createLimit(template.maxConcurrent)), now);
  const auth = deps.auth(engine);
  let published: Values = new Map();
  const maxLength = maxLengthSetting(settings);

  const hosts = (): readonly string[] => [
    ...templateHosts(template, createScope([published], template.parameters, typed)),
    ...settings.linkHosts,
  ];

  const run = async (operation: Operation, inputs: Inputs, signal: AbortSignal, digits = ''): Promise<RunResult> => {
    const scenarios = scenariosOf(template, operation);
    if (scenarios.length === 0) throw new CrmError('unsupported', 'the template has no such scenario');
    const writes = ['create', 'reportCall', 'reportChat'].includes(operation);
    const all = { MaxLength: maxLength, ...inputs };
    const options = { inputs: all, auth, parameters: await parameters(), writes, digits };
    const result = await engine.run(scenarios, options, signal);
    published = (await auth.get(signal)).values;
    return result;
  };

  const contactsOf = ({ rows }: RunResult, searched: ContactContext['searched']): readonly CrmRecord[] => {
    const context = { connector: settings.id, hosts: hosts(), searched };
    return merged(rows.flatMap(({ outputs }) => toContact(outputs, context) ?? []));
  };

  const lookup: Connector['lookup'] = async (query, signal) => {
    const scope = createScope([new Map([['MaxLength', maxLength]])], template.parameters, await parameters());
    const keep = digitsToKeep(fillText(template.number.maxLength, scope));
    const asked = searchedNumber(query, template.number.prefix, keep);
    const result = await run('lookup', { Number: asked }, signal, asked.replace(/\D/g, ''));
    return contactsOf(result, { query, asked });
  };

  /** A lost answer is a person's to look after: the outbox would write it twice. */
  const write = async (operation: Operation, inputs: Inputs, signal: AbortSignal) => {
    await run(operation, without(inputs, template), signal).catch((error: unknown) => {
      if (!(error instanceof CrmError) || !error.unsure) throw error;
      throw new CrmError('refused', NOT_KNOWN, { unsure: true, cause: error });
    });
    return { id: null };
  };

  /** Whether a scenario would do anything at all as the form is filled in. */
  const isOn = (operation: Operation, samples: readonly Inputs[]): boolean => {
    const [scenario] = scenariosOf(template, operation);
    if (scenario === undefined) return false;
    if (scenario.allowEmpty && scenario.next !== '') return true; // one that is left out leads to the next
    return samples.some((sample) => {
      try {
        const values = new Map(Object.entries({ EntityId: '1', EntityType: 'Contact', ...sample }));
        return !isMet(scenario.request.skipIf, createScope([values], template.parameters, typed));
      } catch (error) {
        if (error instanceof ExpressionError) return true;
        throw error;
      }
    });
  };
  const kinds: readonly CallEntry['callType'][] = ['Inbound', 'Missed', 'Outbound', 'Notanswered'];
  const has = (operation: Operation): boolean => scenariosOf(template, operation).length > 0;

  return {
    id: settings.id,
    type: '3cx',
    get linkHosts() {
      return hosts();
    },
    capabilities: {
      lookup: has('lookup'),
      search: has('search'),
      searchByEmail: has('lookupByEmail'),
      create: isOn('create', [{ CallDirection: 'Inbound' }]) ? ['contact'] : [],
      journal: isOn(
        'reportCall',
        kinds.map((CallType) => ({ CallType })),
      ),
      journalUpdate: 'none',
      journalFind: false,
      chats: isOn('reportChat', [{}]) ? ['task'] : [],
      users: false,
    },
    lookup,
    lookupByEmail: async (email, signal) => contactsOf(await run('lookupByEmail', { Email: email }, signal), null),
    async search(text, limit, signal) {
      return contactsOf(await run('search', { SearchText: text }, signal), null).slice(0, limit);
    },
    async me(signal) {
      if (has('lookup')) await lookup({ e164: null, digits: NOBODY, national: NOBODY, tail: NOBODY }, signal);
      else await auth.get(signal);
      return { id: template.name, name: template.name };
    },
    async create(draft, _key, signal) {
      const { rows, wrote } = await run('create', draftInputs(draft), signal);
      if (rows.length === 0 && !wrote) throw new CrmError('refused', 'the template is set up to make no contacts');
      const query = { e164: draft.number, digits: draft.number.replace(/\D/g, '') };
      const [record] = contactsOf({ rows, wrote }, { query, asked: draft.number });
      if (record === undefined) throw new CrmError('bad-reply', 'the CRM gave the new record no id', { unsure: true });
      return { ...record, phones: record.phones.length === 0 && draft.number !== '' ? [draft.number] : record.phones };
    },
    journal: (entry, signal) => write('reportCall', callInputs(entry, timeZone), signal),
    chat: (entry, signal) => write('reportChat', chatInputs(entry, template.emojis, timeZone), signal),
    findJournal: async () => null,
    updateJournal: () => Promise.reject(new CrmError('unsupported', 'a template cannot change what it has written')),
    users: async () => [],
    recordUrl: () => null,
  };
}

/** Subjects are the template's own where its form has them. */
function without(inputs: Inputs, { parameters }: Template): Inputs {
  const own = new Set(parameters.map(({ name }) => name));
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !/Subject$/.test(name) || !own.has(name)));
}
