// SPDX-License-Identifier: MIT
import { findExtension } from '../account.ts';
import { type ApiContext, ApiError, type Params, type Run } from './types.ts';

type Redirection = { readonly type: string; readonly destination: string; readonly condition: string };

/** What was set, for as long as the sandbox runs. */
const redirections = new WeakMap<ApiContext, Map<string, Redirection>>();

function numberOf(context: ApiContext, params: Params): string {
  const extension = findExtension(context.account, params.get('pbx_number') ?? '');
  if (extension === undefined) throw new ApiError('Wrong pbx number');
  return extension.number;
}

/** `type`, `destination` and `condition` are absent when off (section 2.5). */
function show(context: ApiContext, extension: string): Record<string, unknown> {
  const set = redirections.get(context)?.get(extension);
  const pbx = { pbx_id: String(context.account.pbxId), pbx_name: extension };
  return set === undefined ? { current_status: 'off', ...pbx } : { current_status: 'on', ...pbx, ...set };
}

/** Section 2.5: forwarding of an extension by the PBX. */
export const redirectionMethods: Readonly<Record<string, Run>> = {
  'GET pbx/redirection': (context, params) => show(context, numberOf(context, params)),

  'POST pbx/redirection': (context, params) => {
    const extension = numberOf(context, params);
    const known = redirections.get(context) ?? new Map<string, Redirection>();
    redirections.set(context, known);
    if (params.get('status') === 'off') {
      known.delete(extension);
      return show(context, extension);
    }
    if (params.get('status') !== 'on') throw new ApiError('Wrong status');
    const [type = '', destination = '', condition = ''] = ['type', 'destination', 'condition'].map((name) =>
      params.get(name),
    );
    if (!['phone', 'voicemail', 'menu', 'sip', 'sip_uri'].includes(type)) throw new ApiError('Wrong type');
    if (!['always', 'noanswer'].includes(condition)) throw new ApiError('Wrong condition');
    if (type === 'phone' && !/^\d{5,15}$/.test(destination)) throw new ApiError("Check phone's number");
    known.set(extension, { type, destination, condition });
    return show(context, extension);
  },
};
