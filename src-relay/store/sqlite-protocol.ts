// SPDX-License-Identifier: MIT
import type { ErrorCode, ErrorParams } from '../../src-shared/errors.ts';
import type { Bucket, Entry, RelayError } from './api.ts';

/** What the store's threads are started with: one writes, the other moves the write-ahead log into the file. */
export type WorkerInput = { readonly file: string; readonly role: 'writer' | 'checkpointer' };

/** One thing to write; whole or not at all. Times are UTC ms. The comment says what the answer is. */
export type Op =
  /** number[]: the sequence of each entry, 0 for one that was there already */
  | { readonly kind: 'append'; readonly entries: readonly Entry[] }
  /** number: the new revision, 0 when another was quicker */
  | ({ readonly kind: 'put' } & PutOp)
  /** number[]: what `put` answers, then what `append` answers */
  | { readonly kind: 'appendAndPut'; readonly entries: readonly Entry[]; readonly put: PutOp }
  /** null */
  | {
      readonly kind: 'putMany';
      readonly bucket: Bucket;
      readonly entries: readonly { readonly key: string; readonly value: string }[];
      readonly expiresAt: number | null;
    }
  /** null */
  | { readonly kind: 'remove'; readonly bucket: Bucket; readonly key: string }
  /** number: how many keys, at most `limit`, were removed */
  | { readonly kind: 'removeAll'; readonly bucket: Bucket; readonly folder: `${string}/`; readonly limit: number }
  /** number: how many events, at most `limit`, were dropped */
  | { readonly kind: 'prune'; readonly before: number; readonly limit: number }
  /** number: how many expired keys, at most `limit`, were dropped */
  | { readonly kind: 'sweep'; readonly now: number; readonly limit: number };

export type PutOp = {
  readonly bucket: Bucket;
  readonly key: string;
  readonly value: string;
  readonly revision: number | null;
  readonly now: number;
  readonly expiresAt: number | null;
};

export type OpValue = number | readonly number[] | null;

/** `detail` is for the log. */
export type Outcome =
  | { readonly ok: true; readonly value: OpValue }
  | { readonly ok: false; readonly code: RelayError['code']; readonly detail: string };

export type NumberedOp = { readonly id: number; readonly op: Op };

export type ToWriter =
  | { readonly type: 'ops'; readonly ops: readonly NumberedOp[] }
  /** Checkpoint what the other thread left over, between two groups. Not answered. */
  | { readonly type: 'checkpoint' }
  | { readonly type: 'close' };

export type FromWriter =
  | { readonly type: 'ready' }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly params: ErrorParams; readonly detail: string }
  /** One group, committed: outcomes in the order of the operations. */
  | { readonly type: 'done'; readonly outcomes: readonly { readonly id: number; readonly outcome: Outcome }[] }
  | { readonly type: 'closed' };

/** `close` ends the thread and is not answered. */
export type ToCheckpointer = 'pass' | 'close';

/** Answer to a pass: frames in the write-ahead log, and how long the checkpoint took. */
export type FromCheckpointer = { readonly frames: number; readonly ms: number; readonly detail: string };
