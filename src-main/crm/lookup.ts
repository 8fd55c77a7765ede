// SPDX-License-Identifier: MIT
import { climb } from '../../src-shared/crm/ladder.ts';
import type { CrmRecord, CrmRef, LookupResult } from '../../src-shared/crm/model.ts';
import { numberQuery } from '../../src-shared/crm/number-query.ts';
import { rewrite } from '../../src-shared/crm/rewrite.ts';
import type { ConnectorSettings } from '../../src-shared/crm/settings.ts';
import type { Log } from '../log.ts';
import type { CrmStore } from '../store/crm-api.ts';
import { type Connector, CrmError } from './api.ts';

/** Who a number belongs to, over all connectors. Never in the way of a ring: callers show what is known and fill in. */
export type CrmLookup = {
  /** From the cache alone, however old; null when no connector was ever asked. */
  known(number: string): Promise<LookupResult | null>;
  /**
   * Fresh from the cache, else from the CRMs; the same number asked twice at once is asked once. A CRM that fails is
   * passed over (`failed`), with its last word standing in for it.
   */
  find(
    number: string,
    options?: { readonly fresh?: boolean },
  ): Promise<{ result: LookupResult; failed: readonly string[] }>;
  /**
   * The record of one connector, for a journal entry; null for none.
   *
   * @throws CrmError when the CRM could not be asked, or `refused` when several match and nobody has chosen
   */
  recordOf(connector: string, number: string, fresh?: boolean): Promise<CrmRecord | null>;
  /** Whether a choice for the one is a choice for the other: the same number in two forms. */
  isSame(one: string, other: string): boolean;
  /** The agent's choice among several, kept for this number. */
  choose(number: string, ref: CrmRef): Promise<void>;
  /** Nothing a connector ever said counts any longer, not even what it is just being asked: its account is another. */
  forget(connector: string): Promise<void>;
  /** A record just made is known at once, whatever a CRM's index says. */
  created(number: string, record: CrmRecord): Promise<void>;
};

export type LookupOptions = {
  readonly store: CrmStore;
  readonly connectors: () => readonly { readonly connector: Connector; readonly settings: ConnectorSettings }[];
  /** ISO 3166 country that national numbers belong to. */
  readonly country: () => string;
  readonly isExtension: (number: string) => boolean;
  readonly now: () => number;
  readonly log: Log;
};

/** An answer counts so long; "nobody" less, because that is what a new contact looks like. */
const FRESH_MS = { found: 6 * 60 * 60_000, nobody: 10 * 60_000 } as const;
const ANSWER_MS = 15_000;
/** Why an entry was not written: what the person reads, and what tells these entries from others. */
export const AMBIGUOUS = 'several records have this number: choose one';
const NONE: LookupResult = { state: 'none' };

type Parts = ReturnType<LookupOptions['connectors']>[number];

