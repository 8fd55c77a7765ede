// SPDX-License-Identifier: MIT
import { type ApiContext, ApiError, type Params, type Run } from './types.ts';

const HOOKS = {
  number_lookup: 'false',
  call_tracking: 'false',
  sms: 'true',
  speech_recognition: 'false',
  document: 'false',
};

function urlParam(params: Params): string {
  const url = params.get('url') ?? '';
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new ApiError('Check url');
  return url;
}

async function setUrl(context: ApiContext, kind: 'callinfo' | 'events', params: Params): Promise<{ url: string }> {
  const url = urlParam(params);
  if (!(await context.webhooks.echoCheck(url))) throw new ApiError('Url check failed');
  context.webhooks.urls[kind] = url;
  return { url };
}

/** The two callback URLs of the account and the flags of the first (section 2.5). */
export const notificationMethods: Readonly<Record<string, Run>> = {
  'GET pbx/callinfo': ({ webhooks }) => ({
    url: webhooks.urls.callinfo ?? '',
    notifications: { ...webhooks.flags },
  }),

  'POST pbx/callinfo/url': (context, params) => setUrl(context, 'callinfo', params),

  'DELETE pbx/callinfo/url': ({ webhooks }) => {
    const url = webhooks.urls.callinfo ?? '';
    webhooks.urls.callinfo = null;
    return { url };
  },

  'POST pbx/callinfo/notifications': ({ webhooks }, params) => {
    for (const [name, value] of params) {
      if (!Object.hasOwn(webhooks.flags, name)) continue;
      if (value !== 'true' && value !== 'false') throw new ApiError(`Check ${name}`);
      webhooks.flags[name] = value;
    }
    return { notifications: { ...webhooks.flags } };
  },

  'GET pbx/webhooks': ({ webhooks }) => ({ url: webhooks.urls.events ?? '', hooks: HOOKS }),

  'POST pbx/webhooks/url': (context, params) => setUrl(context, 'events', params),

  'DELETE pbx/webhooks/url': ({ webhooks }) => {
    const url = webhooks.urls.events ?? '';
    webhooks.urls.events = null;
    return { url };
  },
};
