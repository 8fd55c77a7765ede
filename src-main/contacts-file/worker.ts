// SPDX-License-Identifier: MIT
import { parentPort, workerData } from 'node:worker_threads';
import { MOST_PROBLEMS } from '../../src-shared/contacts-file.ts';
import { AppError, toWireError } from '../../src-shared/errors.ts';
import type { ContactDraft } from '../../src-shared/state.ts';
import { exportTo } from './export-file.ts';
import type { FromThread, Job, ReadSoFar, ToThread } from './protocol.ts';
import { entriesOf, previewOf } from './source.ts';

/** A thread for one file of contacts: reading and writing it keeps neither windows nor the store waiting. */
const port = parentPort;
const send = (message: FromThread): void => port?.postMessage(message);

const FIRST_BATCH = 50;
/** Without anything to take, this often is said how far it is. */
const TELL_MS = 200;

function answer(): Promise<ToThread> {
  return new Promise((resolve) => port?.once('message', resolve));
}

async function readFile({ source, options, country }: Extract<Job, { type: 'import' }>): Promise<void> {
  let size = FIRST_BATCH;
  let toldAt = Date.now();
  let told = 0;
  let drafts: ContactDraft[] = [];
  let soFar = { read: 0, problems: [] as ReadSoFar['problems'][number][], problemCount: 0, refused: 0 };

  const news = (): ReadSoFar => {
    const now = soFar;
    told += now.problems.length;
    toldAt = Date.now();
    soFar = { read: now.read, problems: [], problemCount: 0, refused: 0 };
    return now;
  };
  const hand = async (): Promise<void> => {
    const batch = drafts;
    drafts = [];
    send({ type: 'batch', drafts: batch, ...news() });
    const next = await answer();
    if (next.type === 'next') size = next.size;
  };

  const entries = entriesOf(source, options, country, (read) => {
    soFar.read = read;
  });
  for await (const list of entries) {
    for (const { draft, problems } of list) {
      soFar.problemCount += problems.length;
      const room = MOST_PROBLEMS - told - soFar.problems.length;
      soFar.problems.push(...problems.slice(0, Math.max(0, room)));
      if (draft === null) soFar.refused++;
      else drafts.push(draft);
      if (drafts.length >= size) await hand();
    }
    if (Date.now() - toldAt >= TELL_MS) send({ type: 'read', ...news() });
  }
  if (drafts.length > 0) await hand();
  send({ type: 'read', ...news() });
}

async function work(job: Job): Promise<void> {
  if (job.type === 'preview') send({ type: 'preview', preview: await previewOf(job.path, job.encoding) });
  if (job.type === 'import') await readFile(job);
  if (job.type === 'export') {
    await exportTo(job, async (after) => {
      send({ type: 'page', after });
      const page = await answer();
      return page.type === 'page' ? page.contacts : [];
    });
  }
  send({ type: 'done' });
}

work(workerData as Job)
  .catch((thrown: unknown) => {
    const cause = thrown instanceof AppError ? (thrown.cause ?? thrown) : thrown;
    send({ type: 'failed', error: toWireError(thrown), detail: cause instanceof Error ? cause.message : '' });
  })
  .finally(() => port?.close());
