// SPDX-License-Identifier: MIT
import type { Scope } from './expression/evaluate.ts';
import type { Value } from './expression/value.ts';
import { isText, type Parameter } from './parameters.ts';

export type Values = ReadonlyMap<string, Value>;

/**
 * Variables of a scenario: what it was given and what replies said, before what the sign-in published, before the
 * parameters. Names are found whatever their case when none is written just so.
 */
export function createScope(
  layers: readonly Values[],
  parameters: readonly Parameter[],
  parameterValues: ReadonlyMap<string, string>,
): Scope {
  const all = [...layers.map(lookup), lookup(parameterValues)];
  return {
    value: (name) => all.map((find) => find(name)).find((value) => value !== undefined) ?? '',
    text(name) {
      if (layers.map(lookup).some((find) => find(name) !== undefined)) return null;
      const parameter = parameters.find((one) => one.name.toLowerCase() === name.toLowerCase());
      return parameter === undefined || !isText(parameter) ? null : (parameterValues.get(parameter.name) ?? null);
    },
  };
}

/** Null is a value: a time that never came. */
function lookup(values: Values): (name: string) => Value | undefined {
  const lower = new Map([...values].map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => (values.has(name) ? values.get(name) : lower.get(name.toLowerCase()));
}
