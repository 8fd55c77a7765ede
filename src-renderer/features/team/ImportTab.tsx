// SPDX-License-Identifier: MIT
import { CircleAlert, CircleCheck, FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Button, Foreign } from '../../ui/controls.tsx';
import { forgetImport, goOn, type RefusedLine, startImport, stopImport, useImport } from './import.ts';
import './import.css';

/** People from a file into the relay's directory: choose it, watch it, see what was not taken and why. */
export function ImportTab() {
  const t = useT();
  const { state } = useImport();
  return (
    <div className="team-narrow">
      <p className="team-text quiet">{t('csv.text')}</p>
      <p className="team-text quiet">{t('csv.columns')}</p>
      {state === 'idle' ? <Choose /> : <Progress />}
      <Refused />
    </div>
  );
}

function Choose() {
  const t = useT();
  const { problem } = useImport();
  const file = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const [first] = files ?? [];
    if (first !== undefined) void startImport(first);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first
    <div
      className="csv-drop"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <FileUp className="icon csv-drop-icon" aria-hidden="true" />
      <Button tone="primary" data-testid="csv-choose" onClick={() => file.current?.click()}>
        {t('csv.choose')}
      </Button>
      <p className="quiet">{t('csv.drop')}</p>
      <input
        ref={file}
        type="file"
        hidden
        accept=".csv,.txt,.tsv,text/csv,text/plain"
        aria-label={t('csv.choose')}
        data-testid="csv-file"
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
      <p className="setting-error" role="alert">
        {problem === null ? '' : t(`csv.${problem}`)}
      </p>
    </div>
  );
}

function Progress() {
  const t = useT();
  const { state, file, bytes, read, kept, refusedCount, error } = useImport();
  const percent = state === 'done' ? 100 : Math.min(99, Math.floor((read / Math.max(1, bytes)) * 100));
  const counts = [
    t('csv.soFar', { count: kept }),
    refusedCount === 0 ? '' : t('csv.refusedCount', { count: refusedCount }),
  ];
  const isOver = state === 'done' || state === 'stopped';
  const Icon = state === 'done' && refusedCount === 0 ? CircleCheck : CircleAlert;
  return (
    <section className="csv-progress" data-state={state} data-testid="csv-progress">
      <p className="csv-head">
        {state === 'running' ? null : (
          <Icon className={Icon === CircleCheck ? 'icon csv-good' : 'icon csv-odd'} aria-hidden="true" />
        )}
        <Foreign className="cut">
          {state === 'stopped' ? t('csv.stopped') : t(isOver ? 'csv.done' : 'csv.running', { name: file })}
        </Foreign>
        <span className="quiet">{t('csv.progress', { percent })}</span>
      </p>
      <progress max={100} value={percent} aria-label={file} />
      <p role="status" data-testid="csv-counts">
        {counts.filter(Boolean).join(' · ')}
      </p>
      {error ? (
        <p className="error-box" role="alert">
          {t('csv.failed', { reason: errorText(t, error) })}
        </p>
      ) : null}
      <div className="csv-actions">
        {state === 'stuck' ? (
          <Button tone="primary" data-testid="csv-go-on" onClick={() => void goOn()}>
            {t('csv.goOn')}
          </Button>
        ) : null}
        <Button data-testid={isOver ? 'csv-again' : 'csv-stop'} onClick={isOver ? forgetImport : stopImport}>
          {t(isOver ? 'csv.again' : 'csv.stop')}
        </Button>
      </div>
    </section>
  );
}

const AT_ONCE = 200;
/** What the clipboard takes at once. */
const MOST_COPIED = 10_000;

function Refused() {
  const t = useT();
  const { refused, refusedCount } = useImport();
  const [copied, setCopied] = useState(false);
  if (refused.length === 0) return null;
  const lines = refused.map((one) => `${t('csv.line', { line: one.line })}: ${whyText(one, t)}`);
  const copy = () =>
    request('clipboard.copy', lines.join('\n').slice(0, MOST_COPIED)).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <section className="csv-refused" aria-label={t('csv.refusedCount', { count: refusedCount })}>
      <div className="csv-refused-head">
        <h2>{t('csv.refusedCount', { count: refusedCount })}</h2>
        <Button size="small" data-testid="csv-copy" onClick={() => void copy()}>
          {copied ? t('app.copied') : t('csv.copyRefused')}
        </Button>
      </div>
      <ol className="csv-lines selectable">
        {refused.slice(0, AT_ONCE).map((one) => (
          <li key={one.line} data-testid="csv-line">
            <span className="csv-line">{t('csv.line', { line: one.line })}</span>
            <span>{whyText(one, t)}</span>
          </li>
        ))}
      </ol>
      {refusedCount > AT_ONCE ? <p className="quiet">{t('csv.more', { count: refusedCount - AT_ONCE })}</p> : null}
    </section>
  );
}

const WHY = ['no-number-column', 'number', 'rounded', 'responsible', 'blacklisted'] as const;

function whyText({ why }: RefusedLine, t: T): string {
  const known = WHY.find((one) => one === why);
  return known === undefined ? t('csv.why.other', { why }) : t(`csv.why.${known}`);
}
