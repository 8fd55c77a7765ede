// SPDX-License-Identifier: MIT
import { digits, findExtension, type SandboxExtension } from '../account.ts';
import { wallClock } from '../clock.ts';
import { phoneParam } from './account-methods.ts';
import { type ApiContext, ApiError, type Params, type Run } from './types.ts';

function extensionOf(context: ApiContext, argument: string): SandboxExtension {
  const extension = context.account.extensions.find((item) => item.number === argument);
  if (extension === undefined) throw new ApiError('Wrong internal number', 404);
  return extension;
}

/** Either id of `pbx/record/request`; an empty one counts as absent (vector A7 sends `call_id=`). */
function recordIds(params: Params): { callId: string } | { pbxCallId: string } {
  const callId = params.get('call_id') ?? '';
  const pbxCallId = params.get('pbx_call_id') ?? '';
  if (callId !== '') return { callId };
  if (pbxCallId !== '') return { pbxCallId };
  throw new ApiError('Check call id');
}

/** Sections 2.4, 2.5 and 2.6. */
export const pbxMethods: Readonly<Record<string, Run>> = {
  'GET pbx/internal': ({ account }) => ({
    pbx_id: account.pbxId,
    numbers: account.extensions.map((extension) => Number(extension.number)),
  }),

  'GET pbx/internal/*/status': (context, _params, argument) => {
    const { number } = extensionOf(context, argument);
    return {
      pbx_id: context.account.pbxId,
      number: Number(number),
      is_online: String(context.isOnline(number)),
    };
  },

  'GET pbx/internal/*/info': (context, _params, argument) => {
    const { number, name } = extensionOf(context, argument);
    return {
      pbx_id: context.account.pbxId,
      number: Number(number),
      name,
      caller_id: context.account.dids[0] ?? '',
      caller_id_app_change: 'true',
      caller_id_by_direction: 'false',
      lines: '3',
      ip_restriction: 'false',
      record_store: context.account.recordings ? 'Without recognition' : 'false',
      record_email: 'false',
      supervisor_status: 0,
    };
  },

  'GET pbx/internal/*/password': (context, _params, argument) => {
    if (context.faults.noPassword) throw new ApiError('Access denied', 403);
    const { number, password } = extensionOf(context, argument);
    return { sip: number, password };
  },

  'GET request/callback': (context, params) => {
    const { account } = context;
    const from = params.get('from') ?? '';
    const known = findExtension(account, from);
    // A wrong `from` is answered as if `to` were wrong (section 2.6, KRAYIN).
    if (known === undefined && !/^\+?\d{7,15}$/.test(from)) throw new ApiError('Check your phone number');
    const to = phoneParam(params, 'to');
    const sip = params.get('sip');
    if (sip !== undefined && !/^\d{3,5}$/.test(sip)) throw new ApiError('Field sip could be only SIP or PBX number');
    context.callbacks.push({ from, to, at: context.now() });
    if (known !== undefined) context.callback(known.number, to);
    return { from, to: digits(to), time: Math.floor(context.now() / 1000) };
  },

  'GET pbx/record/request': (context, params) => {
    const ids = recordIds(params);
    const lifetime = Number(params.get('lifetime') ?? 1800);
    if (!Number.isInteger(lifetime) || lifetime < 180 || lifetime > 5_184_000) throw new ApiError('Check lifetime');
    const ready = context.recordings.ready(ids);
    if (ready.length === 0) throw new ApiError('File not found', 404);
    const links = ready.map((recording) => {
      const { token, callId } = context.recordings.link(recording.callId, lifetime);
      return `${context.origin()}/v1/pbx/record/download/${token}/${callId}.mp3`;
    });
    const lifetime_till = wallClock(context.now() + lifetime * 1000, context.account.timezone);
    return 'callId' in ids ? { link: links[0], lifetime_till } : { links, lifetime_till };
  },

  'DELETE pbx/record/request': (context, params) => {
    const ids = recordIds(params);
    const ready = context.recordings.ready(ids);
    if (ready.length === 0) throw new ApiError('File not found', 404);
    for (const recording of ready) context.recordings.remove(recording.callId);
    const names = ready.map((recording) => `${recording.callId}.mp3`);
    return 'callId' in ids ? { file_name: names[0] } : { deleted_files: names, failed_files: [] };
  },
};
