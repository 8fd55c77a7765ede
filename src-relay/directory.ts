// SPDX-License-Identifier: MIT
import { canonical } from '../src-shared/numbers/canonical.ts';
import type { DirectoryEntry } from '../src-shared/rules/team.ts';
import type { Directory, NumberedEntry, Team } from './parts.ts';
import type { Kv, KvValue } from './store/api.ts';

/** Names longer than this are cut: a phone shows forty characters. */
const LONGEST_NAME = 200;
/** So many entries are written at once, so that a store with group commit has something to group. */
const AT_ONCE = 256;
/** Fewer digits are extensions, short codes and emergency numbers. */
const SHORTEST_LISTED = 6;

type Stored = Omit<DirectoryEntry, 'blacklisted'>;
type Listed = { readonly by: string; readonly at: number };

/**
 * Who is behind a number, for a company: names and responsibles in one bucket, the blacklist in another. Keys are the
 * digits of E.164; numbers that are none (extensions, unreadable ones) stand under their own digits.
 *
 * @param now UTC milliseconds: an entry that claims to be from later is taken to be from now, so that a desktop whose
 *   clock is ahead does not lock it
 */
export function createDirectory(kv: Kv, team: Pick<Team, 'settings'>, now: () => number): Directory {
  const keyFor = async (tenant: string, number: string): Promise<string | null> =>
    keyOf(tenant, number, (await team.settings(tenant)).country);

  return {
    async get(tenant, number) {
      const key = await keyFor(tenant, number);
      if (key === null) return null;
      const [stored, listed] = await Promise.all([kv.get('directory', key), kv.get('blacklist', key)]);
      if (stored === null && listed === null) return null;
      const known = stored === null ? { name: '', responsible: null, updatedAt: 0 } : readEntry(stored);
      return { ...known, blacklisted: listed !== null };
    },

    async put(tenant, entries, ttlMs) {
      const { country } = await team.settings(tenant);
      const newest = newestByKey(tenant, entries, country, now());
      let kept = 0;
      for (let start = 0; start < newest.length; start += AT_ONCE) {
        const some = newest.slice(start, start + AT_ONCE);
        const written = await Promise.all(some.map(([key, entry]) => putNewest(kv, key, entry, ttlMs)));
        kept += written.filter(Boolean).length;
      }
      return kept;
    },

    async setBlacklisted(tenant, number, on, by) {
      const key = await keyFor(tenant, number);
      if (key === null || key.length - tenant.length - 1 < SHORTEST_LISTED) return false;
      if (on) await kv.put('blacklist', key, JSON.stringify({ by, at: now() } satisfies Listed), null);
      else await kv.remove('blacklist', key);
      return true;
    },

    async blacklist(tenant, after, limit) {
      const from = after === null ? null : `${tenant}/${after.replace(/\D/g, '')}`;
      const listed = await kv.list('blacklist', `${tenant}/`, from, limit);
      return Promise.all(
        listed.map(async ({ key }) => {
          const stored = await kv.get('directory', key);
          return { number: numberOf(key.slice(tenant.length + 1)), name: stored ? readEntry(stored).name : '' };
        }),
      );
    },
  };
}

/** null for a withheld number, and for codes with `*` or `#`. */
function keyOf(tenant: string, number: string, country: string): string | null {
  const digits = canonical(number, country).replace(/^\+/, '');
  return /^\d{1,20}$/.test(digits) ? `${tenant}/${digits}` : null;
}

/** As people are to see it: the key of a number that is valid with a `+` lost only that. */
function numberOf(digits: string): string {
  return canonical(`+${digits}`, '') === canonical(digits, '') ? `+${digits}` : digits;
}

/** The newest entry for each key, cleaned. */
function newestByKey(tenant: string, entries: readonly NumberedEntry[], country: string, now: number) {
  const newest = new Map<string, Stored>();
  for (const { number, entry } of entries) {
    const key = keyOf(tenant, number, country);
    const updatedAt = Math.min(entry.updatedAt, now);
    if (key === null || (newest.get(key)?.updatedAt ?? -1) >= updatedAt) continue;
    const name = entry.name.slice(0, LONGEST_NAME).toWellFormed();
    newest.set(key, { name, responsible: entry.responsible, updatedAt });
  }
  return [...newest];
}

/** False when what is there is as new. Whoever loses a race reads again, so that the newest stays. */
async function putNewest(kv: Kv, key: string, entry: Stored, ttlMs: number | undefined): Promise<boolean> {
  for (;;) {
    const stored = await kv.get('directory', key);
    if (stored !== null && readEntry(stored).updatedAt >= entry.updatedAt) return false;
    if (await kv.put('directory', key, JSON.stringify(entry), stored?.revision ?? 0, ttlMs)) return true;
  }
}

function readEntry({ value }: Pick<KvValue, 'value'>): Stored {
  const { name, responsible, updatedAt } = JSON.parse(value) as Stored;
  return { name, responsible, updatedAt };
}
