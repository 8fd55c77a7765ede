// SPDX-License-Identifier: MIT
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../node_modules/playwright-core/types/protocol.d.ts';

export type { Protocol };

type Methods = Protocol.CommandParameters;
type Method = keyof Methods & keyof Protocol.CommandReturnValues & string;
export type CdpEvents = Protocol.Events;
type Listener = (method: string, params: unknown) => void;
type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** One attached target (or the browser itself when `id` is undefined). */
export type CdpSession = {
  send<M extends Method>(method: M, params: Methods[M]): Promise<Protocol.CommandReturnValues[M]>;
  /** Sends without waiting: the answer, also an error (the page is gone), is dropped. */
  post<M extends Method>(method: M, params: Methods[M]): void;
  on<E extends keyof CdpEvents & string>(event: E, listener: (params: CdpEvents[E]) => void): void;
};

/**
 * The DevTools protocol over Chromium's pipe: no HTTP, no frames, one JSON text a message ended by a NUL byte. It is the
 * shortest way into a page, and Chromium ends by itself when the pipe closes, so nothing outlives the double.
 */
export class Cdp {
  #next = 1;
  readonly #out: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, Map<string, Listener[]>>();
  #closed = false;

  constructor(out: Writable, input: Readable) {
    this.#out = out;
    let parts: Buffer[] = [];
    input.on('data', (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
        parts.push(chunk.subarray(start, end));
        this.#receive((parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)).toString());
        parts = [];
        start = end + 1;
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    });
    input.on('close', () => this.#close());
    input.on('error', () => this.#close());
    out.on('error', () => this.#close());
  }

  session(sessionId?: string): CdpSession {
    const key = sessionId ?? '';
    const listeners = new Map<string, Listener[]>();
    this.#listeners.set(key, listeners);
    return {
      send: (method, params) =>
        new Promise((resolve, reject) => {
          if (this.#closed) return reject(new Error('Chromium is gone'));
          const id = this.#write(method, params, sessionId);
          this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        }),
      post: (method, params) => {
        if (!this.#closed) this.#write(method, params, sessionId);
      },
      on: (event, listener) => {
        const known = listeners.get(event) ?? [];
        known.push((_method, params) => listener(params as never));
        listeners.set(event, known);
      },
    };
  }

  forget(sessionId: string): void {
    this.#listeners.delete(sessionId);
  }

  #write(method: string, params: unknown, sessionId: string | undefined): number {
    const id = this.#next++;
    this.#out.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return id;
  }

  #receive(text: string): void {
    const message = JSON.parse(text) as {
      id?: number;
      method?: string;
      params?: unknown;
      result?: unknown;
      error?: { message: string };
      sessionId?: string;
    };
    if (message.id !== undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result);
      return;
    }
    const method = message.method ?? '';
    for (const listener of this.#listeners.get(message.sessionId ?? '')?.get(method) ?? []) {
      listener(method, message.params);
    }
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiting of this.#waiting.values()) waiting.reject(new Error('Chromium is gone'));
    this.#waiting.clear();
  }
}
