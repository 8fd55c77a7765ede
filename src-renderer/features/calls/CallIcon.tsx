// SPDX-License-Identifier: MIT
import { PhoneCall, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing } from 'lucide-react';
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { CallView } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';

/** Direction and fate as shape, colour and hidden word: never colour alone. */
export function CallIcon({ call }: { readonly call: CallView }) {
  const t = useT();
  const missed = isMissed(call);
  const kind = missed ? 'missed' : call.phase === 'talking' ? 'talking' : call.direction;
  const failed = call.phase === 'ended' && call.direction === 'out' && call.answeredAt === null;
  const Icon = missed
    ? PhoneMissed
    : call.phase === 'talking'
      ? PhoneCall
      : failed
        ? PhoneOff
        : call.direction === 'in'
          ? PhoneIncoming
          : PhoneOutgoing;
  const word = missed ? t('history.missed') : call.direction === 'in' ? t('history.in') : t('history.out');
  return (
    <span className={`call-icon call-icon-${kind}`} title={word}>
      <Icon className="icon" aria-hidden="true" />
      <span className="screen-reader">{word}</span>
    </span>
  );
}
