// SPDX-License-Identifier: MIT

import type { Account, Sandbox } from './index.ts';
import { requestSignature } from './sign.ts';

export type Reply = {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON, null when it is none. */
  readonly json: Readonly<Record<string, unknown>> | null;
};

/** A signed request to the sandbox's REST API, for tests and scripts: parameters in the query of a GET, else in the body. */
export async function signedRequest(
  sandbox: { readonly url: string; readonly account: Pick<Account, 'key' | 'secret'> },
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  params: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const pairs = Object.entries(params);
  const wire = new URLSearchParams(params).toString();
  const signature = requestSignature(sandbox.account.secret, path, pairs);
  const inQuery = method === 'GET' && wire !== '';
  const response = await fetch(`${sandbox.url}${path}${inQuery ? `?${wire}` : ''}`, {
    method,
    headers: {
      authorization: `${sandbox.account.key}:${signature}`,
      ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(method === 'GET' ? {} : { body: wire }),
  });
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: readObject(text) };
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Waits until `check` gives something, polling; throws after `ms`. */
export async function until<T>(check: () => T | null | undefined | false, what: string, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = check();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Names of the events sent so far, in order. */
export function sentEvents(sandbox: Sandbox): string[] {
  return sandbox.webhooks.log.filter((entry) => entry.outcome === 'sent').map((entry) => entry.event);
}