export function createLookup(options: LookupOptions): CrmLookup {
  const { store, now, log } = options;
  const underWay = new Map<string, Promise<readonly CrmRecord[] | null>>();
  /** How often a connector was forgotten: an answer to an earlier question is not kept. */
  const forgotten = new Map<string, number>();

  const queryFor = ({ settings }: Parts, number: string) =>
    numberQuery(rewrite(number, settings.rewrite), options.country(), settings.match.digits);

  const ask = ({ connector, settings }: Parts, number: string): Promise<readonly CrmRecord[] | null> => {
    const query = queryFor({ connector, settings }, number);
    const key = `${connector.id}/${query.digits}`;
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const since = forgotten.get(connector.id);
    const isCurrent = (): boolean => forgotten.get(connector.id) === since;
    const asked = connector
      .lookup(query, AbortSignal.timeout(ANSWER_MS))
      .then(async (records) => {
        if (connector.instant !== true && isCurrent()) await store.cache(connector.id, query.digits, records, now());
        return records;
      })
      .catch((error: unknown) => {
        const failure = error instanceof CrmError ? error.failure : 'internal';
        log.warn('a CRM could not be asked for a number', { connector: connector.id, failure });
        return null;
      })
      .finally(() => underWay.get(key) === asked && underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };

  const fromCache = async (parts: Parts, number: string) => {
    if (parts.connector.instant === true) return { records: await ask(parts, number), fresh: true };
    const { digits } = queryFor(parts, number);
    const hit = await store.cached(parts.connector.id, digits);
    const age = hit === null ? Number.POSITIVE_INFINITY : now() - hit.at;
    const limit = (hit?.records.length ?? 0) > 0 ? FRESH_MS.found : FRESH_MS.nobody;
    return { records: hit?.records ?? null, fresh: age < limit };
  };

  /** One connector's own rules for its own records, then one answer for all. */
  const judge = async (found: readonly { parts: Parts; records: readonly CrmRecord[] }[], number: string) => {
    const chosen = await store.choice(digitsOf(number));
    const results = found.map(({ parts, records }) => {
      const { match, prefer } = parts.settings;
      const rules = { strategy: match.strategy, country: options.country(), prefer, chosen };
      return climb(queryFor(parts, number), records, rules);
    });
    return together(results);
  };

  const digitsOf = (number: string): string => numberQuery(number, options.country(), 7).digits;
  const asked = (number: string): readonly Parts[] =>
    number === '' || options.isExtension(number)
      ? []
      : options.connectors().filter(({ connector }) => connector.capabilities.lookup);

  return {
    async known(number) {
      const all = await Promise.all(
        asked(number).map(async (parts) => ({ parts, ...(await fromCache(parts, number)) })),
      );
      const found = all.flatMap(({ parts, records }) => (records === null ? [] : [{ parts, records }]));
      return found.length === 0 ? null : judge(found, number);
    },
    async find(number, { fresh = false } = {}) {
      const failed: string[] = [];
      const found = await Promise.all(
        asked(number).map(async (parts) => {
          const cached = await fromCache(parts, number);
          if (cached.records !== null && cached.fresh && !fresh) return { parts, records: cached.records };
          const records = await ask(parts, number);
          if (records === null) failed.push(parts.connector.id);
          return { parts, records: records ?? cached.records ?? [] };
        }),
      );
      return { result: found.length === 0 ? NONE : await judge(found, number), failed };
    },
    async recordOf(connector, number, fresh = false) {
      const parts = asked(number).find((one) => one.connector.id === connector);
      if (parts === undefined) return null;
      const cached = await fromCache(parts, number);
      const isKnown = cached.records !== null && cached.fresh && !fresh;
      const records = isKnown ? cached.records : await ask(parts, number);
      const known = records ?? (fresh ? null : cached.records);
      if (known === null) throw new CrmError('network', 'the number could not be looked up');
      const result = await judge([{ parts, records: known }], number);
      if (result.state === 'ambiguous') throw new CrmError('refused', AMBIGUOUS);
      return result.state === 'one' ? result.record : null;
    },
    isSame: (one, other) => digitsOf(one) === digitsOf(other),
    choose: (number, ref) => store.choose(digitsOf(number), ref),
    async forget(connector) {
      forgotten.set(connector, (forgotten.get(connector) ?? 0) + 1);
      for (const key of underWay.keys()) if (key.startsWith(`${connector}/`)) underWay.delete(key);
      await store.forget(connector, null);
    },
    async created(number, record) {
      const parts = asked(number).find((one) => one.connector.id === record.connector);
      if (parts === undefined || parts.connector.instant === true) return;
      const { digits } = queryFor(parts, number);
      const before = (await store.cached(record.connector, digits))?.records ?? [];
      await store.cache(record.connector, digits, [...before, record], now());
    },
  };
}

/** A choice, or the one record there is; several of several connectors are as ambiguous as several of one. */
function together(results: readonly LookupResult[]): LookupResult {
  const chosen = results.find((result) => result.state === 'one' && result.by === 'chosen');
  if (chosen !== undefined) return chosen;
  const hits = results.filter((result) => result.state !== 'none');
  const [only] = hits;
  if (only === undefined) return NONE;
  if (hits.length === 1) return only;
  return {
    state: 'ambiguous',
    records: hits.flatMap((hit) => (hit.state === 'one' ? [hit.record] : hit.state === 'ambiguous' ? hit.records : [])),
  };
}
