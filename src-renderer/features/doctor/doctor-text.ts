// SPDX-License-Identifier: MIT
import i18next from 'i18next';
import type { DoctorStep } from '../../../src-shared/ipc/map.ts';
import type { T } from '../../i18n/index.ts';

/** What a step's result means and what to do: its own sentence, else the one that all steps share. */
export function adviceText(step: Pick<DoctorStep, 'id' | 'advice'>, t: T): string {
  const key = [`doctor.${step.id}.${step.advice}`, `doctor.any.${step.advice}`].find((one) => i18next.exists(one));
  return t((key ?? 'doctor.any.unknown') as 'doctor.any.unknown');
}

/** Plain text for whoever helps: the same words as on the screen, and never a secret (the steps hold none). */
export function reportText(steps: readonly DoctorStep[], head: string, t: T): string {
  const lines = steps.map((step) => {
    const time = step.ms === null ? '' : ` (${t('doctor.ms', { ms: Math.round(step.ms) })})`;
    const detail = step.detail === '' ? '' : `\n    ${step.detail}`;
    return `[${t(`doctor.states.${step.state}`)}] ${t(`doctor.names.${step.id}`)}: ${step.subject}${time}\n    ${adviceText(step, t)}${detail}`;
  });
  return [head, ...lines].join('\n').slice(0, 10_000);
}
