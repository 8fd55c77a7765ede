// SPDX-License-Identifier: MIT
import type { ObjectName } from './ids.ts';
import type { Store } from './store.ts';
import { picklist, type SalesforceSwitches } from './switches.ts';

/** What `sobjects/<name>/describe` says of the fields this user may see. */
export function describeObject(store: Store, object: ObjectName, switches: SalesforceSwitches): unknown {
  const fields = Object.entries(store.fields(object)).map(([name, field]) => ({
    name,
    type: field.type,
    length: field.length ?? 0,
    createable: field.readOnly !== true,
    updateable: field.readOnly !== true && field.fixed !== true,
    nillable: field.required !== true,
    picklistValues: (picklist(switches, object, name) ?? field.values ?? []).map((value) => ({
      active: true,
      label: `(${value})`,
      value,
    })),
  }));
  return { name: object, createable: true, queryable: true, fields };
}
