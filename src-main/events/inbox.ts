// SPDX-License-Identifier: MIT
import { markOf, type RelayEvent } from '../../src-shared/relay/protocol.ts';
import type { Log } from '../log.ts';

/**
 * Events between the relay and the store. Each is handed on at once, so that a ring waits for no other event's disk;
 * what is told back is only how far everything is committed, without a hole.
 */
export type Inbox = {
  /** The sequence to go on after when the connection is made anew; null when nothing was ever taken. */
  taken(): number | null;
  /** Mark of the event that has it (`markOf`); null when that is not known. */
  mark(): string | null;
  /** Whether the relay is to hold back. */
  isFull(): boolean;
  /** A connection stands: what comes with a sequence up to `newest` was kept for us while we were away. */
  resumed(newest: number): void;
  push(seq: number, event: RelayEvent): void;
  /** Forgets all of it at once and begins after this sequence. Resolves when what was under way has ended. */
  restart(after: number | null): Promise<void>;
  /** Takes nothing more. Resolves when what is under way has ended. */
  stop(): Promise<void>;
};

export type InboxOptions = {
  readonly after: number | null;
  readonly mark: string | null;
  /** Resolves when the event and its consequences are committed. */
  readonly handle: (event: RelayEvent) => Promise<void>;
  /** Keeps how far everything is committed; resolves when that is on disk. */
  readonly save: (seq: number, receivedAt: number, mark: string) => Promise<void>;
  readonly ack: (seq: number) => void;
  /** Too much waits for the disk: the relay is to hold back, or may go on. */
  readonly hold: (on: boolean) => void;
  readonly schedule: (run: () => void, ms: number) => void;
  readonly log: Log;
};

/** What a disk did not take is tried again so often. */
const RETRY_MS = 15_000;
const MOST_WAITING = 2_000;
/** What was kept for us is looked at together, when nothing more has come for so long, or after that much. */
const GATHER_QUIET_MS = 40;
const GATHER_MS = 200;
const MOST_GATHERED = 1_000;
const AT_ONCE = 32;

type Entry = { readonly seq: number; readonly event: RelayEvent; done: boolean };

export function createInbox(options: InboxOptions): Inbox {
  const { handle, save, ack, hold, schedule, log } = options;
  let last = options.after;
  let lastMark = options.mark;
  /** In order of arrival; committed ones leave at the front. */
  let entries: Entry[] = [];
  let gathered: Entry[] = [];
  let newest = 0;
  let gathering = 0;
  let generation = 0;
  let stopped = false;
  let held = false;
  let saving: Promise<void> | null = null;
  let moved = false;
  const underWay = new Set<Promise<void>>();

  const checkLoad = (): void => {
    const wanted = entries.length >= MOST_WAITING;
    if (wanted !== held) hold(wanted);
    held = wanted;
  };
  /** Runs it in a while, unless the inbox has begun anew. */
  const later = (began: number, run: () => void): void =>
    schedule(() => began === generation && !stopped && run(), RETRY_MS);

  const advance = async (): Promise<void> => {
    const began = generation;
    const open = entries.findIndex((entry) => !entry.done);
    const ready = open < 0 ? entries.length : open;
    const entry = entries[ready - 1];
    if (entry === undefined) return;
    await save(entry.seq, entry.event.receivedAt, markOf(entry.event.hash));
    if (began !== generation) return;
    entries.splice(0, ready);
    checkLoad();
    ack(entry.seq);
  };
  const settle = (): void => {
    moved = true;
    saving ??= keepUp(generation);
  };
  /** One write at a time, for all that was committed meanwhile. */
  const keepUp = async (began: number): Promise<void> => {
    try {
      while (moved) {
        moved = false;
        await advance();
      }
    } catch (error) {
      log.warn('how far the events are kept was not written', { error });
      later(began, settle);
    } finally {
      saving = null;
    }
  };

  const take = (entry: Entry, began = generation): Promise<void> => {
    const work = handle(entry.event).then(
      () => {
        entry.done = true;
        if (began === generation) settle();
      },
      (error: unknown) => {
        log.warn('an event of the relay is not kept yet', { seq: entry.seq, error });
        later(began, () => void take(entry));
      },
    );
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
    return work;
  };

  /**
   * Calls that ended while we were away must not ring for a moment: their end is folded before how they began. A call
   * without an end here may be ringing now.
   */
  const release = async (batch: readonly Entry[], began: number): Promise<void> => {
    const [ends, others] = [batch.filter((entry) => isEnd(entry.event)), batch.filter((entry) => !isEnd(entry.event))];
    for (const group of [ends, others]) {
      for (let from = 0; from < group.length; from += AT_ONCE) {
        if (stopped || began !== generation) return;
        await Promise.all(group.slice(from, from + AT_ONCE).map((entry) => take(entry)));
      }
    }
  };
  let releasing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    gathering += 1;
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    const began = generation;
    releasing = releasing.then(() => release(batch, began));
  };
  const gather = (entry: Entry): void => {
    gathered.push(entry);
    if (gathered.length === 1) watch(gathering, 1, 0);
    if (gathered.length >= MOST_GATHERED) flush();
  };
  const watch = (which: number, size: number, waited: number): void =>
    schedule(() => {
      if (which !== gathering) return;
      if (gathered.length === size || waited >= GATHER_MS) flush();
      else watch(which, gathered.length, waited + GATHER_QUIET_MS);
    }, GATHER_QUIET_MS);

  const end = async (): Promise<void> => {
    generation += 1;
    gathering += 1;
    gathered = [];
    entries = [];
    checkLoad();
    await Promise.allSettled([...underWay, saving, releasing]);
  };

  return {
    taken: () => last,
    mark: () => lastMark,
    isFull: () => held,
    resumed(at) {
      newest = at;
    },
    push(seq, event) {
      if (stopped || (last !== null && seq <= last)) return;
      last = seq;
      lastMark = markOf(event.hash);
      const entry = { seq, event, done: false };
      entries.push(entry);
      checkLoad();
      if (seq <= newest) return gather(entry);
      // Everything kept for us goes before what is new.
      flush();
      void take(entry);
    },
    restart(after) {
      last = after;
      lastMark = null;
      return end();
    },
    async stop() {
      stopped = true;
      await end();
    },
  };
}

/** The end of a call, whatever came before it. */
function isEnd(event: RelayEvent): boolean {
  return event.kind === 'notification' && /^NOTIFY_(OUT_)?END$/i.test(event.fields.event ?? '');
}
