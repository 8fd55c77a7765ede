// SPDX-License-Identifier: MIT
import type { Calls } from './calls.ts';
import type { Caller } from './parts.ts';
import type { SharedRow } from './shared-statistics.ts';
import type { EventLog } from './store/api.ts';

/** Ids of recordings that are known to be of a call; null when the caller's extension had no part in it. */
export type HadPart = (
  caller: Caller,
  pbxCallId: string,
  rows: readonly SharedRow[],
) => Promise<ReadonlySet<string> | null>;

const PAGE = 500;
/** An extension's events of a busy week, and more. */
const MOST_READ = 20_000;

/**
 * Whether an extension had a part in a call: it was met by it, has an event of it in its log, or a row in the
 * statistics. Supervisors and admins have a part in every call. Names of recordings are taken from the same places, so
 * that nobody gets another call's recording by naming it together with one of their own.
 */
export function createHadPart(calls: Pick<Calls, 'get'>, log: Pick<EventLog, 'read'>): HadPart {
  async function inLog({ tenant, extension }: Caller, pbxCallId: string): Promise<readonly string[]> {
    const found: string[] = [];
    let after = 0;
    for (let read = 0; read < MOST_READ; read += PAGE) {
      const entries = await log.read(tenant, extension, after, PAGE);
      found.push(...entries.map(({ body }) => body).filter((body) => body.includes(pbxCallId)));
      after = entries.at(-1)?.seq ?? after;
      if (entries.length < PAGE) break;
    }
    return found;
  }

  return async (caller, pbxCallId, rows) => {
    const { met, events } = await calls.get(caller.tenant, pbxCallId);
    const seesAll = caller.role !== 'agent';
    const own = rows.filter(({ extension }) => seesAll || extension === caller.extension);
    let bodies: readonly string[] = seesAll || met.includes(caller.extension) ? events.map(({ body }) => body) : [];
    if (bodies.length === 0 && own.length === 0 && !seesAll) bodies = await inLog(caller, pbxCallId);
    const notified = bodies.map(fieldsOf).filter((fields) => fields.pbx_call_id === pbxCallId);
    if (!seesAll && notified.length === 0 && own.length === 0) return null;
    const named = [...notified.map((fields) => fields.call_id_with_rec ?? ''), ...own.map(({ callId }) => callId)];
    return new Set(named.filter((id) => id !== ''));
  };
}

/** Fields of a notification; nothing for an entry of another kind. */
function fieldsOf(body: string): Readonly<Record<string, string>> {
  const { kind, fields } = JSON.parse(body) as { kind?: unknown; fields?: Readonly<Record<string, string>> };
  return kind === 'notification' && fields !== undefined ? fields : {};
}
