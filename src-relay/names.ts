// SPDX-License-Identifier: MIT
import { nameIn } from './names-reply.ts';
import type { NamesRequest } from './names-request.ts';

/** "Names by number": what the company's CRM calls a number the directory does not know. */
export type Names = {
  /**
   * The name, '' when the CRM has none; null when it could not be asked or did not answer. Never rejects. It may take
   * seconds: whoever has less time races it, and finds the name in the directory at the next call.
   *
   * @param template the company's address, `{number}` in its path or query
   * @param number E.164
   */
  ask(tenant: string, template: string, number: string): Promise<string | null>;
  close(): void;
};

export type NamesOptions = {
  readonly request: NamesRequest;
  /** Milliseconds of a clock that is never set. */
  readonly now?: () => number;
  readonly timeoutMs?: number;
  readonly log: { warn(message: string, fields?: Readonly<Record<string, unknown>>): void };
};

const TIMEOUT_MS = 5_000;
/** A number without a name is not asked again for so long; nor is one whose question failed. */
const NOBODY_MS = 5 * 60_000;
const FAILED_MS = 30_000;
const MOST_REMEMBERED = 20_000;
/** Questions a company may have open: a CRM that hangs must not fill the relay with waiting. */
const MOST_OPEN = 20;
/** After so many failures in a row the CRM is left alone for a while. */
const FAILURES = 5;

type Health = { open: number; failures: number; restUntil: number };

export function createNames(options: NamesOptions): Names {
  const { request, now = () => performance.now(), timeoutMs = TIMEOUT_MS, log } = options;
  const remembered = new Map<string, { readonly name: string | null; readonly until: number }>();
  const asked = new Map<string, Promise<string | null>>();
  const healths = new Map<string, Health>();

  const remember = (key: string, name: string | null): void => {
    remembered.delete(key);
    remembered.set(key, { name, until: now() + (name === null ? FAILED_MS : NOBODY_MS) });
    const oldest = remembered.size > MOST_REMEMBERED ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
  };

  const fetchName = async (tenant: string, template: string, number: string): Promise<string | null> => {
    const url = urlFor(template, number);
    if (url === null) return null;
    try {
      const { contentType, body } = await request.get(url, timeoutMs);
      const name = nameIn(contentType, body, number);
      if (name === null) throw new Error('no name in the answer');
      return name;
    } catch (error) {
      // The address may hold a key, and does hold the number: only what went wrong is told.
      log.warn('names by number failed', { tenant, why: error instanceof Error ? error.message : 'unknown' });
      return null;
    }
  };

  const question = async (tenant: string, template: string, number: string): Promise<string | null> => {
    const health = healths.get(tenant) ?? { open: 0, failures: 0, restUntil: 0 };
    healths.set(tenant, health);
    if (health.open >= MOST_OPEN || health.restUntil > now()) return null;
    health.open++;
    const name = await fetchName(tenant, template, number);
    health.open--;
    health.failures = name === null ? health.failures + 1 : 0;
    if (health.failures >= FAILURES) health.restUntil = now() + FAILED_MS;
    remember(`${tenant} ${template} ${number}`, name);
    return name;
  };

  return {
    async ask(tenant, template, number) {
      const key = `${tenant} ${template} ${number}`;
      const known = remembered.get(key);
      if (known !== undefined && known.until > now()) return known.name;
      const running = asked.get(key);
      if (running !== undefined) return running;
      const started = question(tenant, template, number).finally(() => asked.delete(key));
      asked.set(key, started);
      return started;
    },
    close: () => request.close(),
  };
}

/** null for a template that is no address. The number is always data: in the path or query, percent-encoded. */
export function urlFor(template: string, number: string): URL | null {
  const encoded = encodeURIComponent(number);
  const joint = template.includes('?') ? '&' : '?';
  const text = template.includes('{number}')
    ? template.replaceAll('{number}', encoded)
    : `${template}${joint}number=${encoded}`;
  return URL.canParse(text) ? new URL(text) : null;
}
