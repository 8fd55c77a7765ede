// SPDX-License-Identifier: MIT
import type { FastifyInstance } from 'fastify';
import type { Fields } from './body.ts';
import { guardConnections } from './connections.ts';
import { createHttp } from './http.ts';
import { sparing } from './log.ts';
import { isFrom } from './sources.ts';
import { addWebhook, type Outcome } from './webhook.ts';

/** A notification that may be believed as far as its signature goes: see `verified`. */
export type Notification = {
  /** Raw decoded values, as signed. */
  readonly fields: Fields;
  /** False for events whose signature rule is not published: kept, but proof of nothing. */
  readonly verified: boolean;
};

/** What may be answered to NOTIFY_START and NOTIFY_IVR (megacall-api.md section 3.5). */
export type NotifyStartAnswer = {
  readonly redirect?: string;
  readonly return_timeout?: string;
  readonly rewrite_forward_number?: string;
  readonly hangup?: 1;
  readonly caller_name?: string;
};

export type IngressLog = Record<
  'info' | 'warn' | 'error',
  (message: string, fields?: Readonly<Record<string, unknown>>) => void
>;

export type IngressOptions = {
  /** Path of the webhook URL; everything else is a 404. */
  readonly path: string;
  /** The API secret; null while it cannot be read, which is answered with 503. */
  readonly secret: () => Promise<string | null>;
  /** Networks notifications are taken from, CIDR. */
  readonly sources: () => readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed, CIDR; none by default. */
  readonly trustedProxies?: readonly string[];
  /** Keeps the notification. A rejection is answered with 500, so that the PBX may send it again. */
  readonly onNotification: (notification: Notification) => Promise<NotifyStartAnswer | null>;
  readonly log: IngressLog;
};

/** What came in since the start, for the settings screen and for tests. */
export type IngressCounters = Record<'accepted' | 'forged' | 'wrongSource' | 'failed', number>;

export type Ingress = { readonly app: FastifyInstance; readonly counters: () => Readonly<IngressCounters> };

const MAX_CONNECTIONS = 200;
const UNFINISHED_PER_ADDRESS = 100;
const UNVERIFIED_PER_MINUTE = 60;

/** How the outcomes count: a stranger's nonsense is none of the person's business. */
const COUNTED: Readonly<Partial<Record<Outcome, keyof IngressCounters>>> = {
  accepted: 'accepted',
  forged: 'forged',
  wrongSource: 'wrongSource',
  unavailable: 'failed',
  failed: 'failed',
};

/** The HTTP side of a relay with one account, not yet listening: echo check, notifications, nothing else. */
export function createIngress(options: IngressOptions): Ingress {
  const { path, secret, sources, trustedProxies = [], onNotification, log } = options;
  const counters: IngressCounters = { accepted: 0, forged: 0, wrongSource: 0, failed: 0 };
  const warn = sparing(log);
  const app = createHttp({ tls: null, cutOff: true, onRefused: (status) => warn('request refused', { status }) });
  const connections = guardConnections(app.server, {
    max: MAX_CONNECTIONS,
    perAddress: UNFINISHED_PER_ADDRESS,
    isKnown: () => false,
  });
  app.addHook('preValidation', async (request) => connections.spoken(request.raw.socket));
  const secrets = async (): Promise<readonly string[]> => {
    const value = await secret();
    return value === null ? [] : [value];
  };
  addWebhook(app, {
    path,
    senderOf: async () => ({ name: '', secrets, take: onNotification }),
    isFromPbx: (request) => isFrom(request, trustedProxies, sources()),
    count(outcome) {
      const counted = COUNTED[outcome];
      if (counted !== undefined) counters[counted]++;
    },
    unverifiedPerMinute: UNVERIFIED_PER_MINUTE,
    log,
  });
  return { app, counters: () => ({ ...counters }) };
}
