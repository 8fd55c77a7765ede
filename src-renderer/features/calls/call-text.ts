// SPDX-License-Identifier: MIT
import type { Call } from '../../../src-shared/calls/model.ts';
import { isMissed } from '../../../src-shared/calls/model.ts';
import type { CallView } from '../../../src-shared/state.ts';
import type { T } from '../../i18n/index.ts';
import { duration } from '../../ui/format.ts';

/**
 * Contact, then the CRM's name, then the network's, then the number: the first that is there.
 *
 * @param crmName where the card shows what the CRMs say
 */
export function callTitle(call: CallView, t: T, crmName = ''): string {
  return call.contact?.name || crmName || call.networkName || call.numberText || call.number || t('call.withheld');
}

/** The number, when the title does not show it already. */
export function callNumber(call: CallView, t: T, crmName = ''): string {
  const number = call.numberText || call.number;
  return number === '' || callTitle(call, t, crmName) === number ? '' : number;
}

/** "to 912 345 678" for a call that came in on that line, "from …" for one we show it on. */
export function callLine(call: CallView, t: T): string {
  const did = call.didText ?? call.did;
  if (!did) return '';
  return call.direction === 'in' ? t('call.to', { did }) : t('call.from', { did });
}

/** How a call ended, in words of its direction. */
export function resultText(call: Pick<Call, 'direction' | 'disposition' | 'phase' | 'answeredAt'>, t: T): string {
  if (call.phase === 'ringing') return call.direction === 'in' ? t('call.incoming') : t('call.outgoing');
  if (call.phase === 'talking') return t('call.talking');
  if (call.disposition === 'cancelled' && call.direction === 'out') return t('disposition.cancelledOut');
  return t(`disposition.${call.disposition ?? 'unknown'}`);
}

/** One line that says where a live call stands. The timer is shown beside it. */
export function phaseText(call: CallView, t: T, mixed = false): string {
  if (mixed && call.phase === 'talking' && !abilities(call).onHold)
    return call.session?.muted ? t('call.mixedMuted') : t('call.mixed');
  if (call.phase === 'ended') return endText(call, t);
  if (call.phase === 'ringing') {
    if (call.direction === 'out')
      return call.session?.state === 'connecting' ? t('call.connecting') : t('call.outgoing');
    return call.session?.state === 'connecting' ? t('call.connecting') : t('call.incoming');
  }
  if (call.session === null) return t('call.otherPhone');
  if (call.session.hold === 'local' || call.session.hold === 'both') return t('call.onHold');
  if (call.session.hold === 'remote') return t('call.heldByOther');
  if (call.session.muted) return t('call.muted');
  return t('call.talking');
}

function endText(call: CallView, t: T): string {
  if (call.answeredAt !== null && call.session?.answeredAt == null && call.answeredBy !== null) {
    return t('call.elsewhere', { extension: call.answeredBy });
  }
  if (call.answeredAt !== null) return t('call.endedAfter', { duration: duration(call.duration) });
  if (call.disposition === 'rejected') return t('call.declined');
  if (isMissed(call)) return t('call.missed');
  if (call.direction === 'out') return resultText(call, t);
  return t('call.ended');
}

/** What the person can do with a call now. Without a session of this computer there is nothing to control. */
export function abilities(call: CallView) {
  const session = call.session;
  const live = session !== null && session.state !== 'ended' && call.phase !== 'ended';
  return {
    answer: live && call.phase === 'ringing' && session.direction === 'in' && session.state === 'ringing',
    decline: live && call.phase === 'ringing' && session.direction === 'in' && session.state !== 'connected',
    hangUp: live && (call.phase === 'talking' || session.direction === 'out' || session.state === 'connected'),
    control: live && session.state === 'connected',
    onHold: session?.hold === 'local' || session?.hold === 'both',
    muted: session?.muted === true,
  };
}
