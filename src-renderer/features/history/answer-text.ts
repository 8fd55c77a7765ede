// SPDX-License-Identifier: MIT
import type { AnswerRecord } from '../../../src-shared/rules/team.ts';
import type { T } from '../../i18n/index.ts';

/**
 * What the PBX was told about a call, in sentences: the decision with its reason, then what it carried along.
 *
 * @param nameOf a colleague's name with the extension
 */
export function answerSentences(
  { reason, extension, answer }: AnswerRecord,
  nameOf: (extension: string) => string,
  t: T,
): readonly string[] {
  const who = extension === null ? t('answers.someone') : nameOf(extension);
  const returns = Number(answer?.return_timeout ?? 0);
  const isSentOn = answer?.redirect !== undefined && reason === 'responsible';
  return [
    t(`answers.${reason}`, { extension: who }),
    isSentOn && returns > 0 ? t('answers.returns', { count: returns }) : '',
    answer?.caller_name ? t('answers.named', { name: answer.caller_name }) : '',
  ].filter(Boolean);
}
