// SPDX-License-Identifier: MIT
import type { ImportOptions, ImportPreview, ImportProblem } from '../../src-shared/contacts-file.ts';
import type { Encoding } from '../../src-shared/csv/text.ts';
import type { WireError } from '../../src-shared/errors.ts';
import type { Contact, ContactDraft } from '../../src-shared/state.ts';
import type { Source } from './source.ts';

/** What one thread is started for. */
export type Job =
  | { readonly type: 'preview'; readonly path: string; readonly encoding: Encoding | null }
  | {
      readonly type: 'import';
      readonly source: Source;
      readonly options: Pick<ImportOptions, 'header' | 'mapping'>;
      /** ISO 3166 country that national numbers belong to. */
      readonly country: string;
    }
  | {
      readonly type: 'export';
      readonly path: string;
      readonly format: 'vcard' | 'csv';
      readonly separator: ',' | ';';
    };

/** What was read since the last time. */
export type ReadSoFar = {
  /** Bytes of the file in all. */
  readonly read: number;
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
  readonly refused: number;
};

/** From the thread. It waits for an answer to `batch` and `page`, so that nothing piles up. */
export type FromThread =
  | { readonly type: 'preview'; readonly preview: Omit<ImportPreview, 'token' | 'name'> }
  | ({ readonly type: 'batch'; readonly drafts: readonly ContactDraft[] } & ReadSoFar)
  | ({ readonly type: 'read' } & ReadSoFar)
  | { readonly type: 'page'; readonly after: number }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: WireError; readonly detail: string };

/** To the thread. */
export type ToThread =
  /** The batch is in; the next one may have so many. */
  | { readonly type: 'next'; readonly size: number }
  /** Contacts to be written; none: that was all. */
  | { readonly type: 'page'; readonly contacts: readonly Contact[] };
