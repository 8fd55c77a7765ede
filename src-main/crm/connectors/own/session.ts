// SPDX-License-Identifier: MIT
import { CrmError, type CrmHttp, type CrmReply, type CrmRequest } from '../../api.ts';
import { retryAfterMs } from '../../retry-after.ts';
import { headerText } from '../common/header-text.ts';
import type { OwnDefinition, OwnRequest } from './definition.ts';
import { at, fill, fillJson, type TemplateValues, textOf } from './template.ts';

/** Sends an own CRM's requests: who we are is added, a session is begun when one is wanted, replies are judged. */
export type OwnSession = {
  /** Null: the CRM says there is nobody. */
  send(request: OwnRequest, values: TemplateValues, signal: AbortSignal): Promise<OwnReply | null>;
  /** What is to be kept: there is nobody to be not found, so such an answer is a refusal. */
  write(request: OwnRequest, values: TemplateValues, signal: AbortSignal): Promise<OwnReply>;
};

export type OwnReply = {
  readonly status: number;
  /** Parsed JSON, or undefined for an empty body. */
  readonly body: unknown;
};

export type OwnSecrets = () => Promise<Readonly<Record<string, string>>>;

export function createOwnSession(definition: OwnDefinition, http: CrmHttp, secrets: OwnSecrets): OwnSession {
  let session: Promise<Readonly<Record<string, string>>> | null = null;

  const login = (signal: AbortSignal): Promise<Readonly<Record<string, string>>> => {
    const { login: wanted } = definition;
    if (wanted === undefined) return Promise.resolve({});
    session ??= secrets()
      .then(async (secret) => {
        const reply = await http(build(definition, wanted, { secret }, {}), signal);
        if (reply.status === 401 || reply.status === 403) throw new CrmError('auth', 'user or password is wrong');
        const { body } = judge(definition, wanted, reply);
        return Object.fromEntries(Object.entries(wanted.outputs).map(([name, path]) => [name, textOf(at(body, path))]));
      })
      .catch((error: unknown) => {
        session = null;
        throw error;
      });
    return session;
  };

  const once = async (request: OwnRequest, values: TemplateValues, signal: AbortSignal): Promise<CrmReply> => {
    const all = { ...values, secret: await secrets(), session: await login(signal) };
    return http(build(definition, request, all, authHeader(definition, all)), signal);
  };

  const ask = async (request: OwnRequest, values: TemplateValues, signal: AbortSignal): Promise<CrmReply> => {
    const reply = await once(request, values, signal);
    if (reply.status !== 401 || definition.login === undefined) return reply;
    // The session is over; a 401 to a new one is meant.
    session = null;
    return once(request, values, signal);
  };

  return {
    async send(request, values, signal) {
      const reply = await ask(request, values, signal);
      return definition.notFound.includes(reply.status) ? null : judge(definition, request, reply);
    },
    write: async (request, values, signal) => judge(definition, request, await ask(request, values, signal)),
  };
}

/** What would be sent: also shown by the test button, with secrets masked by who calls it. */
export function build(
  definition: OwnDefinition,
  request: OwnRequest,
  values: TemplateValues,
  auth: Readonly<Record<string, string>>,
): CrmRequest {
  const address = `${definition.baseUrl.replace(/\/$/, '')}/${fill(request.path, values, segment).replace(/^\//, '')}`;
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).map(([name, value]): [string, string] => [name, fill(value, values)]),
  ).toString();
  const filledHeaders = Object.entries({ ...definition.headers, ...request.headers }).map(([name, value]) => [
    name,
    headerText(fill(value, values)),
  ]);
  const body = bodyOf(request, values);
  return {
    method: request.method,
    url: query === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${query}`,
    headers: { Accept: 'application/json', ...body?.headers, ...Object.fromEntries(filledHeaders), ...auth },
    ...(body === null ? {} : { body: body.text }),
    timeoutMs: definition.timeoutMs,
  };
}

function bodyOf(request: OwnRequest, values: TemplateValues): { text: string; headers: Record<string, string> } | null {
  if (request.form !== undefined) {
    const fields = Object.entries(request.form).map(([name, value]): [string, string] => [name, fill(value, values)]);
    return {
      text: new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    };
  }
  if (request.body === undefined) return null;
  return { text: JSON.stringify(fillJson(request.body, values)), headers: { 'Content-Type': 'application/json' } };
}

function authHeader(definition: OwnDefinition, values: TemplateValues): Record<string, string> {
  const { auth } = definition;
  switch (auth.type) {
    case 'none':
      return {};
    case 'basic':
      return { Authorization: fillEncoded('Basic base64({{secret.user}}:{{secret.password}})', values) };
    case 'bearer':
      return { Authorization: headerText(fill('Bearer {{secret.token}}', values)) };
    case 'header':
      return { [auth.name]: headerText(fillEncoded(auth.value, values)) };
  }
}

/** `base64(…)` around places, for headers such as `Session base64(user:id:key)`. */
function fillEncoded(template: string, values: TemplateValues): string {
  return template
    .split(/(base64\([^()]*\))/)
    .map((part) => {
      const inner = /^base64\(([^()]*)\)$/.exec(part)?.[1];
      return inner === undefined ? fill(part, values) : Buffer.from(fill(inner, values), 'utf8').toString('base64');
    })
    .join('');
}

/** A value as part of a path: it cannot climb out of its place. */
function segment(text: string): string {
  if (text === '.' || text === '..') throw new CrmError('refused', 'this text cannot stand in an address');
  return encodeURIComponent(text.toWellFormed());
}

/** @throws CrmError by status, or because of an error in a reply with status 200 */
function judge(definition: OwnDefinition, request: OwnRequest, reply: CrmReply): OwnReply {
  const { status } = reply;
  if (definition.duplicate.includes(status)) {
    const existing = textOf(at(safeJson(reply), request.fields.id ?? 'id')) || null;
    throw new CrmError('duplicate', 'it is there already', { existing });
  }
  if (status === 401) throw new CrmError('auth', 'the CRM does not accept our credentials');
  if (status === 403) throw new CrmError('forbidden', 'the CRM does not allow this');
  if (status === 429)
    throw new CrmError('quota', 'too many requests', { retryAfterMs: retryAfterMs(reply.headers, Date.now()) });
  if (status >= 500) throw new CrmError('network', `the CRM answered ${status}`, { unsure: request.method !== 'GET' });
  if (status >= 400) throw new CrmError('refused', `the CRM answered ${status}: ${reply.text}`);
  if (status >= 300) throw new CrmError('bad-reply', `the CRM answered ${status}`);
  const body = reply.text.trim() === '' ? undefined : reply.json();
  const error = request.error === undefined ? undefined : at(body, request.error);
  if (error !== undefined && error !== null && error !== false && error !== '') {
    const message = request.errorMessage === undefined ? error : at(body, request.errorMessage);
    throw new CrmError('refused', textOf(message) || JSON.stringify(error));
  }
  return { status, body };
}

function safeJson(reply: CrmReply): unknown {
  try {
    return reply.json();
  } catch {
    return undefined;
  }
}
