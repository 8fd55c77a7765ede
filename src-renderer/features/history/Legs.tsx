// SPDX-License-Identifier: MIT
import { BellRing, PhoneCall } from 'lucide-react';
import type { Leg } from '../../../src-shared/calls/model.ts';
import type { CallView } from '../../../src-shared/state.ts';
import { type T, useT } from '../../i18n/index.ts';
import { duration } from '../../ui/format.ts';

/** Which extension rang, which answered, and for how long. */
export function Legs({ call }: { readonly call: CallView }) {
  const t = useT();
  if (call.legs.length === 0) return null;
  return (
    <section className="detail-part">
      <h2>{t('history.legs')}</h2>
      <ul className="legs">
        {call.legs.map((leg) => {
          const answered = leg.answeredAt !== null || leg.extension === call.answeredBy;
          const Icon = answered ? PhoneCall : BellRing;
          return (
            <li key={leg.extension} className={answered ? 'leg leg-answered' : 'leg'}>
              <Icon className="icon" aria-hidden="true" />
              <span>{t('registration.extension', { extension: leg.extension })}</span>
              <span className="quiet">{legText(leg, call, t)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function legText(leg: Leg, call: CallView, t: T): string {
  if (leg.answeredAt !== null) {
    if (leg.endedAt === null && call.phase !== 'ended') return t('history.legTalking');
    const end = leg.endedAt ?? call.endedAt ?? leg.answeredAt;
    return t('history.legAnswered', { duration: duration((end - leg.answeredAt) / 1000) });
  }
  if (leg.extension === call.answeredBy) return t('history.legAnswered', { duration: duration(call.duration) });
  const end = leg.endedAt ?? call.answeredAt ?? call.endedAt;
  if (end === null || leg.ringingAt === null) return t('history.legRinging');
  return t('history.legRang', { duration: duration((end - leg.ringingAt) / 1000) });
}
