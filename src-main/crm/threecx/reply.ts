// SPDX-License-Identifier: MIT
import { fromJson, textOf, type Value } from './expression/value.ts';
import type { ChainScenario, Rule } from './scenario.ts';

/** Which element of each list on the way, by the list's path. */
type Place = ReadonlyMap<string, number>;
type Found = { readonly value: unknown; readonly place: Place };

/** What a rule compares with. */
export type RuleContext = {
  /** An `Ethalon` worked out. */
  readonly fill: (text: string) => string;
  /** Digits of the number that is looked for, '' when none is. */
  readonly digits: string;
};

const MOST_RECORDS = 50;
const MOST_FOUND = 500;
/** Lists in lists. */
const MOST_LISTS = 20;
const LEAST_DIGITS = 6;

/**
 * The records of a reply: each place where one of the rules holds. Without rules the reply is one record, or a list of
 * them. Paths are those of the whole reply, lists left out; a record's variables are read in the elements its rule was
 * found in (crm-connectors.md section 1.2).
 */
export function readRecords(
  reply: unknown,
  { rules, variables }: Pick<ChainScenario, 'rules' | 'variables'>,
  context: RuleContext,
): readonly ReadonlyMap<string, Value>[] {
  const places =
    rules.length === 0
      ? walk(reply, '').filter(isThere)
      : rules.flatMap((rule) => hits(reply, rule, variables, context));
  const once = new Map(places.map((one) => [JSON.stringify([...one.place]), one.place]));
  return [...once.values()]
    .slice(0, MOST_RECORDS)
    .map(
      (place) =>
        new Map(
          variables.map(
            ({ name, path, filter }) => [name, readVariable(reply, place, { path, filter }, context)] as const,
          ),
        ),
    );
}

function readVariable(
  reply: unknown,
  place: Place,
  { path, filter }: { readonly path: string; readonly filter: readonly Rule[] },
  context: RuleContext,
): Value {
  const fits = ({ place: here }: Found) =>
    filter.every((rule) => walk(reply, rule.path, here).some(({ value }) => holds(rule, value, context)));
  return fromJson(walk(reply, path, place).find((one) => isThere(one) && fits(one))?.value);
}

function hits(
  reply: unknown,
  rule: Rule,
  variables: ChainScenario['variables'],
  context: RuleContext,
): readonly Found[] {
  return walk(reply, rule.path)
    .filter(({ value }) => holds(rule, value, context))
    .map(({ value, place }) => ({ value, place: recordIn(place, variables) }));
}

/**
 * A rule may look deeper than records are: a person is one, not each of its numbers. Lists that variables choose from
 * by a filter, or do not go into, are parts of a record.
 */
function recordIn(place: Place, variables: ChainScenario['variables']): Place {
  const plain = variables.filter(({ filter }) => filter.length === 0);
  return new Map(
    [...place].filter(([list]) => {
      const path = list.replace(/^\[\]\.?/, '').replaceAll('[]', '');
      return path === '' || plain.some((variable) => variable.path.startsWith(`${path}.`));
    }),
  );
}

function holds({ type, ethalon }: Rule, value: unknown, { fill, digits }: RuleContext): boolean {
  const text = textOf(fromJson(value));
  switch (type) {
    case 'Any':
      return isThere({ value });
    case 'Equals':
      return text === fill(ethalon);
    case 'NotEquals':
      return text !== fill(ethalon);
    case 'Contains':
      return text.includes(fill(ethalon));
    case 'StartsWith':
      return text.startsWith(fill(ethalon));
    case 'EndsWith':
      return text.endsWith(fill(ethalon));
    case 'Number':
      return isSameNumber(text.replace(/\D/g, ''), digits);
  }
}

function isSameNumber(stored: string, wanted: string): boolean {
  if (stored === '' || wanted === '') return false;
  const isLong = Math.min(stored.length, wanted.length) >= LEAST_DIGITS;
  return stored === wanted || (isLong && (stored.endsWith(wanted) || wanted.endsWith(stored)));
}

/** CRMs write `false` where they have nothing. */
function isThere({ value }: Pick<Found, 'value'>): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}

/** Everything at a path; lists are gone through, but where the place says which element. */
function walk(root: unknown, path: string, bound: Place = new Map()): readonly Found[] {
  const names = path === '' ? [] : path.split('.');
  const found: Found[] = [];
  const visit = (value: unknown, depth: number, here: string, place: Place): void => {
    const name = names[depth];
    if (found.length >= MOST_FOUND || place.size > MOST_LISTS) return;
    if (Array.isArray(value) && !/^\d{1,4}$/.test(name ?? '')) {
      const only = bound.get(here);
      for (const [index, item] of value.entries()) {
        if (only === undefined || only === index) visit(item, depth, `${here}[]`, new Map(place).set(here, index));
      }
    } else if (name === undefined) found.push({ value, place });
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
      visit((value as Record<string, unknown>)[name], depth + 1, here === '' ? name : `${here}.${name}`, place);
    }
  };
  visit(root, 0, '', new Map());
  return found;
}
