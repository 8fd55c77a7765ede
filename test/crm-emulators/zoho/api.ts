// SPDX-License-Identifier: MIT
import type { Answer, Call } from '../common/server.ts';
import { readQuery } from './coql.ts';
import { RecordRefusal, Refusal } from './refusal.ts';
import { describeModule, MODULE_NAMES, type ModuleName, type Schema, schemaOf } from './schema.ts';
import { searched } from './search.ts';
import type { Row, Store } from './store.ts';
import type { ZohoSwitches } from './switches.ts';

export type ApiContext = {
  readonly store: Store;
  readonly switches: ZohoSwitches;
  readonly userId: string;
  /** Whether the person allowed this. */
  readonly allowed: (scope: string) => boolean;
  /** Records whose making or change began workflows. */
  readonly workflows: string[];
};

/** A request to `/crm/v8/…` by somebody who may ask. */
export function answerApi(context: ApiContext, call: Call): Answer {
  try {
    return route(context, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: error.body() };
  }
}

function route(context: ApiContext, call: Call): Answer {
  const { switches } = context;
  const path = call.path.replace(/^\/crm\/v8\//, '');
  const [first = '', second = ''] = path.split('/').map(decodeURIComponent);
  if (path === 'org') {
    needs(context, 'org.READ');
    return { status: 200, body: { org: [{ id: '5545974000000020005', zgid: switches.zgid, company_name: 'Ibarra' }] } };
  }
  if (path === 'users') return users(context, call.query);
  if (path === 'settings/fields') {
    needs(context, 'settings.fields.READ');
    return { status: 200, body: describeModule(moduleNamed(context, call.query.get('module') ?? ''), switches) };
  }
  if (path === 'coql' && call.method === 'POST') return query(context, call);
  const module = moduleNamed(context, first);
  if (call.method === 'POST' && second === '') return write(context, module, null, call);
  if (call.method === 'PUT') return write(context, module, second, call);
  if (call.method !== 'GET') throw new Refusal(400, 'INVALID_REQUEST_METHOD', 'The http request method is not valid');
  needs(context, `modules.${module.toLowerCase()}.READ`);
  const rows = second === 'search' ? search(context, module, call.query) : listed(context, module, second, call.query);
  return page(rows, call.query, schemaOf(module, switches));
}

function users({ store, switches, userId, ...context }: ApiContext, asked: URLSearchParams): Answer {
  needs({ store, switches, userId, ...context }, 'users.READ');
  const type = asked.get('type');
  const all = store.users().filter((user) => (type === 'CurrentUser' ? user.id === userId : user.status === 'active'));
  const size = Math.min(Number(asked.get('per_page') ?? 200), switches.usersAPage);
  const number = Number(asked.get('page') ?? 1);
  const some = all.slice((number - 1) * size, number * size);
  if (some.length === 0) return { status: 204 };
  const info = { per_page: size, count: some.length, page: number, more_records: all.length > number * size };
  return { status: 200, body: { users: some, info } };
}

function search(
  { store, switches, ...context }: ApiContext,
  module: ModuleName,
  asked: URLSearchParams,
): readonly Row[] {
  if (!context.allowed('ZohoSearch.securesearch.READ')) throw mismatch(switches);
  const test = searched(asked, schemaOf(module, switches), switches);
  return store.rows(module).filter((row) => store.isIndexed(row) && row.Converted__s !== true && test(row));
}

function listed({ store }: ApiContext, module: ModuleName, id: string, asked: URLSearchParams): readonly Row[] {
  const ids = id === '' ? asked.get('ids')?.split(',') : [id];
  const rows = store.rows(module).filter((row) => row.Converted__s !== true);
  if (ids !== undefined) return rows.filter((row) => ids.includes(String(row.id)));
  const when = (row: Row): number => Date.parse(String(row.Created_Time));
  const sorted = rows.toSorted((a, b) => when(a) - when(b));
  return asked.get('sort_order') === 'desc' ? sorted.toReversed() : sorted;
}

function page(rows: readonly Row[], asked: URLSearchParams, schema: Schema): Answer {
  const fields = asked.get('fields')?.split(',');
  if (fields === undefined || fields.length > 50) {
    throw new Refusal(400, 'REQUIRED_PARAM_MISSING', 'One of the expected parameter is missing', { param: 'fields' });
  }
  for (const name of fields) if (schema[name] === undefined) throw new Refusal(400, 'INVALID_DATA', `no field ${name}`);
  const size = Math.min(Number(asked.get('per_page') ?? 200), 200);
  const number = Number(asked.get('page') ?? 1);
  const some = rows.slice((number - 1) * size, number * size);
  if (some.length === 0) return { status: 204 };
  const info = { per_page: size, count: some.length, page: number, more_records: rows.length > number * size };
  return { status: 200, body: { data: some.map((row) => only(row, fields)), info } };
}

function query({ store, switches, ...context }: ApiContext, call: Call): Answer {
  const all = { store, switches, ...context };
  needs(all, 'coql.READ');
  needs(all, 'settings.fields.READ');
  const text = String((JSON.parse(call.body) as Row).select_query);
  const select = readQuery(text, (module) => schemaOf(moduleNamed(all, module), switches), switches);
  needs(all, `modules.${select.module.toLowerCase()}.READ`);
  const rows = store.rows(select.module).filter((row) => store.isQueried(row) && select.where(row));
  const some = rows.slice(select.offset, select.offset + select.limit);
  if (some.length === 0) return { status: 204 };
  const more = rows.length > select.offset + select.limit;
  const data = some.map((row) => idsOnly(only(row, select.fields)));
  return { status: 200, body: { data, info: { count: some.length, more_records: more } } };
}

function write(context: ApiContext, module: ModuleName, id: string | null, call: Call): Answer {
  const { store, switches } = context;
  needs(context, `modules.${module.toLowerCase()}.${id === null ? 'CREATE' : 'UPDATE'}`);
  const { data, trigger } = JSON.parse(call.body) as { data: Row[]; trigger?: string[] };
  let refused = 0;
  const results = data.map((given) => {
    try {
      if (id !== null) store.update(module, id, given);
      const made = id ?? store.create(module, given);
      if (trigger === undefined || trigger.length > 0) context.workflows.push(made);
      const message = id === null ? 'record added' : 'record updated';
      return { code: 'SUCCESS', details: { id: made }, message, status: 'success' };
    } catch (error) {
      if (!(error instanceof RecordRefusal)) throw error;
      refused += 1;
      return error.body();
    }
  });
  const usual = id === null ? 201 : 200;
  return {
    status: refused === 0 ? usual : refused < data.length ? 207 : switches.recordStatus,
    body: { data: results },
  };
}

function moduleNamed({ switches }: ApiContext, text: string): ModuleName {
  const module = MODULE_NAMES.find((name) => name === text);
  if (module === undefined) throw new Refusal(400, 'INVALID_MODULE', 'The module name given seems to be invalid');
  if (!switches.noAccess.includes(module)) return module;
  throw new Refusal(403, 'NO_PERMISSION', 'permission denied', { permissions: [`Crm_Implied_View_${module}`] });
}

/** @param scope without `ZohoCRM.`; the same with ALL will do */
function needs({ allowed, switches }: ApiContext, scope: string): void {
  const whole = `ZohoCRM.${scope}`;
  const names = [whole, whole.replace(/\w+$/, 'ALL'), whole.replace(/modules\.\w+\.\w+$/, 'modules.ALL')];
  if (!names.some(allowed)) throw mismatch(switches);
}

function mismatch({ scopeStatus }: ZohoSwitches): Refusal {
  return new Refusal(scopeStatus, 'OAUTH_SCOPE_MISMATCH', 'invalid oauth scope to access this URL');
}

function only(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(['id', ...fields].map((name) => [name, row[name] ?? null]));
}

/** Queries give of what a look-up leads to only its id. */
function idsOnly(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) =>
      typeof value === 'object' && value !== null ? [name, { id: (value as Row).id }] : [name, value],
    ),
  );
}
