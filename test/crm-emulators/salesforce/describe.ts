// SPDX-License-Identifier: MIT
import type { ObjectName } from './ids.ts';
import type { Store } from './store.ts';
import type { SalesforceSwitches } from './switches.ts';

/** What `sobjects/<name>/describe` says of the fields this user may see. */
export function describeObject(store: Store, object: ObjectName, switches: SalesforceSwitches): unknown {
  const valuesOf = (name: string, values: readonly string[]) => {
    if (object === 'Task' && name === 'Status') return switches.statuses.map((status) => status.name);
    if (object === 'Opportunity' && name === 'StageName') return switches.stages.map((stage) => stage.name);
    return values;
  };
  const fields = Object.entries(store.fields(object)).map(([name, field]) => ({
    name,
    type: field.type,
    length: field.length ?? 0,
    createable: field.readOnly !== true,
    updateable: field.readOnly !== true && field.fixed !== true,
    nillable: field.required !== true,
    picklistValues: valuesOf(name, field.values ?? []).map((value) => ({ active: true, label: `(${value})`, value })),
  }));
  return { name: object, createable: true, queryable: true, fields };
}
