// SPDX-License-Identifier: MIT
import { toText } from '../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../api.ts';
import type { Access, TokenKeeper } from '../oauth/keeper.ts';
import type { Facts, OAuthProvider } from '../oauth/model.ts';
import { type Auth, authHeaders, type ParameterValues, type Published } from './auth.ts';
import type { Engine } from './engine.ts';
import { fillText } from './expression/evaluate.ts';
import type { Value } from './expression/value.ts';
import type { Parameter } from './parameters.ts';
import { readRecords } from './reply.ts';
import type { ChainScenario } from './scenario.ts';
import { createScope, type Values } from './scope.ts';
import type { Template } from './template.ts';
import { buildUrl } from './url.ts';

/** What a template says of signing in with OAuth: its parameter, what fetches the tokens, and what renews them. */
export type TemplateOAuth = {
  readonly parameter: Parameter & { readonly oauth: NonNullable<Parameter['oauth']> };
  readonly exchange: ChainScenario;
  /** Null: the token that was fetched is sent by the template's own headers. */
  readonly refresh: ChainScenario | null;
};

const SIGN_IN_MS = 20_000;
const STANDARD = new Set([
  'grant_type',
  'code',
  'refresh_token',
  'client_id',
  'client_secret',
  'redirect_uri',
  'state',
]);
/** Beside the facts, whose names are those of variables: no variable is named so. */
const FETCHED = '=fetched';
const NOT_SENT = new Set(['response_type', 'client_id', 'redirect_uri', 'state', 'scope']);

/**
 * Null for a template without OAuth. Megadial speaks to the token server itself (PKCE, rotation, one refresh for all,
 * tokens in the keychain alone) and takes from the scenarios where and as whom; `note` is told what they want beyond
 * the standard.
 *
 * @throws Error for a sign-in that cannot be carried out so
 */
export function oauthOf(template: Template, note: (text: string) => void): TemplateOAuth | null {
  const [parameter, ...more] = template.parameters.filter(({ type }) => type === 'OAuth');
  if (parameter === undefined || parameter.oauth === null) return null;
  if (more.length > 0) throw new Error('it wants to sign in twice');
  const { scenario } = parameter.oauth;
  const exchange = template.scenarios.find(({ id }) => id === scenario);
  if (exchange === undefined) throw new Error(`its scenario that fetches tokens ("${scenario}") is missing`);
  if (exchange.request.method !== 'POST')
    throw new Error(`its scenario ${scenario} does not fetch tokens as OAuth does`);
  const { auth } = template;
  const signIn = auth.type === 'scenario' ? template.scenarios.find(({ id }) => id === auth.id) : undefined;
  const isRefresh = signIn?.request.values.some(({ key, text }) => key === 'grant_type' && text === 'refresh_token');
  if (signIn !== undefined && isRefresh !== true)
    throw new Error(`its scenario ${signIn.id} does not renew tokens as OAuth does`);
  for (const { id, request } of [exchange, signIn].filter((one) => one !== undefined)) {
    const odd = request.values.filter(({ key }) => !STANDARD.has(key)).map(({ key }) => key);
    if (odd.length > 0) note(`${id}: ${odd.join(', ')} is not sent to the token server`);
    if (request.headers.length > 0) note(`${id}: headers are not sent to the token server`);
  }
  return { parameter: { ...parameter, oauth: parameter.oauth }, exchange, refresh: signIn ?? null };
}

/** @param typed parameters without secrets: those are asked for when they are needed */
export function templateProvider(
  template: Template,
  oauth: TemplateOAuth,
  typed: ReadonlyMap<string, string>,
  parameters: ParameterValues,
): OAuthProvider {
  const scope = createScope([], template.parameters, typed);
  const query = new URLSearchParams(oauth.parameter.oauth.query);
  const fill = (name: string): string => fillText(query.get(name) ?? '', scope).trim();
  const extra = [...query.keys()].filter((name) => !NOT_SENT.has(name)).map((name) => [name, fill(name)]);
  const tokenUrl = (scenario: ChainScenario): string => buildUrl(scenario.request.url, scope, scope);
  const secret = oauth.exchange.request.values.find(({ key }) => key === 'client_secret');
  return {
    clientId: fill('client_id'),
    async clientSecret() {
      if (secret === undefined) return null;
      return fillText(secret.text, createScope([], template.parameters, await parameters())).trim() || null;
    },
    scope: fill('scope'),
    authorizeUrl: buildUrl(oauth.parameter.oauth.url, scope, scope),
    authorizeParams: Object.fromEntries(extra),
    pkce: true,
    // Facts are there only once there are tokens.
    tokenUrl: (facts) => tokenUrl(Object.hasOwn(facts, FETCHED) ? (oauth.refresh ?? oauth.exchange) : oauth.exchange),
    revocation: () => null,
    redirectFacts: () => ({}),
    answerFacts: (answer) => ({ ...factsOf(oauth, answer), [FETCHED]: '1' }),
  };
}

