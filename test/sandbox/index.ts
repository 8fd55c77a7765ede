// SPDX-License-Identifier: MIT
import fastify from 'fastify';
import { type Account, makeAccount } from './account.ts';
import { mountApi } from './api/server.ts';
import type { ApiContext, ApiLogEntry, CallbackRequest, Limits } from './api/types.ts';
import { type Calls, makeCalls } from './calls.ts';
import { mountControl } from './control/routes.ts';
import { type ApiFaults, noApiFaults, type WebhookEncoding } from './faults.ts';
import { History } from './history.ts';
import { Recordings } from './recordings.ts';
import { makeSwitch, type SandboxSwitch } from './sip/switch.ts';
import { Webhooks } from './webhooks.ts';

export type { Account, SandboxExtension } from './account.ts';
export type { ApiLogEntry, CallbackRequest, Limits } from './api/types.ts';
export type { Answer, Calls, EndOptions, IncomingCall, OutgoingCall } from './calls.ts';
export type { ApiFaults, WebhookEncoding, WebhookFault, WebhookFaults } from './faults.ts';
export type { HistoryRow } from './history.ts';
export type { Recording } from './recordings.ts';
export type { SendOptions, WebhookRecord } from './webhooks.ts';

export type SipAddress = { readonly wssUrl: string; readonly domain: string; readonly realm: string };

export type SandboxOptions = {
  /** 0 (any free one) by default. */
  readonly port?: number;
  readonly account?: Partial<Account>;
  /** JSON types as seen in the field, or as OAS states them (megacall-api.md section 2.13). */
  readonly variant?: 'text' | 'numbers';
  /** `required` (default): a path without its last slash gets a 404 page. */
  readonly trailingSlash?: 'required' | 'optional';
  readonly limits?: Partial<Limits>;
  /** Too many requests are answered 200 with `status:error` instead of 429. */
  readonly rateLimitAs200?: boolean;
  /** Where call notifications go; no `zd_echo` check is made for it. */
  readonly webhookUrl?: string;
  /** Where SMS and the other events go; the same as `webhookUrl` when not given. */
  readonly eventsUrl?: string;
  readonly webhookEncoding?: WebhookEncoding;
  /** The switch: true by default; false for none; an address when another switch (Kamailio) is used. */
  readonly sip?: boolean | SipAddress;
  /** SIP domain and digest realm of our own switch. */
  readonly sipDomain?: string;
  /** How long an extension or the customer rings before "no answer". 30 s. */
  readonly ringTimeoutMs?: number;
  /** NOTIFY_RECORD so long after the end (2 s), the file so long after that (3 s). */
  readonly recordDelays?: { readonly notifyMs: number; readonly readyMs: number };
};

export type Sandbox = {
  /** Origin without a slash at the end: the app's API base URL. */
  readonly url: string;
  readonly controlUrl: string;
  readonly account: Account;
  readonly sip: SipAddress | null;
  /** Both kinds of notification; null for nowhere. */
  setWebhookUrl(url: string | null): void;
  readonly calls: Calls;
  readonly webhooks: Webhooks;
  readonly api: {
    readonly log: ApiLogEntry[];
    readonly faults: ApiFaults;
    /** Accepted `request/callback` requests. */
    readonly callbacks: CallbackRequest[];
  };
  readonly recordings: Recordings;
  readonly history: History;
  readonly switch: SandboxSwitch | null;
  stop(): Promise<void>;
};

/** Starts a Megacall of our own on the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const account = makeAccount(options.account);
  const history = new History();
  const recordings = new Recordings();
  const urls = { callinfo: options.webhookUrl ?? null, events: options.eventsUrl ?? options.webhookUrl ?? null };
  const webhooks = new Webhooks(account, urls, options.webhookEncoding);
  const calls = makeCalls({ account, webhooks, history, recordings });
  const faults = noApiFaults();
  const api = { log: [] as ApiLogEntry[], faults, callbacks: [] as CallbackRequest[] };

  const app = fastify({ bodyLimit: 10 * 1024 * 1024, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const domain = options.sipDomain ?? 'pbx.sandbox.test';
  const sipSwitch =
    (options.sip ?? true) === true
      ? makeSwitch({
          server: app.server,
          account,
          calls,
          domain,
          ringTimeoutMs: options.ringTimeoutMs ?? 30_000,
          recordDelays: options.recordDelays ?? { notifyMs: 2000, readyMs: 3000 },
        })
      : null;

  let origin = '';
  const context: ApiContext = {
    ...api,
    account,
    webhooks,
    history,
    recordings,
    variant: options.variant ?? 'text',
    trailingSlash: options.trailingSlash ?? 'required',
    limits: { general: 100, statistics: 3, windowMs: 60_000, ...options.limits },
    rateLimitAs200: options.rateLimitAs200 ?? false,
    now: () => Date.now() + faults.skewMs,
    origin: () => origin,
    // With a switch of somebody else's nothing is known: the extensions count as registered.
    isOnline: (extension) => sipSwitch?.isRegistered(extension) ?? true,
    callback: (from, to) => sipSwitch?.callback(from, to),
  };
  mountApi(app, context);

  const sandbox = {
    account,
    calls,
    webhooks,
    api,
    recordings,
    history,
    switch: sipSwitch,
    setWebhookUrl: (url: string | null): void => {
      webhooks.urls.callinfo = url;
      webhooks.urls.events = url;
    },
    stop: async (): Promise<void> => {
      webhooks.stop();
      sipSwitch?.close();
      await app.close();
    },
  };
  // The address is known only after the server listens, and routes can only be mounted before.
  let running: Sandbox | null = null;
  mountControl(app, () => running);
  origin = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const own: SipAddress = { wssUrl: `${origin.replace('http', 'ws')}/sip`, domain, realm: domain };
  const sip = typeof options.sip === 'object' ? options.sip : sipSwitch === null ? null : own;
  running = { ...sandbox, url: origin, controlUrl: `${origin}/control/`, sip };
  return running;
}
