// SPDX-License-Identifier: MIT
import { RecordRefusal } from './refusal.ts';
import { type Field, MODULE_NAMES, type ModuleName, schemaOf } from './schema.ts';
import type { ZohoSwitches } from './switches.ts';

export type Row = Record<string, unknown>;
export type User = { readonly id: string; readonly full_name: string; readonly email: string; readonly status: string };

/** The records of one organisation. */
export type Store = {
  rows(module: ModuleName): readonly Row[];
  find(module: ModuleName, id: string): Row | null;
  /** As the API creates: everything is checked. Answers the id. @throws RecordRefusal */
  create(module: ModuleName, given: Row): string;
  update(module: ModuleName, id: string, given: Row): void;
  /** As people do in the browser: nothing is checked. */
  put(module: ModuleName, row: Row): string;
  users(): readonly User[];
  addUser(name: string, email: string, status?: string): string;
  isIndexed(row: Row): boolean;
  isQueried(row: Row): boolean;
  reindex(): void;
};

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[\da-z\s().;#-]{1,30}$/i;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

export function createStore(switches: ZohoSwitches, now: () => number): Store {
  const tables = new Map<ModuleName, Row[]>(MODULE_NAMES.map((name) => [name, []]));
  const users: User[] = [];
  const unindexed = new Set<unknown>();
  const unqueried = new Set<unknown>();
  let serial = 487000;
  const nextId = () => `5545974000000${++serial}`;

  const rows = (module: ModuleName): Row[] => tables.get(module) ?? [];
  const find = (module: ModuleName, id: string): Row | null => rows(module).find((row) => row.id === id) ?? null;

  const put: Store['put'] = (module, row) => {
    const id = nextId();
    const created = new Date(now()).toISOString().replace(/\.\d+Z$/, '+00:00');
    const owner = users[0] === undefined ? null : { id: users[0].id, name: users[0].full_name, email: users[0].email };
    const made: Row = { Owner: owner, Created_Time: created, ...row, id };
    if (module === 'Contacts' || module === 'Leads') {
      made.Full_Name ??= [made.First_Name, made.Last_Name].filter(Boolean).join(' ');
    }
    rows(module).push(made);
    if (switches.indexLag) unindexed.add(id);
    if (switches.queryLag) unqueried.add(id);
    return id;
  };

  function checked(module: ModuleName, given: Row, old: Row | null): Row {
    const known = schemaOf(module, switches);
    const row: Row = {};
    for (const [name, value] of Object.entries(given)) {
      if (name === '$se_module') continue;
      const field = known[name];
      const isClosed = field === undefined || field.readOnly === true || (old !== null && field.fixed === true);
      if (isClosed) throw new RecordRefusal('INVALID_DATA', 'invalid data', name);
      row[name] = value === null ? null : checkValue(name, field, value, given);
    }
    refuseTwice(module, row, old);
    return row;
  }

  function checkValue(name: string, field: Field, value: unknown, given: Row): unknown {
    const wrong = (type: string) =>
      new RecordRefusal('INVALID_DATA', 'invalid data', name, { expected_data_type: type });
    if (field.type === 'lookup') return reference(name, field, value, given);
    if (field.type === 'ownerlookup') {
      const user = users.find(({ id, status }) => id === (value as Row).id && status === 'active');
      if (user === undefined) throw wrong('ownerlookup');
      return { id: user.id, name: user.full_name, email: user.email };
    }
    if (typeof value !== 'string') throw wrong(field.type);
    if (value.length > (field.length ?? 2_000)) {
      throw new RecordRefusal('INVALID_DATA', 'invalid data', name, { maximum_length: field.length });
    }
    if (field.type === 'email' && !EMAIL.test(value)) throw wrong('email');
    if (field.type === 'phone' && !PHONE.test(value)) {
      throw new RecordRefusal('PATTERN_NOT_MATCHED', 'Please check whether the input values are correct', name);
    }
    if (field.type === 'datetime' && !MOMENT.test(value)) throw wrong('datetime');
    if (field.type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) throw wrong('date');
    // A word nobody knows becomes a word of the list, but for the kinds of calls.
    if (name === 'Call_Type' && field.values?.includes(value) === false) throw wrong('picklist');
    return value;
  }

  function reference(name: string, field: Field, value: unknown, given: Row): unknown {
    const wrong = new RecordRefusal('INVALID_DATA', 'the id given seems to be invalid', name);
    const id = String(typeof value === 'object' && value !== null ? (value as Row).id : value);
    const named = name === 'What_Id' ? [given.$se_module as ModuleName] : (field.to ?? []);
    if (!named.every((module) => field.to?.includes(module))) throw wrong;
    if (name === 'What_Id' && given.$se_module === 'Leads' && given.Who_Id !== undefined) throw wrong;
    const target = named.map((module) => find(module, id)).find((row) => row !== null);
    if (target === undefined || target === null) throw wrong;
    return { id, name: target.Full_Name ?? target.Account_Name ?? target.Deal_Name };
  }

  function refuseTwice(module: ModuleName, row: Row, old: Row | null): void {
    for (const name of Object.keys(row).filter((one) => switches.unique.includes(`${module}.${one}`))) {
      const other = rows(module).find((one) => one !== old && one[name] === row[name]);
      if (other === undefined) continue;
      const record = { id: other.id, Owner: other.Owner, module: { api_name: module, id: '5545974000000002175' } };
      throw new RecordRefusal('DUPLICATE_DATA', 'duplicate data', name, { id: other.id, duplicate_record: record });
    }
  }

  return {
    rows,
    find,
    put,
    users: () => users,
    isIndexed: ({ id }) => !unindexed.has(id),
    isQueried: ({ id }) => !unqueried.has(id),

    addUser(name, email, status = 'active') {
      const id = nextId();
      users.push({ id, full_name: name, email, status });
      return id;
    },

    create(module, given) {
      const row = checked(module, given, null);
      for (const [name, field] of Object.entries(schemaOf(module, switches))) {
        const isMissing = field.needed === true && (row[name] ?? '') === '';
        if (isMissing) throw new RecordRefusal('MANDATORY_NOT_FOUND', 'required field not found', name);
      }
      return put(module, module === 'Calls' ? withSeconds(row, switches) : row);
    },

    update(module, id, given) {
      const row = find(module, id);
      if (row === null) throw new RecordRefusal('INVALID_DATA', 'the id given seems to be invalid', 'id');
      Object.assign(row, checked(module, given, row));
    },

    reindex() {
      unindexed.clear();
      unqueried.clear();
    },
  };
}

/** A call that is over has a duration. */
function withSeconds(row: Row, { duration, outgoingStatus }: ZohoSwitches): Row {
  const isPlanned = outgoingStatus !== null && row[outgoingStatus] === 'Scheduled';
  const given = row.Call_Duration;
  if (given === undefined && (row.Call_Type === 'Missed' || isPlanned)) return row;
  const parts = /^(\d{2,}):(\d\d)(?::(\d\d))?$/.exec(String(given));
  if (parts === null) throw new RecordRefusal('INVALID_DATA', 'invalid data', 'Call_Duration');
  const [first = 0, second = 0] = parts.slice(1).map(Number);
  const third = parts[3];
  const short = duration === 'mm:ss' ? first * 60 + second : first * 3600 + second * 60;
  const seconds = third === undefined ? short : first * 3600 + second * 60 + Number(third);
  return { ...row, Call_Duration_in_seconds: seconds };
}
