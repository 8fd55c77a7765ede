// SPDX-License-Identifier: MIT
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
  /** Newest sequence of the tenant when the desktop connected, and as the log has it now. */
  readonly newest: number;
  readonly readNewest: () => Promise<number>;
  /** Runs it within a second. */
  readonly soon: (run: () => void) => void;
  readonly onError: (error: unknown) => void;
};

export type Pump = {
  /** Go on after this sequence; null: after what was newest when the desktop connected. */
  start(after: number | null): void;
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
export function createPump({ wire, read, newest, readNewest, soon, onError }: PumpOptions): Pump {
  let state: 'waiting' | 'reading' | 'live' | 'stopped' = 'waiting';
  let sent = 0;
  /** The newest sequence it was told of; 0 before the first. */
  let heard = 0;
  let missed = 0;

  const isStopped = (): boolean => state === 'stopped';

  async function begin(after: number | null): Promise<void> {
    // A sequence the log has not reached is of another log, which is gone: all of this one is new.
    const isOfThisLog = after === null || after <= newest || after <= (await readNewest());
    sent = isOfThisLog ? (after ?? newest) : 0;
    run(readOn);
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
    start(after) {
      state = 'reading';
      run(() => begin(after));
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
