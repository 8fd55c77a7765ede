// SPDX-License-Identifier: MIT
import {
  ArrowLeft,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleX,
  Copy,
  type LucideIcon,
  Stethoscope,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import type { DoctorStep, Pushes } from '../../../src-shared/ipc/map.ts';
import { listen, request } from '../../bridge.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { moment } from '../../ui/format.ts';
import { useAction } from '../../ui/hooks.ts';
import { currentApp } from '../state/store.ts';
import { goTo } from '../state/ui.ts';
import { adviceText, reportText } from './doctor-text.ts';
import '../../i18n/screens.ts';
import './doctor.css';

const ICONS: Readonly<Record<DoctorStep['state'], LucideIcon>> = {
  running: CircleDashed,
  ok: CircleCheck,
  failed: CircleX,
  skipped: CircleMinus,
};

/** Each step of the connection, what holds and what to do. Starts when it is opened: that is why one comes here. */
export default function DoctorScreen() {
  const t = useT();
  const language = useLanguage();
  const { run, error } = useAction();
  const [report, setReport] = useState<Pushes['doctor'] | null>(null);
  const [copied, setCopied] = useState(false);
  const running = report !== null && !report.done;
  const failed = report?.steps.filter(({ state }) => state === 'failed').length ?? 0;

  const start = () => {
    setReport({ steps: [], done: false });
    void run(async () => {
      try {
        await request('doctor.run');
      } catch (thrown) {
        setReport(null);
        throw thrown;
      }
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the screen is opened
  useEffect(() => {
    const stop = listen('doctor', setReport);
    start();
    return stop;
  }, []);
  useEffect(() => {
    if (!copied) return;
    const wait = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(wait);
  }, [copied]);

  const copy = () =>
    run(async () => {
      const app = currentApp();
      const head = t('doctor.report', {
        version: app?.version ?? '',
        platform: app?.platform ?? '',
        time: moment(Date.now(), language),
      });
      await request('clipboard.copy', reportText(report?.steps ?? [], head, t));
      setCopied(true);
    });

  const summary = running
    ? t('doctor.running')
    : report === null
      ? t('doctor.none')
      : failed === 0
        ? t('doctor.allGood')
        : t('doctor.problems', { count: failed });
  return (
    <div className="doctor screen">
      <div className="doctor-page">
        <header className="doctor-head">
          <IconButton icon={ArrowLeft} tone="ghost" label={t('doctor.back')} onClick={() => goTo('settings')} />
          <h1>{t('doctor.title')}</h1>
        </header>
        <p className="quiet">{t('doctor.text')}</p>
        <div className="doctor-tools">
          <Button tone="primary" icon={Stethoscope} disabled={running} data-testid="doctor-run" onClick={start}>
            {running ? t('doctor.running') : report === null ? t('doctor.run') : t('doctor.again')}
          </Button>
          <Button
            icon={Copy}
            disabled={(report?.steps.length ?? 0) === 0}
            data-testid="doctor-copy"
            onClick={() => void copy()}
          >
            {copied ? t('app.copied') : t('doctor.copy')}
          </Button>
          <p
            className={failed > 0 ? 'doctor-summary doctor-summary-failed' : 'doctor-summary'}
            role="status"
            data-testid="doctor-summary"
          >
            {error ? errorText(t, error) : summary}
          </p>
        </div>
        <ol className="doctor-steps" aria-label={t('doctor.steps')}>
          {report?.steps.map((step) => (
            <Step key={`${step.id} ${step.subject}`} step={step} />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Step({ step }: { readonly step: DoctorStep }) {
  const t = useT();
  const Icon = ICONS[step.state];
  return (
    <li className="doctor-step" data-state={step.state} data-step={step.id} data-testid="doctor-step">
      <Icon className="icon" aria-hidden="true" />
      <div className="doctor-words">
        <p className="doctor-name">
          <strong>{t(`doctor.names.${step.id}`)}</strong>
          <Foreign className="cut quiet selectable doctor-subject">{step.subject}</Foreign>
        </p>
        <p className="doctor-advice selectable">{adviceText(step, t)}</p>
        {step.detail === '' ? null : (
          <p className="doctor-detail quiet selectable">
            <Foreign>{step.detail}</Foreign>
          </p>
        )}
      </div>
      <p className="doctor-state">
        <span>{t(`doctor.states.${step.state}`)}</span>
        <span className="quiet">{step.ms === null ? '' : t('doctor.ms', { ms: Math.round(step.ms) })}</span>
      </p>
    </li>
  );
}
