// SPDX-License-Identifier: MIT
import type { Value } from './conditions.ts';
import { fullId, newId, type ObjectName } from './ids.ts';
import { Refusal } from './refusal.ts';
import { type Field, SCHEMA } from './schema.ts';
import { picklist, type SalesforceSwitches } from './switches.ts';

export type Row = Record<string, Value>;

/** The records of one organisation. */
export type Store = {
  rows(object: ObjectName): readonly Row[];
  find(id: string): { readonly object: ObjectName; readonly row: Row } | null;
  /** As the API creates: everything is checked. Answers the id. */
  create(object: ObjectName, fields: Readonly<Record<string, unknown>>): string;
  update(object: ObjectName, id: string, fields: Readonly<Record<string, unknown>>): void;
  /** As the platform itself sets a record: nothing is checked. */
  put(object: ObjectName, row: Row): string;
  /** A field path of a row, through references. */
  read(object: ObjectName, row: Row, path: string): Value;
  fields(object: ObjectName): Readonly<Record<string, Field>>;
  isIndexed(id: string): boolean;
  reindex(): void;
};

export function createStore(switches: SalesforceSwitches, now: () => number): Store {
  const tables = new Map<ObjectName, Row[]>();
  const unindexed = new Set<string>();
  let serial = 1;

  const rows = (object: ObjectName): Row[] => {
    const table = tables.get(object) ?? [];
    tables.set(object, table);
    return table;
  };

  const fields = (object: ObjectName): Readonly<Record<string, Field>> =>
    Object.fromEntries(
      Object.entries(SCHEMA[object]).filter(
        ([name, field]) =>
          (switches.personAccounts || field.personAccounts !== true) && !switches.hidden.includes(`${object}.${name}`),
      ),
    );

  const find: Store['find'] = (id) => {
    const wanted = fullId(id);
    for (const object of Object.keys(SCHEMA) as ObjectName[]) {
      const row = rows(object).find((one) => one.Id === wanted);
      if (row !== undefined) return { object, row };
    }
    return null;
  };

  const put: Store['put'] = (object, row) => {
    serial += 1;
    const id = newId(object, serial);
    const created = new Date(now()).toISOString();
    rows(object).push({ CreatedDate: created, ...row, Id: id });
    if (switches.indexLag) unindexed.add(id);
    return id;
  };

  function checked(object: ObjectName, given: Readonly<Record<string, unknown>>, isUpdate: boolean): Row {
    const known = fields(object);
    const row: Row = {};
    for (const [name, value] of Object.entries(given)) {
      const field = known[name];
      if (field === undefined) {
        throw new Refusal(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object}`);
      }
      if (field.readOnly || (isUpdate && field.fixed)) {
        const message = `Unable to create/update fields: ${name}. Please check the security settings of this field`;
        throw new Refusal(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', message, { fields: [name] });
      }
      row[name] = checkValue(object, name, field, value);
    }
    return row;
  }

  function checkValue(object: ObjectName, name: string, field: Field, value: unknown): Value {
    if (value === null) return null;
    const wants = field.type === 'int' ? 'number' : field.type === 'boolean' ? 'boolean' : 'string';
    if (typeof value !== wants) throw new Refusal(400, 'JSON_PARSER_ERROR', `Cannot deserialize ${name}`);
    if (typeof value !== 'string') return value as number | boolean;
    if (field.length !== undefined && value.length > field.length) {
      const message = `${name}: data value too large (max length=${field.length})`;
      throw new Refusal(400, 'STRING_TOO_LONG', message, { fields: [name] });
    }
    if (field.type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) {
      throw new Refusal(400, 'JSON_PARSER_ERROR', `Cannot deserialize ${name} from ${value}`);
    }
    if (field.type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
      throw new Refusal(400, 'INVALID_EMAIL_ADDRESS', `${name}: invalid email address`, { fields: [name] });
    }
    const values = picklist(switches, object, name) ?? field.values ?? null;
    if (values !== null && !values.includes(value)) {
      const message = `${name}: bad value for restricted picklist field: ${value}`;
      throw new Refusal(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message, { fields: [name] });
    }
    if (field.type === 'reference') return reference(name, field, value);
    return field.type === 'phone' && switches.usLocale ? usFormat(value) : value;
  }

  function reference(name: string, field: Field, value: string): string {
    const target = find(value);
    if (target === null || !(field.to ?? []).includes(target.object)) {
      throw new Refusal(400, 'MALFORMED_ID', `${name}: id value of incorrect type: ${value}`, { fields: [name] });
    }
    if (target.object === 'User' && target.row.IsActive !== true) {
      throw new Refusal(400, 'INACTIVE_OWNER_OR_USER', 'operation performed with inactive user', { fields: [name] });
    }
    return String(target.row.Id);
  }

  return {
    rows,
    fields,
    find,
    put,

    create(object, given) {
      const row = checked(object, given, false);
      const missing = Object.entries(fields(object)).filter(
        ([name, field]) => field.required && (row[name] ?? '') === '' && name !== 'Status',
      );
      if (missing.length > 0) {
        const names = missing.map(([name]) => name);
        const message = `Required fields are missing: [${names.join(', ')}]`;
        throw new Refusal(400, 'REQUIRED_FIELD_MISSING', message, { fields: names });
      }
      if (object === 'Task' && row.WhatId && find(String(row.WhoId ?? ''))?.object === 'Lead') {
        const message = 'If a lead is selected, related-to records may not be specified';
        throw new Refusal(400, 'FIELD_INTEGRITY_EXCEPTION', message, { fields: ['WhatId'] });
      }
      if (object === 'Contact' || object === 'Lead') {
        row.Name = [row.FirstName, row.LastName].filter(Boolean).join(' ');
      }
      if (object === 'Lead') row.IsConverted = false;
      return put(object, row);
    },

    update(object, id, given) {
      const found = find(id);
      if (found === null || found.object !== object) {
        throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
      }
      Object.assign(found.row, checked(object, given, true));
    },

    read(object, row, path) {
      const [name = '', ...rest] = path.split('.');
      const known = fields(object);
      if (rest.length === 0) {
        const field = Object.keys(known).find((one) => one.toLowerCase() === name.toLowerCase());
        if (field === undefined)
          throw new Refusal(400, 'INVALID_FIELD', `No such column '${name}' on entity '${object}'`);
        return row[field] ?? null;
      }
      if (known[`${name}Id`]?.type !== 'reference') {
        throw new Refusal(400, 'INVALID_FIELD', `Didn't understand relationship '${name}' in field path`);
      }
      const target = find(String(row[`${name}Id`] ?? ''));
      if (target === null) return null;
      return this.read(target.object, target.row, rest.join('.'));
    },

    isIndexed: (id) => !unindexed.has(id),
    reindex: () => unindexed.clear(),
  };
}

function usFormat(number: string): string {
  const digits = number.replace(/\D/g, '').replace(/^1(?=\d{10}$)/, '');
  if (number.startsWith('+') || digits.length !== 10) return number;
  return `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
}
