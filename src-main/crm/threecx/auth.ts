// SPDX-License-Identifier: MIT
import { CrmError } from '../api.ts';
import { headerText } from '../connectors/common/header-text.ts';
import { untilAborted } from '../oauth/until-aborted.ts';
import type { Engine, Row } from './engine.ts';
import { fillText } from './expression/evaluate.ts';
import { numberOf, textOf } from './expression/value.ts';
import { createScope, type Values } from './scope.ts';
import type { Template } from './template.ts';

/** What every request carries, and the variables that signing in has brought. */
export type Published = { readonly headers: Readonly<Record<string, string>>; readonly values: Values };

/** How a template's requests say who we are. */
export type Auth = {
  /** @throws CrmError */
  get(signal: AbortSignal): Promise<Published>;
  /** After a 401 to `stale`; null when there is nothing newer to be had. @throws CrmError */
  renew(stale: Published, signal: AbortSignal): Promise<Published | null>;
};

export type ParameterValues = () => Promise<ReadonlyMap<string, string>>;

const NOBODY: Published = { headers: {}, values: new Map() };
const MINUTE = 60_000;
/** A session whose life nobody tells. */
const USUAL_MINUTES = 30;
const LONGEST_MINUTES = 24 * 60;
const SIGN_IN_MS = 20_000;

export const noAuth: Auth = { get: async () => NOBODY, renew: async () => null };

export function basicAuth(template: Template, value: string, parameters: ParameterValues): Auth {
  return {
    async get() {
      const text = fillText(value, createScope([], template.parameters, await parameters()));
      return { headers: { Authorization: `Basic ${Buffer.from(text, 'utf8').toString('base64')}` }, values: new Map() };
    },
    renew: async () => null,
  };
}

/** A scenario that signs in, done once for all who ask, and again when its time is over or the CRM says so. */
export function scenarioAuth(
  template: Template,
  id: string,
  {
    engine,
    parameters,
    now,
  }: { readonly engine: Engine; readonly parameters: ParameterValues; readonly now: () => number },
): Auth {
  type Session = { readonly published: Promise<Published>; until: number };
  let session: Session | null = null;

  const signIn = async (): Promise<Row> => {
    const scenario = template.scenarios.find((one) => one.id === id);
    if (scenario === undefined) throw new CrmError('auth', 'the scenario for signing in is missing');
    const options = { inputs: {}, auth: noAuth, parameters: await parameters() };
    // Not tied to any caller's signal: it is for all of them.
    const [row] = (await engine.run([scenario], options, AbortSignal.timeout(SIGN_IN_MS))).rows;
    if (row === undefined) throw new CrmError('auth', 'signing in brought nothing: check what was typed in the form');
    return row;
  };

  const begin = (): Session => {
    const signedIn = signIn();
    const mine: Session = {
      published: signedIn.then(({ values }) => ({ headers: authHeaders(values), values })),
      until: Number.POSITIVE_INFINITY,
    };
    signedIn.then(
      (row) => {
        mine.until = now() + minutesOf(row) * MINUTE;
      },
      () => {
        if (session === mine) session = null;
      },
    );
    session = mine;
    return mine;
  };

  return {
    get: (signal) => untilAborted((session !== null && session.until > now() ? session : begin()).published, signal),
    async renew(stale, signal) {
      const current = await untilAborted(session?.published ?? begin().published, signal).catch(() => stale);
      // Somebody else was refused before us and has signed in already.
      return current === stale ? untilAborted(begin().published, signal) : current;
    },
  };
}

/** `Bearer`, and a header of any name, wherever in the chain they were put out. */
export function authHeaders(values: Values): Readonly<Record<string, string>> {
  const read = (type: string): string => textOf(values.get(type) ?? null).trim();
  const [bearer, name] = [read('Bearer'), read('HeaderName')];
  return {
    ...(bearer === '' ? {} : { Authorization: headerText(`Bearer ${bearer}`) }),
    ...(/^[A-Za-z0-9-]{1,60}$/.test(name) ? { [name]: headerText(read('HeaderValue')) } : {}),
  };
}

function minutesOf({ values }: Row): number {
  const minutes = numberOf(values.get('BearerExpiration') ?? null) ?? 0;
  return minutes > 0 ? Math.min(LONGEST_MINUTES, minutes) : USUAL_MINUTES;
}