/** Variables of the sign-in's scenarios in a token answer; never the tokens themselves, they have their own place. */
function factsOf({ exchange, refresh }: TemplateOAuth, answer: Readonly<Record<string, unknown>>): Facts {
  const secret = new Set([toText(answer.access_token), toText(answer.refresh_token), toText(answer.id_token)]);
  const context = { fill: (text: string) => text, digits: '' };
  const facts = [exchange, ...(refresh === null ? [] : [refresh])].flatMap(({ variables }) => {
    const [record] = readRecords(answer, { rules: [], variables }, context);
    return [...(record ?? [])].map(([name, value]): [string, string] => [name, toText(value)]);
  });
  return Object.fromEntries(facts.filter(([, text]) => text !== '' && !secret.has(text)));
}

export type OAuthAuthParts = {
  readonly tokens: Pick<TokenKeeper, 'access' | 'renew'>;
  readonly engine: Engine;
  readonly parameters: ParameterValues;
};

/**
 * Tokens of the keeper, as the template's scenario publishes them. Where that scenario leads to another, such as the
 * beginning of a session, it is carried out once for each token.
 */
export function oauthAuth(
  template: Template,
  oauth: TemplateOAuth,
  { tokens, engine, parameters }: OAuthAuthParts,
): Auth {
  const tokenOf = new WeakMap<Published, string>();
  let latest: { readonly token: string; readonly published: Promise<Published> } | null = null;

  const make = async ({ token, facts }: Access): Promise<Published> => {
    const named = (scenario: ChainScenario | null) =>
      (scenario?.variables ?? []).filter(({ path }) => path === 'access_token').map(({ name }) => name);
    const fetched = new Map<string, Value>(Object.entries(facts));
    for (const name of [...named(oauth.exchange), ...named(oauth.refresh)]) fetched.set(name, token);
    if (oauth.refresh === null && named(oauth.exchange).length > 0) fetched.set(oauth.parameter.name, token);
    const known = await parameters();
    const scope = createScope([fetched], template.parameters, known);
    const outputs = (oauth.refresh?.outputs ?? []).map(({ type, value }): [string, Value] => [
      type,
      fillText(value, scope),
    ]);
    const values = await followed(new Map([...fetched, ...outputs]), known);
    return { headers: authHeaders(values), values };
  };

  const followed = async (values: Values, known: ReadonlyMap<string, string>): Promise<Values> => {
    const next = template.scenarios.find(({ id }) => id !== '' && id === oauth.refresh?.next);
    if (next === undefined) return values;
    const published: Published = { headers: authHeaders(values), values };
    const auth: Auth = { get: async () => published, renew: async () => null };
    const options = { inputs: Object.fromEntries(values), auth, parameters: known };
    const [row] = (await engine.run([next], options, AbortSignal.timeout(SIGN_IN_MS))).rows;
    if (row === undefined) throw new CrmError('auth', `${next.id} brought nothing: check what was typed in the form`);
    return row.values;
  };

  const publish = (access: Access): Promise<Published> => {
    if (latest?.token === access.token) return latest.published;
    const published = make(access).then((one) => {
      tokenOf.set(one, access.token);
      return one;
    });
    const mine = { token: access.token, published };
    published.catch(() => {
      if (latest === mine) latest = null;
    });
    latest = mine;
    return published;
  };

  return {
    async get(signal) {
      const access = await tokens.access(signal);
      try {
        return await publish(access);
      } catch (error) {
        // The token was refused before any scenario could be.
        if (!(error instanceof CrmError) || error.failure !== 'auth') throw error;
        return publish(await tokens.renew(access.token, signal));
      }
    },
    async renew(stale, signal) {
      const token = tokenOf.get(stale);
      if (token === undefined) throw new CrmError('auth', 'not connected');
      return publish(await tokens.renew(token, signal));
    },
  };
}
