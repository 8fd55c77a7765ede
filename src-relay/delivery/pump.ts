// SPDX-License-Identifier: MIT
import { markOf } from '../../src-shared/relay/protocol.ts';
import { type LoggedEntry, RelayError } from '../store/api.ts';

/** One desktop's socket, as far as the pump needs it. */
export type Wire = {
  /** @param flushed called when the frame has left this process, or never will */
  send(frame: Buffer, flushed?: () => void): void;
  /** Several frames, written together. */
  sendAll(frames: readonly Buffer[], flushed: () => void): void;
  /** Bytes that wait in this process. */
  buffered(): number;
};

export type PumpOptions = {
  readonly wire: Wire;
  /** Entries of this desktop's audience above a sequence, oldest first, at most `PAGE`. */
  readonly read: (after: number) => Promise<readonly LoggedEntry[]>;
  /** The first entry of this desktop's audience from a sequence on; undefined for none. */
  readonly readFirst: (from: number) => Promise<LoggedEntry | undefined>;
  /** Oldest and newest sequence of the tenant when the desktop connected, and the newest as the log has it now. */
  readonly oldest: number;
  readonly newest: number;
  readonly readNewest: () => Promise<number>;
  /** Runs it within a second. */
  readonly soon: (run: () => void) => void;
  readonly onError: (error: unknown) => void;
};

export type Pump = {
  /**
   * Go on after this sequence; null: after what was newest when the desktop connected.
   *
   * @param mark of the event that had this sequence; null when that is not known
   */
  start(after: number | null, mark: string | null): void;
  /** An entry that was just appended. True when it was written to the socket. */
  push(entry: LoggedEntry, frame: Buffer): boolean;
  /** The newest sequence written. */
  sent(): number;
  /** Entries heard of that wait until the log is read; null while nothing waits. */
  behind(): number | null;
  stop(): void;
};

/** Entries read at once. */
export const PAGE = 100;
/** A socket with so many bytes waiting gets nothing pushed; it reads from the log when they are gone. */
const MOST_BUFFERED = 256 * 1024;

/** The text frame of an entry. */
export function frameOf({ seq, body }: Pick<LoggedEntry, 'seq' | 'body'>): Buffer {
  return Buffer.from(`{"type":"event","seq":${seq},"event":${body}}`);
}

/** As many of the first as may wait in a socket, one at least. The others are read again. */
function fitting(frames: readonly Buffer[]): readonly Buffer[] {
  let bytes = 0;
  const end = frames.findIndex((frame, index) => {
    bytes += frame.length;
    return bytes > MOST_BUFFERED && index > 0;
  });
  return end < 0 ? frames : frames.slice(0, end);
}

/**
 * Brings one desktop everything of its audience in order, each once: reads from the log until there is no more, then
 * hands on what is appended. Nothing is held in memory for a desktop that cannot take it: it reads again from where it
 * was.
 *
 * The seam: while reading, entries that are appended are only noted (`heard`). It goes live in the same breath in which
 * it finds that it has written everything it was told of, so that none falls in between.
 */
export function createPump(options: PumpOptions): Pump {
  const { wire, read, newest, soon, onError } = options;
  let state: 'waiting' | 'reading' | 'live' | 'stopped' = 'waiting';
  let sent = 0;
  /** The newest sequence it was told of; 0 before the first. */
  let heard = 0;
  let missed = 0;

  const isStopped = (): boolean => state === 'stopped';

  async function begin(after: number | null, mark: string | null): Promise<void> {
    // Of another log, which is gone: all of this one is new.
    sent = after === null ? newest : (await isOfThisLog(after, mark)) ? after : 0;
    run(readOn);
  }

  /**
   * Whether this log gave the sequence out, and to that event. One that was put back from a copy has not reached it, or
   * has given it to another meanwhile. What is dropped already cannot be looked at; then nothing is known against it.
   */
  async function isOfThisLog(after: number, mark: string | null): Promise<boolean> {
    if (after > newest && after > (await options.readNewest())) return false;
    if (mark === null || after < options.oldest) return true;
    const entry = await options.readFirst(after);
    return entry?.seq === after && markOf(entry.hash) === mark;
  }

  async function readOn(): Promise<void> {
    while (!isStopped()) {
      const heardBefore = heard;
      const entries = await read(sent);
      if (isStopped()) return;
      const frames = fitting(entries.map(frameOf));
      const last = entries[frames.length - 1];
      // Heard of before it was read for, and not there: the log may tell of an entry before it can be read.
      if (last === undefined && heardBefore > sent) return later(readOn);
      sent = last?.seq ?? sent;
      // Only an empty page says that nothing is left; but whatever comes after an entry it was told of, it is told of.
      if (heard <= sent && (last === undefined || heard > 0)) {
        state = 'live';
        missed = 0;
        wire.sendAll(frames, () => {});
        return;
      }
      await new Promise<void>((resolve) => wire.sendAll(frames, resolve));
    }
  }

  const run = (job: () => Promise<void>): void => {
    job().catch((error: unknown) => {
      if (isStopped()) return;
      if (!(error instanceof RelayError)) onError(error);
      later(job);
    });
  };
  const later = (job: () => Promise<void>): void => soon(() => isStopped() || run(job));

  return {
    start(after, mark) {
      state = 'reading';
      run(() => begin(after, mark));
    },
    push(entry, frame) {
      heard = Math.max(heard, entry.seq);
      if (state !== 'live') {
        if (state === 'reading') missed++;
        return false;
      }
      if (entry.seq <= sent) return false;
      sent = entry.seq;
      if (wire.buffered() + frame.length <= MOST_BUFFERED) {
        wire.send(frame);
      } else {
        state = 'reading';
        wire.send(frame, () => isStopped() || run(readOn));
      }
      return true;
    },
    sent: () => sent,
    behind: () => (state === 'reading' ? missed : null),
    stop() {
      state = 'stopped';
    },
  };
}
