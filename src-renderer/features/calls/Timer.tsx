// SPDX-License-Identifier: MIT
import type { CallView } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { duration } from '../../ui/format.ts';
import { useNow } from '../../ui/hooks.ts';

/** Talk time since the answer. Its place is kept when there is none. */
export function Timer({ call, testId }: { readonly call: CallView; readonly testId: string }) {
  const t = useT();
  const running = call.phase === 'talking' && call.answeredAt !== null;
  const now = useNow(running);
  const shown = running && call.answeredAt !== null ? duration((now - call.answeredAt) / 1000) : '';
  return (
    <span className="call-time" role="timer" aria-label={t('call.timer')} aria-live="off" data-testid={testId}>
      {shown}
    </span>
  );
}
