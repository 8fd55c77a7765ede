// SPDX-License-Identifier: MIT
import { FUNCTION_NAMES, METHOD_NAMES } from './expression/methods.ts';
import { ExpressionError, type Node, parseExpression, parseText } from './expression/parse.ts';
import type { PostValue } from './post-values.ts';
import { type ChainScenario, scenarioName } from './scenario.ts';
import type { Template } from './template.ts';
import { originVariables, variablesIn } from './url.ts';
import { PREDEFINED } from './variables.ts';

/**
 * What a template would do wrong, found before it is used: expressions that cannot be worked out, variables that nobody
 * sets, scenarios that do not exist. Scenarios whose address a caller or a reply would decide are left out.
 *
 * @throws Error for scenarios that lead to each other without end
 */
export function lintTemplate(template: Template): Pick<Template, 'scenarios' | 'unsupported'> {
  const unsupported = new Set(template.unsupported);
  const published = template.auth.type === 'scenario' ? chainOf(template, template.auth.id) : [];
  const own = [
    ...template.parameters.map(({ name }) => name),
    ...published.flatMap(({ variables }) => variables.map(({ name }) => name)),
  ];
  const set = template.scenarios.flatMap(({ variables, outputs }) => [
    ...variables.map(({ name }) => name),
    ...outputs.map(({ type }) => type),
  ]);
  const known = new Set([...own, ...set, ...PREDEFINED].map((name) => name.toLowerCase()));
  const trusted = new Set(own.map((name) => name.toLowerCase()));
  const scenarios = template.scenarios.filter((scenario) => {
    const name = scenarioName(scenario.id);
    for (const problem of problemsOf(scenario, known)) unsupported.add(`${name}: ${problem}`);
    if (scenario.next !== '' && !/\[/.test(scenario.next) && withId(template, scenario.next).length === 0) {
      unsupported.add(`${name}: the next scenario ${scenario.next} is missing`);
    }
    const foreign = strangersIn(scenario.request.url).filter((one) => !trusted.has(one.toLowerCase()));
    if (foreign.length > 0) unsupported.add(`${name}: its address depends on ${foreign.join(', ')}`);
    return foreign.length === 0;
  });
  const ends = new Set<string>();
  for (const { id } of scenarios) refuseLoop(scenarios, id, [], ends);
  return { scenarios, unsupported: [...unsupported] };
}

function withId(template: Pick<Template, 'scenarios'>, id: string): readonly ChainScenario[] {
  return template.scenarios.filter((one) => one.id === id);
}

/** A scenario and what it leads to. */
function chainOf(template: Pick<Template, 'scenarios'>, id: string): readonly ChainScenario[] {
  const found = new Set<ChainScenario>();
  const follow = (wanted: string): void => {
    for (const one of withId(template, wanted)) {
      if (found.has(one)) continue;
      found.add(one);
      if (one.next !== '') follow(one.next);
    }
  };
  follow(id);
  return [...found];
}

function strangersIn(url: string): readonly string[] {
  try {
    return originVariables(url);
  } catch {
    return [];
  }
}

function refuseLoop(scenarios: readonly ChainScenario[], id: string, path: readonly string[], ends: Set<string>): void {
  if (path.includes(id))
    throw new Error(`its scenarios lead in a circle: ${[...path, id].map(scenarioName).join(', ')}`);
  if (ends.has(id)) return;
  const nexts = new Set(scenarios.filter((one) => one.id === id && one.next !== '').map(({ next }) => next));
  for (const next of nexts) refuseLoop(scenarios, next, [...path, id], ends);
  ends.add(id);
}

/** Every expression of a scenario, tried. */
function problemsOf(
  { request, rules, variables, outputs, next }: ChainScenario,
  known: ReadonlySet<string>,
): readonly string[] {
  const parts = [...request.values, ...request.headers].flatMap(flat);
  const filters = [...rules, ...variables.flatMap(({ filter }) => filter)];
  const conditions = [request.skipIf, ...parts.flatMap(({ onlyIf, skipIf }) => [onlyIf, skipIf])];
  const texts = [
    ...[request.url, request.message, next, ...parts.map(({ text }) => text)],
    ...[...outputs.map(({ value }) => value), ...filters.map(({ ethalon }) => ethalon)],
  ];
  const nodes = [
    ...conditions.filter((one) => one.trim() !== '').map((one) => () => parseExpression(one)),
    ...texts.map((one) => () => parseText(one)),
  ];
  return nodes.flatMap((parse) => problemsIn(parse, known));
}

function problemsIn(parse: () => Node, known: ReadonlySet<string>): readonly string[] {
  try {
    const node = parse();
    const strangers = variablesIn(node).filter((name) => !known.has(name.toLowerCase()));
    return [...callsIn(node), ...strangers.map((name) => `nothing sets [${name}], it stays empty`)];
  } catch (error) {
    if (error instanceof ExpressionError) return [`an expression cannot be read: ${error.message}`];
    throw error;
  }
}

function callsIn(node: Node): readonly string[] {
  switch (node.type) {
    case 'join':
      return node.parts.flatMap(callsIn);
    case 'call':
      return [...(FUNCTION_NAMES.has(node.name) ? [] : [`the function ${node.name}`]), ...node.args.flatMap(callsIn)];
    case 'method':
      return [
        ...(METHOD_NAMES.has(node.name) ? [] : [`the method ${node.name}`]),
        ...[node.on, ...node.args].flatMap(callsIn),
      ];
    case 'binary':
      return [node.left, node.right].flatMap(callsIn);
    default:
      return [];
  }
}

function flat(part: PostValue): readonly PostValue[] {
  return [part, ...part.children.flatMap(flat)];
}
