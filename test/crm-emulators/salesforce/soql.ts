// SPDX-License-Identifier: MIT
import { type Condition, readCondition } from './conditions.ts';
import type { ObjectName } from './ids.ts';
import { lex, Reader } from './lexer.ts';
import { Refusal } from './refusal.ts';
import { SCHEMA } from './schema.ts';
import type { Row, Store } from './store.ts';

const MOST_ROWS = 2_000;

/** Runs `SELECT … FROM … [WHERE …] [ORDER BY …] [LIMIT n]` and answers as the query resource does. */
export function query(store: Store, text: string, noAccess: readonly string[]): unknown {
  const reader = new Reader(lex(text));
  reader.expect('SELECT');
  const fields = readFields(reader);
  reader.expect('FROM');
  const object = objectName(reader.word(), noAccess);
  const condition = reader.take('WHERE') ? readCondition(reader) : () => true;
  const order = readOrder(reader);
  const limit = readLimit(reader) ?? MOST_ROWS;
  if (!reader.isDone()) throw new Refusal(400, 'MALFORMED_QUERY', `unexpected token: '${reader.next().text}'`);
  const all = select(store, object, condition);
  if (order !== null) all.sort((a, b) => order.sign * compareRows(store, object, a, b, order.path));
  const rows = all.slice(0, limit);
  // What is asked for is checked even when there is no row.
  for (const field of fields) store.read(object, {}, field);
  const records = rows.map((row) => shape(store, object, row, fields));
  return { totalSize: records.length, done: true, records };
}

export function objectName(text: string, noAccess: readonly string[]): ObjectName {
  const object = (Object.keys(SCHEMA) as ObjectName[]).find((name) => name.toLowerCase() === text.toLowerCase());
  if (object === undefined || noAccess.includes(object)) {
    throw new Refusal(400, 'INVALID_TYPE', `sObject type '${text}' is not supported.`);
  }
  return object;
}

export function readFields(reader: Reader): string[] {
  const fields = [reader.word()];
  while (reader.take(',')) fields.push(reader.word());
  return fields;
}

export function readLimit(reader: Reader): number | null {
  return reader.take('LIMIT') ? Number(reader.word()) : null;
}

function readOrder(reader: Reader): { readonly path: string; readonly sign: number } | null {
  if (!reader.take('ORDER')) return null;
  reader.expect('BY');
  const path = reader.word();
  const sign = reader.take('DESC') ? -1 : 1;
  reader.take('ASC');
  return { path, sign };
}

export function select(store: Store, object: ObjectName, condition: Condition): Row[] {
  const rows = store.rows(object);
  if (rows.length === 0) condition((path) => store.read(object, {}, path));
  return rows.filter((row) => condition((path) => store.read(object, row, path)));
}

function compareRows(store: Store, object: ObjectName, a: Row, b: Row, path: string): number {
  const [left, right] = [a, b].map((row) => store.read(object, row, path) ?? '');
  return (left ?? '') < (right ?? '') ? -1 : left === right ? 0 : 1;
}

/** A row with `attributes`, and related rows as objects in it. */
export function shape(store: Store, object: ObjectName, row: Row, fields: readonly string[]): Record<string, unknown> {
  const url = `/services/data/v68.0/sobjects/${object}/${String(row.Id)}`;
  const shaped: Record<string, unknown> = { attributes: { type: object, url } };
  for (const field of fields) {
    const [name = '', ...rest] = field.split('.');
    if (rest.length === 0) shaped[name] = store.read(object, row, name);
    else {
      const target = store.find(String(row[`${name}Id`] ?? ''));
      const inner = target && shape(store, target.object, target.row, [rest.join('.')]);
      shaped[name] = inner && { ...(shaped[name] as object | undefined), ...inner };
    }
  }
  return shaped;
}
