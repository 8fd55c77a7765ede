// SPDX-License-Identifier: MIT
import type { CallEntry, CallEntryPatch } from '../../../../src-shared/crm/model.ts';
import { toFields, toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { cut } from '../common/cut.ts';
import { mergeLines } from '../common/merge-lines.ts';
import { type Fields, idIn, type SalesforceClient } from './client.ts';
import { writable } from './create.ts';
import { soqlString } from './escape.ts';
import type { Schema, Schemas } from './schemas.ts';
import { MOST_DESCRIPTION, ownLines, type TaskContext } from './task.ts';

export type JournalContext = {
  readonly client: SalesforceClient;
  readonly schemas: Schemas;
  /** '' to choose. */
  readonly taskStatus: string;
  readonly timeZone: string | undefined;
};

const DAY_MS = 24 * 60 * 60_000;

/** Writes a task and answers its id. @param fields of the task, for this organisation. @throws CrmError */
export async function writeTask(
  context: JournalContext,
  fields: (task: TaskContext) => Fields,
  signal: AbortSignal,
): Promise<string> {
  const schema = await tasks(context, signal);
  const task: TaskContext = { status: await doneStatus(context, schema, signal), timeZone: context.timeZone };
  const body = writable(fields(task), schema);
  const answer = toFields(await context.client.call({ method: 'POST', path: 'sobjects/Task', body }, signal));
  const id = idIn(answer.id);
  if (id === '') throw new CrmError('bad-reply', 'no id in the answer', { unsure: true });
  return id;
}

/**
 * The task with this key; null also where the field it stands in is kept from this user. The day of the call narrows
 * the search: that field has no index.
 */
export async function findTask(
  context: JournalContext,
  { key, startedAt }: Pick<CallEntry, 'key' | 'startedAt'>,
  signal: AbortSignal,
): Promise<string | null> {
  if (!(await tasks(context, signal)).has('CallObject')) return null;
  const since = new Date(startedAt - DAY_MS).toISOString();
  const soql = `SELECT Id FROM Task WHERE CallObject = ${soqlString(key)} AND CreatedDate >= ${since} ORDER BY CreatedDate LIMIT 1`;
  const [found] = await context.client.query(soql, signal);
  return idIn(found?.Id) || null;
}

/**
 * Adds what came after the call. The task is read first: only our own lines are replaced, and a result that somebody
 * has chosen there stays.
 *
 * @param before what we had written, where that is known
 */
export async function updateTask(
  { client }: Pick<JournalContext, 'client'>,
  id: string,
  { patch, before }: { readonly patch: CallEntryPatch; readonly before: CallEntryPatch | null },
  signal: AbortSignal,
): Promise<void> {
  const path = `sobjects/Task/${idIn(id)}`;
  const now = toFields(
    await client.call({ method: 'GET', path: `${path}?fields=Description,CallDisposition` }, signal),
  );
  const body = { ...description(now, patch, before), ...disposition(now, patch, before) };
  if (Object.keys(body).length > 0) await client.call({ method: 'PATCH', path, body }, signal);
}

function description(now: Fields, patch: CallEntryPatch, before: CallEntryPatch | null): Fields {
  const current = toText(now.Description);
  const merged = mergeLines(current, before === null ? [] : ownLines(before), ownLines(patch), MOST_DESCRIPTION);
  return merged === current.replaceAll('\r\n', '\n') ? {} : { Description: merged };
}

function disposition(now: Fields, patch: CallEntryPatch, before: CallEntryPatch | null): Fields {
  const current = toText(now.CallDisposition);
  const wanted = cut(patch.disposition, 255);
  const isOurs = current === '' || current === cut(before?.disposition ?? '', 255);
  return wanted !== '' && wanted !== current && isOurs ? { CallDisposition: wanted } : {};
}

async function tasks({ schemas }: JournalContext, signal: AbortSignal): Promise<Schema> {
  const schema = await schemas.of('Task', signal);
  if (schema === null) throw new CrmError('forbidden', 'no access to tasks');
  return schema;
}

/** `Completed` where it exists; organisations rename it, then the first status that counts as closed. */
async function doneStatus(
  { client, taskStatus }: JournalContext,
  schema: Schema,
  signal: AbortSignal,
): Promise<string> {
  if (taskStatus !== '') return taskStatus;
  if (schema.get('Status')?.values.includes('Completed')) return 'Completed';
  const soql = 'SELECT ApiName FROM TaskStatus WHERE IsClosed = true ORDER BY SortOrder LIMIT 1';
  const [status] = await client.query(soql, signal);
  return toText(status?.ApiName);
}
