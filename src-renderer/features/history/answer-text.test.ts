// SPDX-License-Identifier: MIT
import i18next from 'i18next';
import { describe, expect, test } from 'vitest';
import { ANSWER_REASONS, type AnswerRecord } from '../../../src-shared/rules/team.ts';
import '../../i18n/screens.ts';
import { answerSentences } from './answer-text.ts';

const record = (patch: Partial<AnswerRecord>): AnswerRecord => ({
  ...{ pbxCallId: '1', at: 0, answer: null, reason: 'unknown', extension: null },
  ...patch,
});
const sentences = (patch: Partial<AnswerRecord>, language = 'en') =>
  answerSentences(record(patch), (extension) => `Ana (${extension})`, i18next.getFixedT(language));

describe('an answer to the PBX in words', () => {
  test('says to whom, why, for how long and under which name', () => {
    const answer = { redirect: '101', return_timeout: '20', caller_name: 'Clara Ibanez' };
    expect(sentences({ reason: 'responsible', extension: '101', answer })).toEqual([
      'Sent to Ana (101), who is responsible for this caller.',
      'Back to the menu after 20 seconds without an answer.',
      'Phones showed “Clara Ibanez”.',
    ]);
  });

  test('says nothing of a return that is none, nor of one that was not sent on', () => {
    const answer = { redirect: '101', return_timeout: '0' };
    expect(sentences({ reason: 'responsible', extension: '101', answer })).toHaveLength(1);
    const busy = { redirect: 'blacklist', return_timeout: '20' };
    expect(sentences({ reason: 'blacklisted', answer: busy })).toHaveLength(1);
  });

  test.each(['en', 'es'])('%s has a sentence of its own for every reason', (language) => {
    const all = ANSWER_REASONS.map((reason) => sentences({ reason, extension: '102' }, language)[0]);
    expect(new Set(all).size).toBe(ANSWER_REASONS.length);
    for (const [index, reason] of ANSWER_REASONS.entries()) expect(all[index]).not.toContain(`answers.${reason}`);
  });
});
