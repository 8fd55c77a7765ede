// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { AnswerRecord } from '../../../src-shared/rules/team.ts';
import type { AppState, HistoryRow } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useLanguage, useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { clockSeconds } from '../../ui/format.ts';
import { useApp } from '../state/store.ts';
import { answerSentences } from './answer-text.ts';

const selectMembers = (app: AppState) => app.team.members;

/** What the PBX was told while the caller waited, and why. Nothing where it asked nothing, or nobody here knows. */
export function Answers({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const language = useLanguage();
  const members = useApp(selectMembers);
  const answers = useAnswers(row);
  if (answers.length === 0) return null;
  const nameOf = (extension: string) => {
    const name = members.find((one) => one.extension === extension)?.name ?? '';
    return name === '' ? extension : `${name} (${extension})`;
  };
  return (
    <section className="detail-part" data-testid="history-answers">
      <h2>{t('answers.title')}</h2>
      {answers.map((answer) => (
        <p key={answer.at} className="answer selectable">
          <Foreign>{answerSentences(answer, nameOf, t).join(' ')}</Foreign>
          <span className="quiet row-small"> {t('answers.at', { time: clockSeconds(answer.at, language) })}</span>
        </p>
      ))}
    </section>
  );
}

/** Asked anew when the call becomes another: its answer may be told later than the call. */
function useAnswers({ id, call }: HistoryRow): readonly AnswerRecord[] {
  const [answers, setAnswers] = useState<readonly AnswerRecord[]>([]);
  const isAsked = call.direction === 'in' && call.pbxCallId !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the phase says that the call has gone on
  useEffect(() => {
    if (!isAsked) return;
    let current = true;
    request('answers.of', id).then(
      (found) => current && setAnswers(found),
      // The relay may be away: the call's page is whole without it.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [id, isAsked, call.phase]);
  return answers;
}
