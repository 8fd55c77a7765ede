// SPDX-License-Identifier: MIT
import { digits } from '../account.ts';
import { fromWallClock, wallClock } from '../clock.ts';
import type { HistoryRow } from '../history.ts';
import { RawNumber } from '../json.ts';
import { type ApiContext, ApiError, type Params, type Run } from './types.ts';

/** A longer range is silently cut to so much (section 2.9). */
const MAX_RANGE_MS = 30 * 86_400_000;

function range(context: ApiContext, params: Params): { from: number; to: number; start: string; end: string } {
  const { timezone } = context.account;
  const read = (name: string, otherwise: number): number => {
    const text = params.get(name);
    if (text === undefined || text === '') return otherwise;
    const ms = fromWallClock(text, timezone);
    if (ms === null) throw new ApiError(`Check ${name} date`);
    return ms;
  };
  const now = context.now();
  const firstOfMonth = fromWallClock(`${wallClock(now, timezone).slice(0, 7)}-01 00:00:00`, timezone) ?? now;
  const from = read('start', firstOfMonth);
  const to = Math.min(read('end', now), from + MAX_RANGE_MS);
  return { from, to, start: wallClock(from, timezone), end: wallClock(to, timezone) };
}

function page<T>(rows: readonly T[], params: Params): T[] {
  const skip = Number(params.get('skip') ?? 0);
  const limit = Number(params.get('limit') ?? 1000);
  if (!Number.isInteger(skip) || skip < 0) throw new ApiError('Check skip');
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new ApiError('Check limit');
  return rows.slice(skip, skip + limit);
}

/** The two shapes of a row, section 2.13: texts as seen in the field, or the types OAS states. */
function pbxRow(context: ApiContext, row: HistoryRow): Record<string, unknown> {
  const shared = {
    callstart: wallClock(row.startedAt, context.account.timezone),
    disposition: row.disposition,
    seconds: row.seconds,
    pbx_call_id: row.pbxCallId,
  };
  const asNumber = (text: string): RawNumber => new RawNumber(text.replace(/^0+(?=\d)/, '') || '0');
  const number = digits(row.number);
  const destination = digits(row.destination);
  if (context.variant === 'numbers') {
    return {
      call_id: new RawNumber(row.callId),
      sip: Number(row.extension),
      clid: asNumber(number),
      destination: asNumber(destination),
      is_recorded: row.isRecorded,
      ...shared,
    };
  }
  return {
    call_id: row.callId,
    sip: row.extension,
    clid: row.name === null ? number : `${row.name} (${number})`,
    destination,
    is_recorded: String(row.isRecorded),
    ...shared,
  };
}

export const statisticsMethods: Readonly<Record<string, Run>> = {
  'GET statistics/pbx': (context, params) => {
    const { from, to, start, end } = range(context, params);
    const type = params.get('call_type');
    if (type !== undefined && type !== 'in' && type !== 'out') throw new ApiError('Check call_type');
    const rows = context.history.between(from, to).filter((row) => type === undefined || row.direction === type);
    const version = Number(params.get('version') ?? 1);
    return { start, end, version, stats: page(rows, params).map((row) => pbxRow(context, row)) };
  },

  // PBX calls are not in this one (section 2.9, KRAYIN), and the sandbox has no plain SIP accounts that call.
  'GET statistics': (context, params) => {
    const { start, end } = range(context, params);
    return { start, end, stats: page([], params) };
  },
};
