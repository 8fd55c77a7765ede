// SPDX-License-Identifier: MIT
import { PhoneOutgoing } from 'lucide-react';
import type { CallbackState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign } from '../../ui/controls.tsx';
import { useNow } from '../../ui/hooks.ts';

/** A callback that was asked for. There is nothing to press: the phone will ring, and then it is a call like others. */
export function CallbackCard({ callback }: { readonly callback: CallbackState }) {
  const t = useT();
  const seconds = Math.max(0, Math.ceil((callback.until - useNow(true)) / 1000));
  const number = callback.numberText || callback.number;
  return (
    <article className="callback-card" data-testid="callback-card">
      <span className="call-icon call-icon-out">
        <PhoneOutgoing className="icon" aria-hidden="true" />
      </span>
      <div className="call-names" role="status">
        <Foreign className="call-name cut">{t('callback.calling', { number })}</Foreign>
        <p className="callback-text quiet">
          <Foreign>{t('callback.text', { number })}</Foreign>
        </p>
      </div>
      <span className="quiet" aria-hidden="true">
        {t('callback.seconds', { seconds })}
      </span>
    </article>
  );
}
