// SPDX-License-Identifier: MIT
import type { QualitySample } from '../../../src-shared/engine-protocol.ts';
import type { Language, T } from '../../i18n/index.ts';

export type QualityWord = 'good' | 'fair' | 'poor' | 'unknown';

/**
 * MOS in words, by the steps of user satisfaction of ITU-T G.107 annex B: from 4.03 on users are satisfied, below 3.60
 * many are not.
 */
export function qualityWord(mos: number | null): QualityWord {
  if (mos === null || !Number.isFinite(mos)) return 'unknown';
  return mos >= 4.03 ? 'good' : mos >= 3.6 ? 'fair' : 'poor';
}

const decimal = (value: number, digits: number, language: Language) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** "good 4.3", or that it is being measured. */
export function mosText(mos: number | null, t: T, language: Language): string {
  const word = qualityWord(mos);
  if (word === 'unknown' || mos === null) return t('quality.unknown');
  return t('quality.summary', { word: t(`quality.${word}`), mos: decimal(mos, 1, language) });
}

/** A share (0 to 1) as per cent with one digit. */
export function percent(share: number, language: Language): string {
  return decimal(share * 100, 1, language);
}

/** "delay 42 ms · jitter 3 ms · loss 0.2 %"; what was not measured is left out. */
export function figures(sample: Pick<QualitySample, 'rtt' | 'jitter' | 'loss'>, t: T, language: Language): string {
  return [
    sample.rtt === null ? '' : t('quality.delay', { ms: Math.round(sample.rtt) }),
    sample.jitter === null ? '' : t('quality.jitter', { ms: Math.round(sample.jitter) }),
    sample.loss === null ? '' : t('quality.loss', { percent: percent(sample.loss, language) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

const MINUTE = 60_000;

/** The chart's line, `x,y` pairs: the last minute from left to right, MOS 1 at the bottom and 4.5 at the top. */
export function chartPoints(samples: readonly QualitySample[], width: number, height: number): string {
  const end = samples.at(-1)?.at ?? 0;
  return samples
    .flatMap(({ at, mos }) =>
      mos === null || end - at > MINUTE ? [] : [[at, Math.min(4.5, Math.max(1, mos))] as const],
    )
    .map(([at, mos]) => `${round(width - ((end - at) / MINUTE) * width)},${round(height - ((mos - 1) / 3.5) * height)}`)
    .join(' ');
}

/** Bars of lost audio, as an SVG path; a loss of a fifth or more has the chart's full height. */
export function lossBars(samples: readonly QualitySample[], width: number, height: number): string {
  const end = samples.at(-1)?.at ?? 0;
  return samples
    .filter(({ at, loss }) => loss !== null && loss > 0 && end - at <= MINUTE)
    .map(({ at, loss }) => {
      const x = round(width - ((end - at) / MINUTE) * width);
      return `M${x} ${height}V${round(height - Math.min(1, (loss ?? 0) / 0.2) * height)}`;
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
