// SPDX-License-Identifier: MIT
import { ArrowLeft, Copy, ExternalLink, MessageSquare, Pencil, Phone, UserPlus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { CallQuality, HistoryRow } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Button, Foreign, IconButton } from '../../ui/controls.tsx';
import { clockSeconds, duration, moment } from '../../ui/format.ts';
import { useAction } from '../../ui/hooks.ts';
import { BlockButton } from '../blacklist/BlockButton.tsx';
import { CallIcon } from '../calls/CallIcon.tsx';
import { callNumber, callTitle, resultText } from '../calls/call-text.ts';
import { mosText, percent } from '../calls/quality-text.ts';
import { contactFor } from '../contacts/find-contact.ts';
import HistoryCrm from '../crm/HistoryCrm.tsx';
import { canSend } from '../messages/can-send.ts';
import { writeTo } from '../messages/write-to.ts';
import { useApp } from '../state/store.ts';
import { dialNumber, editContact } from '../state/ui.ts';
import { Answers } from './Answers.tsx';
import { Legs } from './Legs.tsx';
import { NoteEditor } from './NoteEditor.tsx';

const Recording = lazy(() => import('../recordings/Recording.tsx'));

/** One call of the history: what to do with it, what it was, the note, the recording. */
export function Detail({ row, onClose }: { readonly row: HistoryRow; readonly onClose: () => void }) {
  const t = useT();
  const { call } = row;
  const title = callTitle(call, t);
  return (
    <section className="split-detail" aria-label={t('history.detail')} data-testid="history-detail">
      <header className="detail-title">
        <IconButton
          icon={ArrowLeft}
          tone="ghost"
          className="detail-back"
          label={t('history.backToList')}
          data-testid="history-back"
          onClick={onClose}
        />
        <CallIcon call={call} />
        <div className="detail-names">
          <h1 className="cut selectable">
            <Foreign>{title}</Foreign>
          </h1>
          <p className="cut quiet selectable">
            <Foreign>
              {[callNumber(call, t), call.contact?.company].filter(Boolean).join(' · ') || resultText(call, t)}
            </Foreign>
          </p>
        </div>
      </header>
      <Actions row={row} />
      <NoteEditor row={row} />
      <HistoryCrm row={row} />
      <section className="detail-part">
        <h2>{t('history.recording')}</h2>
        <Suspense fallback={<p className="quiet">{t('recording.loading')}</p>}>
          <Recording row={row} />
        </Suspense>
      </section>
      <Facts row={row} />
      <Answers row={row} />
      {row.quality === null ? null : <QualityFacts quality={row.quality} />}
      <Legs call={call} />
    </section>
  );
}

function Actions({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const { run, error } = useAction();
  const { call } = row;
  const { contact } = call;
  const withheld = call.number === '';
  const sms = useApp(canSend);

  async function openContact() {
    const draft = await run(() => contactFor(contact, call.number, call.networkName ?? ''));
    if (draft !== undefined) editContact(draft);
  }

  return (
    <>
      <div className="detail-actions">
        <Button
          tone="answer"
          icon={Phone}
          disabled={withheld}
          data-testid="history-call-back"
          onClick={() => dialNumber(call.number)}
        >
          {t('history.callBack')}
        </Button>
        <Button
          icon={contact === null ? UserPlus : Pencil}
          disabled={withheld}
          data-testid="history-contact"
          onClick={() => void openContact()}
        >
          {contact === null ? t('history.addContact') : t('history.editContact')}
        </Button>
        <Button
          icon={Copy}
          disabled={withheld}
          data-testid="history-copy"
          onClick={() => void run(() => request('clipboard.copy', call.number))}
        >
          {t('history.copyNumber')}
        </Button>
        {sms && call.number.length > 5 ? (
          <Button
            icon={MessageSquare}
            data-testid="history-message"
            onClick={() => void run(() => writeTo(call.number))}
          >
            {t('messages.writeTo')}
          </Button>
        ) : null}
        {call.direction === 'in' ? <BlockButton number={call.number} numberText={call.numberText} run={run} /> : null}
        {contact?.url ? (
          <Button icon={ExternalLink} onClick={() => void run(() => request('link.open', contact.url ?? ''))}>
            {t('history.openCard')}
          </Button>
        ) : null}
      </div>
      {error ? (
        <p className="error-box" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
    </>
  );
}

function Facts({ row }: { readonly row: HistoryRow }) {
  const t = useT();
  const language = useLanguage();
  const { call } = row;
  const end = call.answeredAt ?? call.endedAt;
  const facts: readonly (readonly [string, string])[] = [
    [t('history.result'), resultText(call, t)],
    [t('history.talked'), call.answeredAt === null ? '' : duration(call.duration)],
    [t('history.started'), moment(call.startedAt, language)],
    [t('history.waited'), end === null ? '' : duration((end - call.startedAt) / 1000)],
    [t('history.ended'), call.endedAt === null ? '' : clockSeconds(call.endedAt, language)],
    [call.direction === 'in' ? t('history.did') : t('history.didOut'), call.didText ?? call.did ?? ''],
    [t('history.number'), call.number],
  ];
  return (
    <section className="detail-part">
      <h2>{t('history.facts')}</h2>
      <dl className="facts selectable">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Foreign>{value}</Foreign>
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}

/** Means and worst of the call's sound, as kept when it was over. */
function QualityFacts({ quality }: { readonly quality: CallQuality }) {
  const t = useT();
  const language = useLanguage();
  const facts: readonly (readonly [string, string])[] = [
    [t('quality.mean'), mosText(quality.mos, t, language)],
    [t('quality.worst'), mosText(quality.worstMos, t, language)],
    [t('quality.delayName'), quality.rtt === null ? '' : `${Math.round(quality.rtt)} ms`],
    [t('quality.jitterName'), quality.jitter === null ? '' : `${Math.round(quality.jitter)} ms`],
    [t('quality.lossName'), quality.loss === null ? '' : `${percent(quality.loss, language)} %`],
    [t('quality.measured'), duration(quality.seconds)],
  ];
  return (
    <section className="detail-part" data-testid="history-quality">
      <h2>{t('quality.title')}</h2>
      <dl className="facts selectable">
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
