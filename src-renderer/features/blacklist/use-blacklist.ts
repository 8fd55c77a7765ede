// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { BlacklistEntry } from '../../../src-shared/ipc/map.ts';
import { asError, request } from '../../bridge.ts';

type Listed = {
  /** null until first read. */
  readonly entries: readonly BlacklistEntry[] | null;
  readonly next: string | null;
  readonly error: WireError | null;
};

/** The blacklist that counts, the team's or this computer's, as far as it was paged through. */
export function useBlacklist() {
  const [listed, setListed] = useState<Listed>({ entries: null, next: null, error: null });
  const turn = useRef(0);
  const load = useCallback(async (after: string | null, known: readonly BlacklistEntry[]) => {
    turn.current += 1;
    const mine = turn.current;
    try {
      const page = await request('blacklist.list', after);
      if (mine !== turn.current) return;
      const fresh = page.entries.filter(({ number }) => !known.some((one) => one.number === number));
      setListed({ entries: [...known, ...fresh], next: page.next, error: null });
    } catch (thrown) {
      if (mine === turn.current) setListed((old) => ({ ...old, error: asError(thrown) }));
    }
  }, []);
  useEffect(() => {
    void load(null, []);
    return () => {
      turn.current += 1;
    };
  }, [load]);
  return {
    ...listed,
    more: () => void load(listed.next, listed.entries ?? []),
    reload: () => load(null, []),
    drop: (number: string) =>
      setListed((old) => ({ ...old, entries: old.entries?.filter((one) => one.number !== number) ?? null })),
  };
}
