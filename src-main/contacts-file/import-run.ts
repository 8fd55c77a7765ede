// SPDX-License-Identifier: MIT
import {
  type ImportOptions,
  type ImportProblem,
  type ImportProgress,
  type ImportReport,
  MOST_PROBLEMS,
} from '../../src-shared/contacts-file.ts';
import { AppError, toWireError, type WireError } from '../../src-shared/errors.ts';
import type { Log } from '../log.ts';
import type { StoreApi } from '../store/api.ts';
import type { FromThread, ToThread } from './protocol.ts';
import type { Source } from './source.ts';
import { runThread } from './thread.ts';

export type Importing = {
  /** Always resolves; `error` says what went wrong. */
  readonly report: Promise<ImportReport>;
  cancel(): void;
};

export type ImportParts = {
  readonly source: Source;
  readonly options: ImportOptions;
  readonly country: string;
  readonly workerPath: string | URL;
  readonly add: StoreApi['contacts']['add'];
  readonly tell: (progress: ImportProgress) => void;
  readonly changed: () => void;
  readonly log: Log;
};

/** The store does one thing after the other: a batch that takes longer than this would keep a ringing call waiting. */
const BATCH_MS = 25;
const BATCH = { first: 50, least: 5, most: 500 } as const;
const TELL_MS = 100;
/** Names on screen follow this often while contacts come in. */
const CHANGED_MS = 3_000;

/** Takes a file's contacts into the store, batch by batch; the next is read when the one before is in. */
export function startImport(parts: ImportParts): Importing {
  const { source, options, add, log } = parts;
  const ending = new AbortController();
  let progress: ImportProgress = {
    ...{ token: options.token, read: 0, bytes: source.bytes },
    ...{ added: 0, merged: 0, skipped: 0 },
  };
  const problems: ImportProblem[] = [];
  let problemCount = 0;
  let refused = 0;
  let size: number = BATCH.first;
  let toldAt = 0;
  let changedAt = Date.now();

  const tell = (): void => {
    if (Date.now() - toldAt < TELL_MS) return;
    toldAt = Date.now();
    parts.tell(progress);
  };

  const take = async (message: Extract<FromThread, { type: 'batch' }>): Promise<ToThread> => {
    const began = performance.now();
    const { added, merged, skipped } = await add(message.drafts, { duplicates: options.duplicates, by: options.by });
    progress = {
      ...progress,
      added: progress.added + added,
      merged: progress.merged + merged,
      skipped: progress.skipped + skipped,
    };
    const pace = BATCH_MS / Math.max(1, performance.now() - began);
    size = Math.round(Math.min(BATCH.most, Math.max(BATCH.least, size * Math.min(2, Math.max(0.5, pace)))));
    if (Date.now() - changedAt > CHANGED_MS) {
      changedAt = Date.now();
      parts.changed();
    }
    // Cancelled while this batch went in: it is counted, and the last one.
    if (ending.signal.aborted) throw new AppError('file.cancelled');
    return { type: 'next', size };
  };

  const hear = async (message: FromThread): Promise<ToThread | null> => {
    if (message.type !== 'batch' && message.type !== 'read') return null;
    progress = { ...progress, read: message.read };
    problems.push(...message.problems.slice(0, MOST_PROBLEMS - problems.length));
    problemCount += message.problemCount;
    refused += message.refused;
    const answer = message.type === 'batch' ? await take(message) : null;
    tell();
    return answer;
  };

  const run = async (): Promise<ImportReport> => {
    let error: WireError | null = null;
    let done = false;
    let adding: Promise<unknown> = Promise.resolve();
    const heard = (message: FromThread): Promise<ToThread | null> => {
      const answer = hear(message);
      adding = answer.catch(() => undefined);
      return answer;
    };
    const job = { type: 'import', source, options: plain(options), country: parts.country } as const;
    try {
      await runThread(parts.workerPath, job, heard, ending.signal);
      done = true;
    } catch (thrown) {
      // The thread is gone; the batch that is under way goes in all the same, and counts.
      await adding;
      const isCancelled = thrown instanceof AppError && thrown.code === 'file.cancelled';
      if (!isCancelled) {
        error = toWireError(thrown);
        log.warn('contacts were not imported to the end', { error: thrown });
      }
    }
    parts.changed();
    return { ...progress, done, error, problems, problemCount, refused };
  };

  return { report: run(), cancel: () => ending.abort() };
}

function plain({ header, mapping }: ImportOptions): Pick<ImportOptions, 'header' | 'mapping'> {
  return { header, mapping };
}
