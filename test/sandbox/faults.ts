// SPDX-License-Identifier: MIT
/** What may be wrong with the REST API at the moment. Tests write to these fields; so does the control page. */
export type ApiFaults = {
  /** Answer 502 with an HTML page. */
  html: boolean;
  /** Close the socket without an answer. */
  down: boolean;
  /** Milliseconds before each answer. */
  slow: number;
  emptyBody: boolean;
  unauthorized: boolean;
  rateLimited: boolean;
  /** HTTP 200 with `status:error`, megacall-api.md section 1.5. */
  rateLimitedAs200: boolean;
  /** `GET pbx/internal/<EXT>/password/` is refused. */
  noPassword: boolean;
  truncatedJson: boolean;
  /** The server's clock against the real one, in milliseconds: Date header and `info/timezone`. */
  skewMs: number;
  /** Limits the faults to paths that begin so; empty for all. */
  only: string;
};

export function noApiFaults(): ApiFaults {
  return {
    html: false,
    down: false,
    slow: 0,
    emptyBody: false,
    unauthorized: false,
    rateLimited: false,
    rateLimitedAs200: false,
    noPassword: false,
    truncatedJson: false,
    skewMs: 0,
    only: '',
  };
}

export type WebhookEncoding = 'form' | 'multipart' | 'json';

/** What goes wrong on the way of one notification. */
export type WebhookFault = {
  /** Held back so many milliseconds while later events of the call overtake it. */
  lateMs: number;
  twice: boolean;
  /** Sent after the next event of the same call (or after three seconds when none comes). */
  outOfOrder: boolean;
  lost: boolean;
  /** Signed with a secret that is not the account's. */
  forged: boolean;
  unsigned: boolean;
  encoding: WebhookEncoding;
};

/** Faults of all events, and those of single events by name, which win. */
export type WebhookFaults = WebhookFault & { perEvent: Record<string, Partial<WebhookFault>> };

export function noWebhookFaults(encoding: WebhookEncoding = 'form'): WebhookFaults {
  return {
    lateMs: 0,
    twice: false,
    outOfOrder: false,
    lost: false,
    forged: false,
    unsigned: false,
    encoding,
    perEvent: {},
  };
}

/**
 * Writes those entries of `patch` into `target` that it knows, with the type they have there: what the control page
 * sends is data from outside.
 *
 * @returns the names that were not accepted.
 */
export function applyPatch(target: object, patch: object): string[] {
  const refused: string[] = [];
  for (const [name, value] of Object.entries(patch)) {
    const current: unknown = Reflect.get(target, name);
    if (Object.hasOwn(target, name) && typeof value === typeof current && value !== null) {
      Reflect.set(target, name, value);
    } else refused.push(name);
  }
  return refused;
}
