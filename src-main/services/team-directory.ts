// SPDX-License-Identifier: MIT
import type { DirectoryEntry } from '../../src-shared/rules/team.ts';
import type { Ask } from '../events/relay-client.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { NumberChange } from '../store/team-api.ts';
import { DIRECTORY_CURSOR } from './team-contact.ts';

/** Tells the relay's directory who is behind which number, so that it can route and name a caller by itself. */
export type TeamDirectory = {
  /** Puts all that is new since the last time: contacts changed, or the relay is back. */
  sync(): void;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
};

export type TeamDirectoryOptions = {
  readonly store: Pick<StoreApi, 'contacts' | 'cursors'>;
  readonly ask: Ask;
  readonly isOn: () => boolean;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

const BATCH = 200;
/** Bytes of entries in one message: the relay takes 128 kB of an agent. */
const MOST_BYTES = 64_000;
const RETRY_MS = 30_000;
/** What the relay takes. */
const LONGEST_NAME = 200;
const LONGEST_NUMBER = 60;

export function createTeamDirectory(options: TeamDirectoryOptions): TeamDirectory {
  const { store, ask, isOn, schedule, log } = options;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const putAll = async (): Promise<void> => {
    for (;;) {
      const after = (await store.cursors.get(DIRECTORY_CURSOR)) ?? 0;
      const changes = fitting(await store.contacts.changesAfter(after, BATCH));
      const last = changes.at(-1);
      if (last === undefined || stopped || !isOn()) return;
      const entries = changes.filter(({ number }) => number !== '' && number.length <= LONGEST_NUMBER).map(toEntry);
      if (entries.length > 0) await ask('directory.put', { entries });
      await store.cursors.save({ [DIRECTORY_CURSOR]: last.seq });
    }
  };

  const sync = (): void => {
    if (stopped || !isOn()) return;
    again = true;
    running ??= run();
  };
  const run = async (): Promise<void> => {
    try {
      while (again) {
        again = false;
        await putAll();
      }
    } catch (error) {
      log.warn('contacts were not told to the relay', { error });
      schedule(sync, RETRY_MS);
    } finally {
      running = null;
    }
  };

  return {
    sync,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** The first of them, as many as fit into a message. */
function fitting(changes: readonly NumberChange[]): readonly NumberChange[] {
  let bytes = 0;
  const tooMany = changes.findIndex((change) => {
    bytes += Buffer.byteLength(JSON.stringify(toEntry(change)));
    return bytes > MOST_BYTES;
  });
  return tooMany < 0 ? changes : changes.slice(0, Math.max(1, tooMany));
}

/** `blacklisted` is not looked at there: the blacklist has a method of its own. */
function toEntry({ number, name, responsible, changedAt }: NumberChange): {
  readonly number: string;
  readonly entry: DirectoryEntry;
} {
  const entry = {
    ...{ name: name.slice(0, LONGEST_NAME), responsible: responsible === '' ? null : responsible },
    ...{ blacklisted: false, updatedAt: changedAt },
  };
  return { number, entry };
}
