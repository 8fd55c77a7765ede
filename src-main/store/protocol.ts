// SPDX-License-Identifier: MIT
import type { WireError } from '../../src-shared/errors.ts';

/** What the worker is started with. */
export type WorkerInput = {
  readonly file: string;
  readonly backupsDir: string;
  readonly restore: 'ask' | 'backup' | 'empty';
  /** UTC ms at the start; the worker goes on counting from there. */
  readonly now: number;
};

export type Request = {
  readonly id: number;
  readonly area: string;
  readonly name: string;
  readonly args: readonly unknown[];
};

/** The answer to the request `id`; 0 is the opening itself. `detail` is for the log. */
export type Reply =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly type: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly error: WireError;
      readonly detail: string;
    }
  | { readonly type: 'problem'; readonly text: string; readonly detail: string };
