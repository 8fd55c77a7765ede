// SPDX-License-Identifier: MIT
import { TriangleAlert } from 'lucide-react';
import type { CallView } from '../../../src-shared/state.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { chartPoints, figures, lossBars, mosText, qualityWord } from './quality-text.ts';
import { topWarning, useSessionMedia } from './session-media.ts';
import './quality.css';

const WIDTH = 56;
const HEIGHT = 14;

/** The last minute as a line of MOS with bars of lost audio, and the present in a word and a number. */
export function QualityChart({ call }: { readonly call: CallView }) {
  const t = useT();
  const language = useLanguage();
  const media = useSessionMedia(call);
  const samples = media?.quality ?? [];
  const last = samples.at(-1);
  if (call.phase !== 'talking' || last === undefined) return <span className="quality" />;
  const text = mosText(last.mos, t, language);
  const said = `${t('quality.label')}: ${[text, figures(last, t, language)].filter(Boolean).join('. ')}`;
  return (
    <span
      className="quality"
      role="img"
      aria-label={said}
      title={said}
      data-quality={qualityWord(last.mos)}
      data-testid="call-quality"
    >
      <svg
        className="quality-chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        aria-hidden="true"
      >
        <path className="quality-loss" d={lossBars(samples, WIDTH, HEIGHT)} />
        <polyline className="quality-line" points={chartPoints(samples, WIDTH, HEIGHT)} />
      </svg>
      {text}
    </span>
  );
}

/** One reserved line: what is wrong with the sound and what to do; else the figures, for who wants to know. */
export function MediaLine({ call }: { readonly call: CallView }) {
  const t = useT();
  const language = useLanguage();
  const media = useSessionMedia(call);
  const warning = call.phase === 'talking' ? topWarning(media) : null;
  const last = media?.quality.at(-1);
  return (
    <div className="media-line">
      <p className="media-warning" aria-live="polite" data-testid="call-warning" data-warning={warning ?? ''}>
        {warning === null ? null : (
          <>
            <TriangleAlert className="icon" aria-hidden="true" />
            <span title={t(`warning.${warning}`)}>{t(`warning.${warning}`)}</span>
          </>
        )}
      </p>
      {warning === null && call.phase === 'talking' && last !== undefined ? (
        <p className="media-figures quiet">{figures(last, t, language)}</p>
      ) : null}
    </div>
  );
}
