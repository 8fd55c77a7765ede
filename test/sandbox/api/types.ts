// SPDX-License-Identifier: MIT
import type { Account } from '../account.ts';
import type { ApiFaults } from '../faults.ts';
import type { History } from '../history.ts';
import type { Recordings } from '../recordings.ts';
import type { Webhooks } from '../webhooks.ts';

/** What a broken front end answers. */
export const HTML_502 = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** One request as it came, for tests to read. */
export type ApiLogEntry = {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly body: string;
  /** Null when a fault answered before the signature was looked at. */
  authOk: boolean | null;
  /** 0 when the socket was closed without an answer. */
  status: number;
};

/** Requests in a sliding window; the platform's are 100 and 3 a minute (section 1.5). */
export type Limits = { readonly general: number; readonly statistics: number; readonly windowMs: number };

export type CallbackRequest = { readonly from: string; readonly to: string; readonly at: number };

export type ApiContext = {
  readonly account: Account;
  readonly variant: 'text' | 'numbers';
  readonly trailingSlash: 'required' | 'optional';
  readonly limits: Limits;
  readonly rateLimitAs200: boolean;
  readonly faults: ApiFaults;
  readonly log: ApiLogEntry[];
  readonly callbacks: CallbackRequest[];
  readonly webhooks: Webhooks;
  readonly history: History;
  readonly recordings: Recordings;
  /** The server's clock: the real one plus the `skewMs` fault. */
  now(): number;
  /** Origin of the server, for links. */
  origin(): string;
  isOnline(extension: string): boolean;
  /** Places the call of `request/callback` when there is a switch. */
  callback(from: string, to: string): void;
};

/** An answer with `status: error`. */
export class ApiError extends Error {
  readonly httpStatus: number;
  constructor(message: string, httpStatus = 400) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

export type Params = ReadonlyMap<string, string>;

/** Returns the body without its `status`; `argument` is the variable part of the path. */
export type Run = (
  context: ApiContext,
  params: Params,
  argument: string,
) => Record<string, unknown> | Promise<Record<string, unknown>>;
