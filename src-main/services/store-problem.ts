// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, toWireError } from '../../src-shared/errors.ts';
import { requestAccess } from '../../src-shared/ipc/access.ts';
import type { RequestName } from '../../src-shared/ipc/map.ts';
import type { Log } from '../log.ts';
import type { Handlers, Shell } from '../shell/api.ts';
import type { StoreApi } from '../store/api.ts';
import { openStore } from '../store/client.ts';
import type { Hub } from './hub.ts';

export type StoreOptions = {
  readonly shell: Shell;
  readonly hub: Hub;
  readonly workerPath: string;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Opens the store. When it cannot be opened the main window says why, and the person decides: a corrupt database was
 * already set aside and its newest copy (or an empty one) is taken on their word; one from a newer Megadial is left
 * alone, so there the only way on is to install that version. Resolves once a store is open.
 */
export async function openStoreOrAsk(options: StoreOptions): Promise<StoreApi> {
  const { shell, workerPath, log, now } = options;
  const folder = join(shell.userDataDir, 'data');
  mkdirSync(folder, { recursive: true });
  const open = (restore?: 'backup' | 'empty'): Promise<StoreApi> =>
    openStore({
      file: join(folder, 'megadial.db'),
      backupsDir: join(folder, 'backups'),
      workerPath,
      log,
      now,
      ...(restore ? { restore } : {}),
    });
  try {
    return await open();
  } catch (error) {
    log.error('the database was not opened', { error });
    return ask(options, toWireError(error), open);
  }
}

async function ask(
  { shell, hub, log }: StoreOptions,
  error: ReturnType<typeof toWireError>,
  open: (restore?: 'backup' | 'empty') => Promise<StoreApi>,
): Promise<StoreApi> {
  // 'backup' names the copy to offer; without one an empty database is the only way to go on.
  const hasCopy = typeof error.params.backup === 'string' && error.params.backup !== '';
  const isCorrupt = error.code === 'store.corrupt';
  hub.patch({ storeProblem: { error, canRestore: isCorrupt && hasCopy } });
  const opened = new Promise<StoreApi>((resolve) => {
    shell.handle(
      onlyThese({
        'state.get': () => hub.get(),
        'window.close': (from) => shell.closeWindow(from),
        'store.restore': async (_from, how) => {
          if (!isCorrupt || (how === 'backup' && !hasCopy)) throw new AppError('ipc.refused');
          try {
            const store = await open(how);
            hub.patch({ storeProblem: null });
            resolve(store);
          } catch (thrown) {
            log.error('the database was not restored', { error: thrown });
            throw thrown;
          }
        },
      }),
    );
  });
  await shell.openWindows({ hidden: false });
  return opened;
}

/** The given handlers; every other request is refused. */
function onlyThese(some: Partial<Handlers>): Handlers {
  const refuse = (): never => {
    throw new AppError('store.failed');
  };
  const names = Object.keys(requestAccess) as RequestName[];
  const all = Object.fromEntries(names.map((name) => [name, some[name] ?? refuse]));
  return all as unknown as Handlers;
}
