// SPDX-License-Identifier: MIT
import { CrmError } from '../api.ts';
import type { Auth, Published } from './auth.ts';
import type { Outputs } from './contact.ts';
import { fillText, isMet, type Scope } from './expression/evaluate.ts';
import { ExpressionError } from './expression/parse.ts';
import type { Value } from './expression/value.ts';
import { readRecords } from './reply.ts';
import type { ChainScenario } from './scenario.ts';
import { scenarioName } from './scenario.ts';
import { createScope, type Values } from './scope.ts';
import { judge, type Send } from './send.ts';
import type { Template } from './template.ts';
import type { Inputs } from './variables.ts';

/** One result of a chain: what its last scenario put out, and every variable on the way. */
export type Row = { readonly outputs: Outputs; readonly values: Values };

export type RunOptions = {
  readonly inputs: Inputs;
  readonly auth: Auth;
  readonly parameters: ReadonlyMap<string, string>;
  /** It is for the CRM to keep something. */
  readonly writes?: boolean;
  /** Digits of the number looked for, for rules of the type Number. */
  readonly digits?: string;
};

export type Engine = {
  /**
   * Carries out scenarios of one purpose and all they lead to (crm-connectors.md section 1.2); together they find what
   * each finds, and one that fails is passed over when another has found something.
   *
   * @throws CrmError
   */
  run(scenarios: readonly ChainScenario[], options: RunOptions, signal: AbortSignal): Promise<RunResult>;
};

export type RunResult = {
  readonly rows: readonly Row[];
  /** Something was sent that may have changed the CRM, and it was taken. */
  readonly wrote: boolean;
};

/** What a run shares between its scenarios. */
type Run = RunOptions & {
  readonly signal: AbortSignal;
  requests: number;
  found: number;
  wrote: boolean;
};

const MOST_REQUESTS = 60;
const DEEPEST = 20;
/** Of so many hits each is followed up. */
const MOST_CHAINED = 20;

