// SPDX-License-Identifier: MIT
import { useT } from '../../i18n/index.ts';
import { ImportPreviewForm } from './ImportPreviewForm.tsx';
import { ImportReportView, ImportRunning } from './ImportResult.tsx';
import { useImport } from './import-state.ts';
import './import.css';

/** A file of contacts on its way in: what it holds, how far it is, what came of it. */
export function ImportPanel({
  onImported,
  onBack,
}: {
  readonly onImported: () => void;
  /** Back to the list while it goes on. */
  readonly onBack: () => void;
}) {
  const t = useT();
  const { stage, preview, report, progress } = useImport();
  return (
    <section className="split-detail import" aria-label={t('peopleFile.title')} data-testid="import">
      {stage === 'report' && report !== null ? (
        <ImportReportView report={report} onClose={onImported} />
      ) : stage === 'running' && progress !== null ? (
        <ImportRunning progress={progress} onBack={onBack} />
      ) : preview !== null ? (
        <ImportPreviewForm preview={preview} />
      ) : null}
    </section>
  );
}
