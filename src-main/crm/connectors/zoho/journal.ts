// SPDX-License-Identifier: MIT
import type { CallEntry, CallEntryPatch, ChatEntry } from '../../../../src-shared/crm/model.ts';
import { toText } from '../../../../src-shared/megacall/coerce.ts';
import { CrmError } from '../../api.ts';
import { localDate } from '../common/local-date.ts';
import { mergeLines } from '../common/merge-lines.ts';
import { zonedTime } from '../common/zoned-time.ts';
import {
  callFields,
  chatCallFields,
  chatTaskFields,
  type EntryContext,
  keyLine,
  ownLines,
  RECORDING,
  RESULT,
  roomOf,
  takesResult,
} from './call.ts';
import { type Fields, idIn, type ZohoClient } from './client.ts';
import type { Companies } from './companies.ts';
import { pairs } from './criteria.ts';
import { creatable, fitting, type Schema, type Schemas } from './fields.ts';
import { findMade } from './newest.ts';
import type { ZohoOptions } from './options.ts';

export type JournalContext = {
  readonly client: ZohoClient;
  readonly schemas: Schemas;
  readonly companies: Companies;
  readonly options: ZohoOptions;
  readonly timeZone: string | undefined;
};

const CALLS = 'Calls';
const TASKS = 'Tasks';
/** The times we write and the times the CRM keeps may differ by seconds. */
const NEAR_MS = 60_000;

/** Writes a call. @returns the entry's id, see `entryId` @throws CrmError */
export async function writeCall(context: JournalContext, entry: CallEntry, signal: AbortSignal): Promise<string> {
  return write(context, CALLS, entry, (one) => callFields(entry, one), signal);
}

/** Writes a conversation, as what the settings say. @throws CrmError */
export async function writeChat(context: JournalContext, entry: ChatEntry, signal: AbortSignal): Promise<string> {
  return entry.as === 'task'
    ? write(context, TASKS, entry, (one) => chatTaskFields(entry, one), signal)
    : write(context, CALLS, entry, (one) => chatCallFields(entry, one), signal);
}

/**
 * The entry with this key; null for none. Zoho takes no key and cannot be asked for a part of a long text: calls of the
 * same moment and tasks of the same day are read, and their last lines compared.
 */
export async function findEntry(
  { client, schemas, timeZone }: JournalContext,
  { key, startedAt }: Pick<CallEntry, 'key' | 'startedAt'>,
  signal: AbortSignal,
): Promise<string | null> {
  const line = keyLine(key);
  const isIt = (row: Fields): boolean => linesOf(row).includes(line);
  const at = (ms: number): string => `'${zonedTime(startedAt + ms, timeZone)}'`;
  const near = [`Call_Start_Time >= ${at(-NEAR_MS)}`, `Call_Start_Time <= ${at(NEAR_MS)}`];
  const places = [
    { module: CALLS, where: pairs(near, 'and') },
    { module: TASKS, where: `Due_Date = '${localDate(startedAt, timeZone)}'` },
  ];
  for (const { module, where } of places) {
    if ((await schemas.of(module, signal)) === null) continue;
    const wanted = { module, where, fields: ['Description'], since: startedAt, isIt };
    const id = await findMade(client, wanted, signal);
    if (id !== null) return entryId(module, id);
  }
  return null;
}

/**
 * Adds what came after. The entry is read first: only our own lines are replaced, and a recording or a result that
 * somebody has set there stays. The key remains the last line.
 *
 * @param id as `writeCall`, `writeChat` or `findEntry` answered it
 * @param before what we had written, where that is known
 */
export async function updateEntry(
  { client, schemas, options }: JournalContext,
  id: string,
  { patch, before }: { readonly patch: CallEntryPatch; readonly before: CallEntryPatch | null },
  signal: AbortSignal,
): Promise<void> {
  const [module, plain] = id.startsWith(`${TASKS}/`) ? [TASKS, id.slice(TASKS.length + 1)] : [CALLS, id];
  const schema = await schemaOf(schemas, module, signal);
  const names = ['Description', RECORDING, RESULT].filter((name) => schema.has(name));
  const path = `${module}/${idIn(plain)}`;
  const [now] = (await client.list(`${path}?fields=${names.join(',')}`, 'data', signal)).rows;
  if (now === undefined || idIn(plain) === '') throw new CrmError('refused', 'the entry is gone');
  const fields = {
    ...description(now, patch, before, schema),
    ...(module === CALLS ? { ...recording(now, patch, before, schema), ...result(now, patch, before, schema) } : {}),
  };
  if (Object.keys(fields).length === 0) return;
  await client.write({ method: 'PUT', path, fields, workflows: options.workflows }, signal);
}

/** How an entry is called outside: a call by its id alone, a task with its module before it. */
function entryId(module: string, id: string): string {
  return module === CALLS ? id : `${module}/${id}`;
}

async function write(
  { client, schemas, companies, options, timeZone }: JournalContext,
  module: string,
  { record }: Pick<CallEntry, 'record'>,
  fields: (context: EntryContext) => Fields,
  signal: AbortSignal,
): Promise<string> {
  const schema = await schemaOf(schemas, module, signal);
  const company = options.callsOfCompany ? await companies.of(record, signal) : '';
  const body = creatable(fields({ schema, options, timeZone, company }), schema);
  const { workflows } = options;
  return entryId(module, await client.write({ method: 'POST', path: module, fields: body, workflows }, signal));
}

async function schemaOf(schemas: Schemas, module: string, signal: AbortSignal): Promise<Schema> {
  const schema = await schemas.of(module, signal);
  if (schema !== null) return schema;
  schemas.forget();
  throw new CrmError('forbidden', `no access to ${module}`);
}

function linesOf(row: Fields): readonly string[] {
  return toText(row.Description).split(/\r\n|\r|\n/);
}

function description(now: Fields, patch: CallEntryPatch, before: CallEntryPatch | null, schema: Schema): Fields {
  const current = linesOf(now);
  const at = current.findLastIndex((line) => line.startsWith(keyLine('sp:')));
  const key = at < 0 ? [] : [current[at] ?? ''];
  const theirs = at < 0 ? current : current.toSpliced(at, 1);
  const room = roomOf(schema) - key.join('').length - 1;
  const ours = before === null ? [] : ownLines(before, schema);
  const merged = mergeLines(theirs.join('\n'), ours, ownLines(patch, schema), room);
  const text = [merged, ...key].filter((part) => part !== '').join('\n');
  return text === current.join('\n') ? {} : { Description: text };
}

function recording(now: Fields, patch: CallEntryPatch, before: CallEntryPatch | null, schema: Schema): Fields {
  const field = schema.get(RECORDING);
  const current = toText(now[RECORDING]);
  const isOurs = current === '' || current === before?.recordingUrl;
  const wanted = patch.recordingUrl ?? '';
  return field?.isUpdateable && isOurs && wanted !== '' && wanted !== current ? { [RECORDING]: wanted } : {};
}

function result(now: Fields, patch: CallEntryPatch, before: CallEntryPatch | null, schema: Schema): Fields {
  const field = schema.get(RESULT);
  const current = toText(now[RESULT]);
  if (!field?.isUpdateable || !takesResult(schema, patch.disposition)) return {};
  const isOurs = current === '' || current === fitting(before?.disposition ?? '', field);
  const wanted = fitting(patch.disposition, field);
  return isOurs && wanted !== current ? { [RESULT]: wanted } : {};
}