export function createEngine(template: Template, send: Send, now: () => number): Engine {
  const scopesOf = (run: Run, values: Values, published: Published): { all: Scope; trusted: Scope } => {
    const found = new Map<string, Value>([['FoundRecordCount', run.found]]);
    return {
      all: createScope([values, found, published.values], template.parameters, run.parameters),
      trusted: createScope([published.values], template.parameters, run.parameters),
    };
  };

  /** The reply; undefined for none. A session that has ended is begun again, once. */
  const ask = async (scenario: ChainScenario, values: Values, run: Run, published: Published): Promise<unknown> => {
    const once = async (auth: Published) => {
      run.requests += 1;
      if (run.requests > MOST_REQUESTS) throw new CrmError('refused', `stopped after ${MOST_REQUESTS} requests`);
      return send(scenario, scopesOf(run, values, auth), auth.headers, run.signal);
    };
    let reply = await once(published);
    if (reply.status === 401) {
      const renewed = await run.auth.renew(published, run.signal);
      if (renewed !== null) reply = await once(renewed);
    }
    const said = judge(scenario, reply, { now: now(), writes: run.writes ?? false });
    if (scenario.request.method !== 'GET') run.wrote = true;
    return said;
  };

  const carryOut = async (
    scenario: ChainScenario,
    values: Values,
    run: Run,
    depth: number,
  ): Promise<readonly Row[]> => {
    if (depth > DEEPEST) throw new CrmError('refused', 'its scenarios do not end');
    const published = await run.auth.get(run.signal);
    const { all } = scopesOf(run, values, published);
    const isSkipped = isMet(scenario.request.skipIf, all);
    const said = isSkipped ? undefined : await ask(scenario, values, run, published);
    const found = said === undefined ? [] : recordsOf(scenario, said, all, run);
    if (found.length === 0 && !scenario.allowEmpty) return [];
    const next = nextOf(scenario, all);
    // With nothing found it goes on with what is known, where the template allows that.
    const records: readonly Values[] = found.length === 0 ? [new Map()] : found;
    const current = await run.auth.get(run.signal);
    const rows = records.slice(0, next === null ? records.length : MOST_CHAINED).map((record) => {
      const known: Values = new Map([...values, ...record]);
      const outputs = outputsOf(scenario, scopesOf(run, known, current).all);
      return { outputs, values: new Map<string, Value>([...known, ...outputs]) };
    });
    if (next === null) return rows;
    return (await Promise.all(rows.map((row) => carryOut(next, row.values, run, depth + 1)))).flat();
  };

  /** Without rules and variables a reply is there or not. */
  const recordsOf = (scenario: ChainScenario, said: unknown, scope: Scope, run: Run): readonly Values[] => {
    if (scenario.rules.length + scenario.variables.length === 0) return [new Map()];
    const fill = (text: string) => fillText(text, scope);
    return readRecords(said, scenario, { fill, digits: run.digits ?? '' });
  };

  const nextOf = (scenario: ChainScenario, scope: Scope): ChainScenario | null => {
    const id = fillText(scenario.next, scope).trim();
    return id === '' ? null : (template.scenarios.find((one) => one.id === id) ?? null);
  };

  const named = async (scenario: ChainScenario, run: Run): Promise<readonly Row[]> => {
    try {
      return await carryOut(scenario, new Map(Object.entries(run.inputs)), run, 0);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new CrmError('refused', `${scenarioName(scenario.id)}: ${error.message}`, { cause: error });
    }
  };

  return {
    async run(scenarios, options, signal) {
      const run: Run = { ...options, signal, requests: 0, found: 0, wrote: false };
      const rows: Row[] = [];
      const failures: unknown[] = [];
      const add = (result: PromiseSettledResult<readonly Row[]>) => {
        if (result.status === 'rejected') failures.push(result.reason);
        else rows.push(...result.value);
        run.found = rows.filter(isSomebody).length;
      };
      const inTurn = scenarios.some(({ request }) => request.skipIf.includes('FoundRecordCount'));
      if (!inTurn) (await Promise.allSettled(scenarios.map((one) => named(one, run)))).forEach(add);
      for (const one of inTurn ? inOrder(scenarios, options) : []) {
        add(...(await Promise.allSettled([named(one, run)])));
        if (failures.some(isGeneral)) break;
      }
      // Nobody found is an answer only when everybody was asked; what the CRM does not like to be asked is not missed.
      const failure = failures.find(isGeneral) ?? (failures.length === scenarios.length ? failures[0] : undefined);
      if (failure !== undefined && rows.length === 0) throw marked(failure, run.wrote);
      return { rows, wrote: run.wrote };
    },
  };
}

/** A row may be there for its scenario's sake alone. */
function isSomebody({ outputs }: Row): boolean {
  return ['FirstName', 'LastName', 'FullName', 'CompanyName'].some((type) => (outputs.get(type) ?? '').trim() !== '');
}

/** Not this question's own failure: the next would have it too. */
function isGeneral(failure: unknown): boolean {
  return !(failure instanceof CrmError) || failure.failure !== 'refused';
}

/** A failure after something was written: what came of it before is not known to who tries again. */
function marked(failure: unknown, wrote: boolean): unknown {
  if (!wrote || !(failure instanceof CrmError) || failure.unsure) return failure;
  const { failure: kind, message, retryAfterMs, field, existing } = failure;
  return new CrmError(kind, message, { retryAfterMs, field, existing, unsure: true, cause: failure });
}

function outputsOf(scenario: ChainScenario, scope: Scope): Outputs {
  return new Map(scenario.outputs.map(({ type, value, passes }) => [type, fillText(value, scope, passes)]));
}

/** Kinds in the order the person has chosen: `Contacts/Leads/Accounts`. */
function inOrder(scenarios: readonly ChainScenario[], { parameters }: RunOptions): readonly ChainScenario[] {
  const rank = ({ entity }: ChainScenario): number => {
    const order = entity.order.replace(/^\[(.+)\]$/, (_, name: string) => parameters.get(name) ?? '').split('/');
    const at = order.indexOf(entity.id);
    return at < 0 ? order.length : at;
  };
  return scenarios
    .map((one, index) => ({ one, index }))
    .sort((a, b) => rank(a.one) - rank(b.one) || a.index - b.index)
    .map(({ one }) => one);
}
