// SPDX-License-Identifier: MIT
import { createHash, randomBytes } from 'node:crypto';
import type { Entry, LoggedEntry, RelayStore } from '../../src-relay/store/api.ts';

/** A tenant of its own for each test: the place is the same for all. */
export const newTenant = () => `t${randomBytes(6).toString('hex')}`;

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

export function entry(tenant: string, audience: string, text: string): Entry {
  return { tenant, audience, hash: hashOf(text), receivedAt: 1_800_000_000_000, body: JSON.stringify({ text }) };
}

export const texts = (entries: readonly { readonly body: string }[]): string[] =>
  entries.map(({ body }) => String((JSON.parse(body) as { text?: unknown }).text));

/** Reads page by page, as a desktop resumes. */
export async function readAll(store: RelayStore, tenant: string, audience: string, limit = 500, after = 0) {
  const all: LoggedEntry[] = [];
  for (;;) {
    const page = await store.log.read(tenant, audience, all.at(-1)?.seq ?? after, limit);
    all.push(...page);
    if (page.length === 0) return all;
  }
}
