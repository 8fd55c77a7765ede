// SPDX-License-Identifier: MIT
import type { Answer, Call } from '../common/server.ts';
import { readCondition } from './conditions.ts';
import { describeObject } from './describe.ts';
import { refuseDuplicate } from './duplicates.ts';
import { lex, Reader } from './lexer.ts';
import { Refusal } from './refusal.ts';
import { objectName, query, select, shape } from './soql.ts';
import { finds, type Scope, search } from './sosl.ts';
import { readSearch } from './sosl-words.ts';
import type { Store } from './store.ts';
import type { SalesforceSwitches } from './switches.ts';

export type ApiContext = {
  readonly store: Store;
  readonly switches: SalesforceSwitches;
  readonly now: () => number;
  /** Calls counted against the daily limit. */
  usage: number;
};

const NOT_FOUND = () => new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
const MOST_COMPOSITE_QUERIES = 5;

/** A request to `/services/data/vNN.0/…` by somebody who may ask. */
export function answerApi(context: ApiContext, call: Call): Answer {
  context.usage += 1;
  const headers = { 'Sforce-Limit-Info': `api-usage=${context.usage}/15000` };
  try {
    return { headers, ...route(context, call) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, headers, body: error.body() };
  }
}

function route(context: ApiContext, call: Call): Answer {
  const { store, switches } = context;
  const [, version = '', rest = ''] = /^\/services\/data\/v(\d+)\.0\/(.*)$/.exec(call.path) ?? [];
  if (!switches.versions.includes(Number(version))) throw NOT_FOUND();
  const [resource = '', name = '', third = ''] = rest.replace(/\/$/, '').split('/').map(decodeURIComponent);
  const q = call.query.get('q') ?? '';
  if (resource === 'query') return { status: 200, body: query(store, q, switches.noAccess) };
  if (resource === 'search') return { status: 200, body: search(store, q, switches) };
  if (resource === 'parameterizedSearch') return { status: 200, body: parameterizedSearch(context, json(call)) };
  if (resource === 'composite' && call.method === 'POST') return composite(context, call);
  if (resource !== 'sobjects' || name === '') throw NOT_FOUND();
  return sobject(context, call, name, third);
}

function sobject(context: ApiContext, call: Call, name: string, third: string): Answer {
  const { store, switches } = context;
  if (switches.noAccess.includes(name)) throw NOT_FOUND();
  const object = objectName(name, []);
  if (third === 'describe') return { status: 200, body: describeObject(store, object, switches) };
  if (call.method === 'POST' && third === '') {
    const fields = json(call);
    const header = String(call.headers['sforce-duplicate-rule-header'] ?? '');
    const { duplicateRule } = switches;
    const isAllowed = duplicateRule === 'alert' && /allowSave=true/i.test(header);
    if (duplicateRule !== 'off' && !isAllowed) refuseDuplicate(store, object, fields, duplicateRule);
    return { status: 201, body: { id: store.create(object, fields), success: true, errors: [] } };
  }
  const found = store.find(third);
  if (found === null || found.object !== object) throw NOT_FOUND();
  if (call.method === 'PATCH') {
    store.update(object, third, json(call));
    return { status: 204 };
  }
  if (call.method !== 'GET') throw new Refusal(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${call.method}' not allowed`);
  const fields = (call.query.get('fields') ?? Object.keys(store.fields(object)).join(',')).split(',');
  return { status: 200, body: shape(store, object, found.row, ['Id', ...fields]) };
}

function json(call: Pick<Call, 'body'>): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(call.body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // told below
  }
  throw new Refusal(400, 'JSON_PARSER_ERROR', 'Unexpected character in the request body');
}

type SearchedObject = {
  readonly name: string;
  readonly fields?: readonly string[];
  readonly where?: string;
  readonly limit?: number;
};

/** F-SF-05: a search without the frame of SOSL. */
function parameterizedSearch(
  { store, switches }: ApiContext,
  body: Readonly<Record<string, unknown>>,
): { readonly searchRecords: readonly unknown[] } {
  const wanted = readSearch(String(body.q ?? ''));
  const scope = String(body.in ?? 'ALL') as Scope;
  const objects = (body.sobjects ?? []) as readonly SearchedObject[];
  const records = objects.flatMap(({ name, fields = ['Id'], where, limit = 200 }) => {
    const object = objectName(name, switches.noAccess);
    const condition = where === undefined ? () => true : readCondition(new Reader(lex(where)));
    const hits = select(store, object, condition).filter((row) => finds(store, object, row, wanted, scope, switches));
    return hits.slice(0, limit).map((row) => shape(store, object, row, fields));
  });
  return { searchRecords: records.slice(0, Number(body.overallLimit ?? 2_000)) };
}

/** Several requests as one; at most five of them may be queries. Each has its own status. */
function composite(context: ApiContext, call: Call): Answer {
  const parts = (json(call).compositeRequest ?? []) as readonly { method: string; url: string; referenceId: string }[];
  const queries = parts.filter(({ url }) => url.includes('/query')).length;
  if (queries > MOST_COMPOSITE_QUERIES || parts.length > 25) {
    throw new Refusal(400, 'INVALID_INPUT', 'Limit of 5 reached for number of query subrequests');
  }
  const compositeResponse = parts.map(({ method, url, referenceId }) => {
    const { pathname, searchParams } = new URL(url, 'https://instance.invalid');
    const usage = context.usage;
    const answer = answerApi(context, { ...call, method, path: pathname, query: searchParams, body: '' });
    context.usage = usage;
    return { body: answer.body, httpHeaders: {}, httpStatusCode: answer.status, referenceId };
  });
  return { status: 200, body: { compositeResponse } };
}
