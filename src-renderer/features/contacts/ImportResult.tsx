// SPDX-License-Identifier: MIT
import { ArrowLeft } from 'lucide-react';
import type { ImportProgress, ImportReport } from '../../../src-shared/contacts-file.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, IconButton } from '../../ui/controls.tsx';
import { takeFocus } from '../../ui/hooks.ts';
import { closeImport, stopImport, useImport } from './import-state.ts';

/** So many are shown: the first ones tell what is wrong with a file. */
const MOST_SHOWN = 100;

export function ImportRunning({
  progress,
  onBack,
}: {
  readonly progress: ImportProgress;
  readonly onBack: () => void;
}) {
  const t = useT();
  const stopping = useImport((state) => state.stopping);
  const percent = progress.bytes === 0 ? 0 : Math.floor((progress.read / progress.bytes) * 100);
  return (
    <>
      <header className="detail-title">
        <IconButton icon={ArrowLeft} tone="ghost" className="detail-back" label={t('app.back')} onClick={onBack} />
        <h1>{t('peopleFile.running')}</h1>
      </header>
      <progress
        className="import-progress"
        max={100}
        value={percent}
        aria-label={t('peopleFile.running')}
        data-testid="import-progress"
      />
      <p className="quiet">{t('peopleFile.progress', { percent })}</p>
      <Counts counts={progress} />
      <div className="detail-actions import-stop">
        <Button ref={takeFocus} disabled={stopping} data-testid="import-stop" onClick={stopImport}>
          {stopping ? t('peopleFile.stopping') : t('peopleFile.stop')}
        </Button>
        <span className="quiet">{t('peopleFile.stopHint')}</span>
      </div>
    </>
  );
}

export function ImportReportView({ report, onClose }: { readonly report: ImportReport; readonly onClose: () => void }) {
  const t = useT();
  const shown = report.problems.slice(0, MOST_SHOWN);
  const more = report.problemCount - shown.length;
  return (
    <>
      <h1 role="status" data-testid="import-state">
        {report.done ? t('peopleFile.done') : t('peopleFile.stopped')}
      </h1>
      {report.error === null ? null : (
        <p className="error-box" role="alert">
          {errorText(t, report.error)}
        </p>
      )}
      {report.done ? null : <p>{t('peopleFile.stoppedText')}</p>}
      <Counts counts={report} refused={report.refused} />
      <div className="detail-actions">
        <Button
          ref={takeFocus}
          tone="primary"
          data-testid="import-close"
          onClick={() => {
            closeImport();
            onClose();
          }}
        >
          {t('peopleFile.close')}
        </Button>
      </div>
      {shown.length === 0 ? null : (
        <section className="detail-part">
          <h2>{t('peopleFile.problems')}</h2>
          <ul className="import-problems" data-testid="import-problems">
            {shown.map(({ line, why }) => (
              <li key={`${line} ${why}`}>
                <span className="quiet">{t('peopleFile.line', { line })}</span>
                <span>{t(`peopleFile.why-${why}`)}</span>
              </li>
            ))}
          </ul>
          {more > 0 ? <p className="quiet">{t('peopleFile.problemsMore', { count: more })}</p> : null}
        </section>
      )}
    </>
  );
}

function Counts({
  counts,
  refused,
}: {
  readonly counts: Pick<ImportProgress, 'added' | 'merged' | 'skipped'>;
  readonly refused?: number;
}) {
  const t = useT();
  const language = useLanguage();
  const rows = [
    [t('peopleFile.added'), counts.added],
    [t('peopleFile.merged'), counts.merged],
    [t('peopleFile.skipped'), counts.skipped],
    ...(refused === undefined ? [] : ([[t('peopleFile.refused'), refused]] as const)),
  ] as const;
  return (
    <dl className="import-counts" data-testid="import-counts">
      {rows.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count.toLocaleString(language)}</dd>
        </div>
      ))}
    </dl>
  );
}
