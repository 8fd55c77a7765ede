// SPDX-License-Identifier: MIT
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { signedFields, verifyNotification } from '../src-shared/megacall/signature.ts';
import type { Fields } from './body.ts';
import { bodyFields, plain, queryFields, RETRY_AFTER_S } from './http.ts';
import type { IngressLog, Notification, NotifyStartAnswer } from './ingress.ts';
import { sparing } from './log.ts';
import { RelayError } from './store/api.ts';

/** Whose notifications come to an address. */
export type Sender = {
  /** What its events nobody can verify are counted under, apart from those of others. */
  readonly name: string;
  /**
   * Secrets a signature may have been made with; none, or a rejection: it cannot be checked yet, which is answered with
   * 503. `null` when the sender has proved by other means who it is, and signatures are not looked at.
   */
  readonly secrets: (() => Promise<readonly string[]>) | null;
  /** Keeps the notification. A rejection is answered with 503 or 500, so that the PBX may send it again. */
  readonly take: (notification: Notification) => Promise<NotifyStartAnswer | null>;
};

/** `unavailable`: the relay's own store is full or away; `failed`: a fault of ours. */
export type Outcome = 'accepted' | 'forged' | 'wrongSource' | 'refused' | 'unavailable' | 'failed';

export type WebhookOptions = {
  /** The route's path. */
  readonly path: string;
  /**
   * Whose address this is: `unknown` is answered with 404, `unauthorized` with 401, `stranger` with 403. Asked for the
   * echo too, then without fields.
   */
  readonly senderOf: (
    request: FastifyRequest,
    fields: Fields,
  ) => Promise<Sender | 'unknown' | 'unauthorized' | 'stranger'>;
  readonly isFromPbx: (request: FastifyRequest) => boolean;
  readonly count: (outcome: Outcome) => void;
  /** Of one sender: events nobody can verify are kept, but may not fill the disk. */
  readonly unverifiedPerMinute: number;
  readonly log: IngressLog;
};

const ECHO_LIMIT = 1024;

/** Adds an address of the PBX's notifications: echo check, signature, answer. */
export function addWebhook(app: FastifyInstance, options: WebhookOptions): void {
  const { path, senderOf, count, log } = options;
  const warn = sparing(log);
  let minute = { number: 0, unverified: new Map<string, number>() };

  app.get(path, async (request, reply) => {
    const { zd_echo: echo } = queryFields(request);
    if (echo === undefined) return reply.callNotFound();
    return (await senderOf(request, {})) === 'unknown' ? reply.callNotFound() : sendEcho(reply, echo);
  });

  app.post(path, async (request, reply) => {
    const fields = (await bodyFields(request)) ?? {};
    const sender = await senderOf(request, fields).catch(unreachable);
    if (sender instanceof RelayError) return later(reply, sender.code);
    if (sender === 'unknown') return reply.callNotFound();
    const echo = fields.zd_echo ?? queryFields(request).zd_echo;
    // The check of a new address may come from any machine of the PBX; echoing plain text gives nothing away.
    if (echo !== undefined && fields.event === undefined) return sendEcho(reply, echo);
    if (!options.isFromPbx(request)) return refuse(reply, 403, 'wrongSource');
    if (sender === 'unauthorized') return refuse(reply.header('WWW-Authenticate', 'Bearer'), 401, 'forged');
    if (sender === 'stranger') return refuse(reply, 403, 'forged');
    if (!fields.event) return refuse(reply, 400, 'refused');
    return take(request, reply, fields, fields.event, sender);
  });

  async function take(request: FastifyRequest, reply: FastifyReply, fields: Fields, event: string, sender: Sender) {
    const secrets = sender.secrets === null ? null : await sender.secrets().catch(() => []);
    if (secrets?.length === 0) return later(reply, 'secret not readable');
    const verified = secrets === null || signedFields(event) !== null;
    const { signature } = request.headers;
    const given = typeof signature === 'string' ? signature : null;
    if (verified && secrets !== null && !secrets.some((secret) => verifyNotification(secret, fields, given))) {
      return refuse(reply, 403, 'forged');
    }
    if (!verified && tooManyUnverified(sender.name)) return refuse(reply, 429, 'refused');
    try {
      const answer = await sender.take({ fields, verified });
      count('accepted');
      const isQuestion = /^NOTIFY_(START|IVR)$/i.test(event);
      return isQuestion && answer !== null ? reply.send(answer) : plain(reply, 200, '');
    } catch (error) {
      if (error instanceof RelayError) return later(reply, error.code);
      count('failed');
      log.error('webhook not kept', { error });
      return plain(reply, 500, 'Not kept');
    }
  }

  /** Nothing is kept; the PBX is asked to send it again. */
  function later(reply: FastifyReply, why: string): FastifyReply {
    count('unavailable');
    warn('webhook not taken now', { why });
    return plain(reply.header('Retry-After', RETRY_AFTER_S), 503, 'Not now');
  }

  function refuse(reply: FastifyReply, status: number, outcome: Outcome): FastifyReply {
    count(outcome);
    warn('webhook refused', { outcome, status });
    return plain(reply, status, 'Refused');
  }

  function tooManyUnverified(name: string): boolean {
    const number = Math.floor(performance.now() / 60_000);
    if (minute.number !== number) minute = { number, unverified: new Map() };
    const count = (minute.unverified.get(name) ?? 0) + 1;
    minute.unverified.set(name, count);
    return count > options.unverifiedPerMinute;
  }
}

/** The store's failure as a value; any other is a fault of ours. */
function unreachable(error: unknown): RelayError {
  if (error instanceof RelayError) return error;
  throw error;
}

/** The text exactly, as plain text no browser will take for a page (megacall-api.md section 3.1). */
function sendEcho(reply: FastifyReply, echo: string): FastifyReply {
  return echo.length > ECHO_LIMIT ? plain(reply, 400, 'Too long') : plain(reply, 200, echo);
}
