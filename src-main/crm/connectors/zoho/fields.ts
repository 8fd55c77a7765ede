// SPDX-License-Identifier: MIT
import { toFields, toList, toNumber, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { untilAborted } from '../../oauth/until-aborted.ts';
import { cut } from '../common/cut.ts';
import type { Fields, ZohoClient } from './client.ts';

export type FieldInfo = {
  readonly type: string;
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  /** Most characters of a text; null where the organisation does not say. */
  readonly length: number | null;
  /** Values of a picklist, as the API takes them; `isClosed` for stages of deals that are over. */
  readonly values: readonly { readonly name: string; readonly isClosed: boolean }[];
};
/** Fields of one module by API name, own ones of the organisation among them. */
export type Schema = ReadonlyMap<string, FieldInfo>;

export type Schemas = {
  /** Null for a module this person has no access to. Read once a day. @throws CrmError when it cannot be read now */
  of(module: string, signal: AbortSignal): Promise<Schema | null>;
  /** An administrator has changed something: read again. */
  forget(): void;
};

const KEPT_MS = 24 * 60 * 60_000;

export function createSchemas(client: Pick<ZohoClient, 'list'>, now: () => number): Schemas {
  const kept = new Map<string, { readonly at: number; readonly schema: Promise<Schema | null> }>();

  /** For all who ask: not tied to the signal of the first. */
  function read(module: string): Promise<Schema | null> {
    const found = client.list(`settings/fields?module=${module}`, 'fields', new AbortController().signal);
    return found
      .then(({ rows }) => (rows.length === 0 ? null : toSchema(rows)))
      .catch((error: unknown) => {
        const isClosed = error instanceof CrmError && (error.failure === 'refused' || error.failure === 'forbidden');
        if (isClosed) return null;
        kept.delete(module);
        throw error;
      });
  }

  return {
    of(module, signal) {
      const known = kept.get(module);
      if (known !== undefined && now() - known.at < KEPT_MS) return untilAborted(known.schema, signal);
      const schema = read(module);
      schema.catch(() => undefined); // every asker may have left
      kept.set(module, { at: now(), schema });
      return untilAborted(schema, signal);
    },
    forget: () => kept.clear(),
  };
}

/**
 * What of `values` this person may set when a record is made: texts cut to their length, nothing empty. Names with `$`
 * are no fields but say what others mean.
 */
export function creatable(values: Fields, schema: Schema): Fields {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (value === '' || value === null || value === undefined) return [];
      if (name.startsWith('$')) return [[name, value]];
      const field = schema.get(name);
      return field?.isCreateable ? [[name, fitting(value, field)]] : [];
    }),
  );
}

/** A text cut to what its field holds; anything else as it is. */
export function fitting(value: unknown, { length }: Pick<FieldInfo, 'length'>): unknown {
  return typeof value === 'string' && length !== null ? cut(value, length) : value;
}

function toSchema(rows: readonly Fields[]): Schema {
  return new Map(
    rows
      .filter((row) => row.visible !== false)
      .map((row) => {
        const isFixed = row.read_only === true || row.field_read_only === true;
        const operations = toFields(row.operation_type);
        const length = toNumber(row.length);
        return [
          toText(row.api_name),
          {
            type: toText(row.data_type),
            isCreateable: !isFixed && operations.api_create !== false,
            isUpdateable: !isFixed && operations.api_update !== false,
            length: length !== null && length > 0 ? length : null,
            values: toList(row.pick_list_values).map(toFields).filter(isUsed).map(toValue),
          },
        ];
      }),
  );
}

function isUsed({ type }: Fields): boolean {
  return type === undefined || type === 'used';
}

function toValue(value: Fields): FieldInfo['values'][number] {
  return { name: toText(value.actual_value), isClosed: /closed/i.test(toText(value.forecast_type)) };
}
