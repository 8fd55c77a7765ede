// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto';
import type { Account } from './account.ts';
import { noWebhookFaults, type WebhookEncoding, type WebhookFault, type WebhookFaults } from './faults.ts';
import { webhookSignature } from './sign.ts';

export type Fields = Readonly<Record<string, string>>;

/** One delivery (or the decision not to deliver), as tests and the control page see it. */
export type WebhookRecord = {
  readonly id: number;
  /** UTC milliseconds when the POST left. */
  readonly at: number;
  readonly event: string;
  readonly fields: Fields;
  readonly url: string | null;
  readonly encoding: WebhookEncoding;
  readonly signature: string | null;
  /** HTTP status of the answer; null when there was none. */
  readonly status: number | null;
  readonly body: string;
  /** The answer as a JSON object, null for anything else. */
  readonly answer: Readonly<Record<string, unknown>> | null;
  readonly ms: number;
  /** `sent`, or why nothing was: no URL is set, the account's flag is off, the event was lost, the request failed. */
  readonly outcome: 'sent' | 'no-url' | 'flag-off' | 'lost' | 'failed';
};

export type SendOptions = Partial<WebhookFault> & { readonly url?: string };

/** The flags of `pbx/callinfo/notifications`; RECORD and IVR have none (section 2.5). */
export const NOTIFICATION_FLAGS: Readonly<Record<string, string>> = {
  NOTIFY_START: 'notify_start',
  NOTIFY_INTERNAL: 'notify_internal',
  NOTIFY_END: 'notify_end',
  NOTIFY_OUT_START: 'notify_out_start',
  NOTIFY_OUT_END: 'notify_out_end',
  NOTIFY_ANSWER: 'notify_answer',
};

type Held = { readonly release: () => void };

/** Signs notifications and POSTs them, in order within one call, with whatever fault is switched on. */
export class Webhooks {
  readonly log: WebhookRecord[] = [];
  readonly faults: WebhookFaults;
  readonly flags: Record<string, 'true' | 'false'> = Object.fromEntries(
    Object.values(NOTIFICATION_FLAGS).map((name) => [name, 'true']),
  );
  /** Call notifications and the other events go to two URLs of their own (section 2.5). */
  readonly urls: { callinfo: string | null; events: string | null };
  readonly #account: Account;
  readonly #chains = new Map<string, Promise<unknown>>();
  readonly #held = new Map<string, Held>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #abort = new AbortController();
  #nextId = 1;

  constructor(account: Account, urls: { callinfo: string | null; events: string | null }, encoding?: WebhookEncoding) {
    this.#account = account;
    this.urls = urls;
    this.faults = noWebhookFaults(encoding);
  }

  /**
   * Sends one event and resolves when its answer is there (with `twice`: the second answer). Never rejects: what went
   * wrong stands in `outcome`.
   */
  async send(event: string, fields: Fields, options: SendOptions = {}): Promise<WebhookRecord> {
    const fault: WebhookFault = { ...this.faults, ...this.faults.perEvent[event], ...options };
    const isCall = event.startsWith('NOTIFY_');
    const url = options.url ?? (isCall ? this.urls.callinfo : this.urls.events);
    const flag = NOTIFICATION_FLAGS[event];
    const none = {
      event,
      fields,
      url,
      encoding: fault.encoding,
      signature: null,
      status: null,
      body: '',
      answer: null,
    };
    const skip = (outcome: WebhookRecord['outcome']): WebhookRecord =>
      this.#record({ ...none, at: Date.now(), ms: 0, outcome });
    if (url === null) return skip('no-url');
    if (flag !== undefined && this.flags[flag] === 'false') return skip('flag-off');
    if (fault.lost) return skip('lost');

    const key = fields.pbx_call_id ?? '';
    const post = (): Promise<WebhookRecord> => this.#post(event, fields, url, fault);
    const deliver = async (): Promise<WebhookRecord> => {
      const first = await post();
      return fault.twice ? post() : first;
    };
    if (fault.lateMs > 0) return this.#after(fault.lateMs).then(deliver);
    const held = this.#held.get(key);
    if (fault.outOfOrder && held === undefined) return this.#hold(key).then(deliver);
    const result = this.#inOrder(key, deliver);
    if (held !== undefined) void result.then(held.release);
    return result;
  }

  /**
   * The check the platform makes before it accepts a URL: the body must be the echo and nothing else (section 3.1).
   * Grade C says the check can come by POST too, so both are offered.
   */
  async echoCheck(url: string, method: 'GET' | 'POST' = 'GET'): Promise<boolean> {
    const echo = randomBytes(8).toString('hex');
    try {
      const target = new URL(url);
      if (method === 'GET') target.searchParams.set('zd_echo', echo);
      const response = await fetch(target, {
        method,
        ...(method === 'POST' ? { body: new URLSearchParams({ zd_echo: echo }) } : {}),
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(5000)]),
      });
      const body = Buffer.from(await response.arrayBuffer());
      return response.status === 200 && body.equals(Buffer.from(echo));
    } catch {
      return false;
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#abort.abort();
  }

  #after(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }

  #hold(key: string): Promise<void> {
    return new Promise((resolve) => {
      const release = (): void => {
        if (this.#held.get(key)?.release === release) this.#held.delete(key);
        resolve();
      };
      this.#held.set(key, { release });
      void this.#after(3000).then(release);
    });
  }

  #inOrder(key: string, deliver: () => Promise<WebhookRecord>): Promise<WebhookRecord> {
    const result = (this.#chains.get(key) ?? Promise.resolve()).then(deliver);
    this.#chains.set(key, result);
    void result.then(() => {
      if (this.#chains.get(key) === result) this.#chains.delete(key);
    });
    return result;
  }

  async #post(event: string, fields: Fields, url: string, fault: WebhookFault): Promise<WebhookRecord> {
    const secret = fault.forged ? `not-${this.#account.secret}` : this.#account.secret;
    const signature = fault.unsigned ? null : webhookSignature(secret, event, fields);
    const { type, body } = encodeBody({ event, ...fields }, fault.encoding);
    const at = Date.now();
    const started = performance.now();
    const base = { at, event, fields, url, encoding: fault.encoding, signature };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type, ...(signature === null ? {} : { signature }) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#abort.signal, AbortSignal.timeout(15_000)]),
      });
      const text = await response.text();
      const ms = performance.now() - started;
      return this.#record({
        ...base,
        status: response.status,
        body: text.slice(0, 4096),
        answer: readObject(text),
        ms,
        outcome: 'sent',
      });
    } catch (error) {
      const ms = performance.now() - started;
      return this.#record({ ...base, status: null, body: String(error), answer: null, ms, outcome: 'failed' });
    }
  }

  #record(entry: Omit<WebhookRecord, 'id'>): WebhookRecord {
    const record = { id: this.#nextId++, ...entry };
    this.log.push(record);
    if (this.log.length > 2000) this.log.shift();
    return record;
  }
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function encodeBody(fields: Fields, encoding: WebhookEncoding): { type: string; body: string } {
  if (encoding === 'json') return { type: 'application/json', body: JSON.stringify(fields) };
  if (encoding === 'form') {
    return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams({ ...fields }).toString() };
  }
  const boundary = `------------------------${randomBytes(8).toString('hex')}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, body: `${parts.join('')}--${boundary}--\r\n` };
}
