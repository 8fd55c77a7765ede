// SPDX-License-Identifier: MIT
import { create } from 'zustand';
import type { ImportOptions, ImportPreview, ImportProgress, ImportReport } from '../../../src-shared/contacts-file.ts';
import type { Encoding } from '../../../src-shared/csv/text.ts';
import type { WireError } from '../../../src-shared/errors.ts';
import { asError, listen, request } from '../../bridge.ts';

/** What the person has chosen for the file that is shown. */
export type ImportChoice = Pick<ImportOptions, 'header' | 'mapping' | 'duplicates' | 'by'>;

type ImportState = {
  /** `busy`: a file is being chosen or read. */
  readonly stage: 'none' | 'busy' | 'preview' | 'running' | 'report';
  readonly preview: ImportPreview | null;
  readonly choice: ImportChoice;
  readonly progress: ImportProgress | null;
  readonly stopping: boolean;
  readonly report: ImportReport | null;
  readonly error: WireError | null;
};

const NOTHING: ImportState = {
  ...{ stage: 'none', preview: null, progress: null, stopping: false, report: null, error: null },
  choice: { header: false, mapping: [], duplicates: 'merge', by: 'name' },
};

/** An import goes on when the person looks at another screen meanwhile; it is found again here. */
export const useImport = create<ImportState>(() => NOTHING);

/** There is something to show of it: not while the first file is still being chosen. */
export const hasImport = ({ stage, preview }: ImportState): boolean => stage !== 'none' && preview !== null;

/** Asks for a file, or reads the one shown anew in another encoding. */
export async function openImport(encoding: Encoding | null = null): Promise<void> {
  const { preview: shown, stage } = useImport.getState();
  if (stage === 'busy' || stage === 'running') return;
  useImport.setState({ stage: 'busy', error: null });
  try {
    const again = encoding === null || shown === null ? null : { token: shown.token, encoding };
    const preview = await request('contacts.import-open', again);
    if (preview === null) return useImport.setState({ stage: shown === null ? 'none' : 'preview' });
    const { header, mapping } = preview;
    useImport.setState((now) => ({
      stage: 'preview',
      preview,
      report: null,
      // In another encoding the columns are the same ones.
      choice: again === null ? { ...now.choice, header, mapping } : now.choice,
    }));
  } catch (thrown) {
    useImport.setState({ stage: shown === null ? 'none' : 'preview', error: asError(thrown) });
  }
}

export function chooseImport(choice: Partial<ImportChoice>): void {
  useImport.setState((now) => ({ choice: { ...now.choice, ...choice } }));
}

/** Takes the file in; resolves when it has ended. */
export async function runImport(): Promise<void> {
  const { preview, choice, stage } = useImport.getState();
  if (preview === null || stage !== 'preview') return;
  const { token, encoding, bytes } = preview;
  const progress = { ...{ token, bytes, read: 0 }, ...{ added: 0, merged: 0, skipped: 0 } };
  useImport.setState({ stage: 'running', progress, stopping: false, error: null });
  const unlisten = listen('import', (told) => {
    if (told.token === token) useImport.setState({ progress: told });
  });
  try {
    const report = await request('contacts.import-run', { token, encoding, ...choice, mapping: [...choice.mapping] });
    useImport.setState({ stage: 'report', report });
  } catch (thrown) {
    useImport.setState({ stage: 'preview', error: asError(thrown) });
  } finally {
    unlisten();
  }
}

export function stopImport(): void {
  const { progress } = useImport.getState();
  if (progress === null) return;
  useImport.setState({ stopping: true });
  void request('contacts.import-cancel', progress.token).catch(() => useImport.setState({ stopping: false }));
}

/** Back to the contacts. */
export function closeImport(): void {
  useImport.setState(NOTHING);
}
