// SPDX-License-Identifier: MIT
import { sameRecord } from '../../src-shared/crm/ladder.ts';
import type { CrmRecord } from '../../src-shared/crm/model.ts';
import type { Log } from '../log.ts';
import { type Connector, CrmError } from './api.ts';

/** Search over all CRMs as one types: a newer question calls off the older one. */
export type CrmSearch = {
  /** Empty for fewer than two characters, and for a question that a newer one has overtaken. */
  find(text: string): Promise<{ readonly records: readonly CrmRecord[]; readonly failed: readonly string[] }>;
};

const LEAST_CHARACTERS = 2;
const MOST_EACH = 20;
const ANSWER_MS = 8_000;
/** Not before it is whole, so that a CRM is not asked at each of its letters. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/;
/** Typing goes on: CRMs count each question. */
export const PAUSE_MS = 200;

export function createSearch(connectors: () => readonly Connector[], log: Log): CrmSearch {
  let current = new AbortController();

  return {
    async find(text) {
      current.abort();
      const mine = new AbortController();
      current = mine;
      const wanted = text.trim();
      const asked = connectors().flatMap((connector) => questionsTo(connector, wanted));
      if (wanted.length < LEAST_CHARACTERS || asked.length === 0) return { records: [], failed: [] };
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (mine.signal.aborted) return { records: [], failed: [] };
      const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(ANSWER_MS)]);
      const failed = new Set<string>();
      const lists = await Promise.all(
        asked.map(({ id, ask }) =>
          ask(signal).catch((error: unknown) => {
            if (mine.signal.aborted) return [];
            failed.add(id);
            const failure = error instanceof CrmError ? error.failure : 'internal';
            log.warn('a CRM could not be searched', { connector: id, failure });
            return [];
          }),
        ),
      );
      return mine.signal.aborted ? { records: [], failed: [] } : { records: interleave(lists), failed: [...failed] };
    },
  };
}

type Question = {
  readonly id: string;
  readonly ask: (signal: AbortSignal) => Promise<readonly CrmRecord[]>;
};

/** An address is looked for as one, where a CRM can do that: its search by words may not read the field. */
function questionsTo(crm: Connector, text: string): readonly Question[] {
  const { id, capabilities } = crm;
  const questions: Question[] = [];
  if (capabilities.searchByEmail && EMAIL.test(text)) {
    questions.push({ id, ask: async (signal) => (await crm.lookupByEmail(text, signal)).slice(0, MOST_EACH) });
  }
  if (capabilities.search) questions.push({ id, ask: (signal) => crm.search(text, MOST_EACH, signal) });
  return questions;
}

/** The best of each CRM first, then the second of each. */
function interleave(lists: readonly (readonly CrmRecord[])[]): readonly CrmRecord[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const all = Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
  return all.filter((one, at) => all.findIndex((other) => sameRecord(one, other)) === at);
}
