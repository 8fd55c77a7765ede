// SPDX-License-Identifier: MIT
import { toFields, toList, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { untilAborted } from '../../oauth/until-aborted.ts';
import type { SalesforceClient } from './client.ts';

export type FieldInfo = {
  readonly type: string;
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  /** Active values of a picklist, as the API takes them. */
  readonly values: readonly string[];
};
/** Fields by name: those this user may see, own ones of the organisation among them. */
export type Schema = ReadonlyMap<string, FieldInfo>;

export type Schemas = {
  /** Null for an object this user has no access to. Read once a day. @throws CrmError when it cannot be read now */
  of(object: string, signal: AbortSignal): Promise<Schema | null>;
  /** An administrator has changed something: read again. */
  forget(): void;
};

const KEPT_MS = 24 * 60 * 60_000;
/** Large organisations describe an object in several megabytes. */
const MAX_BYTES = 16 * 1024 * 1024;

export function createSchemas(client: SalesforceClient, now: () => number): Schemas {
  const kept = new Map<string, { readonly at: number; readonly schema: Promise<Schema | null> }>();

  /** For all who ask: not tied to the signal of the first. */
  function read(object: string): Promise<Schema | null> {
    const request = { method: 'GET', path: `sobjects/${object}/describe`, maxBytes: MAX_BYTES } as const;
    const described = client.call(request, new AbortController().signal).then(toSchema);
    return described.catch((error: unknown) => {
      if (error instanceof CrmError && error.failure === 'refused') return null;
      kept.delete(object);
      throw error;
    });
  }

  return {
    of(object, signal) {
      const known = kept.get(object);
      if (known !== undefined && now() - known.at < KEPT_MS) return untilAborted(known.schema, signal);
      const schema = read(object);
      schema.catch(() => undefined); // every asker may have left
      kept.set(object, { at: now(), schema });
      return untilAborted(schema, signal);
    },
    forget: () => kept.clear(),
  };
}

function toSchema(answer: unknown): Schema {
  const fields = toFields(answer).fields;
  if (!Array.isArray(fields)) throw new CrmError('bad-reply', 'no fields in a description');
  return new Map(
    fields.map(toFields).map((field) => [
      toText(field.name),
      {
        type: toText(field.type),
        isCreateable: field.createable === true,
        isUpdateable: field.updateable === true,
        values: toList(field.picklistValues)
          .map(toFields)
          .filter((value) => value.active === true)
          .map((value) => toText(value.value)),
      },
    ]),
  );
}
