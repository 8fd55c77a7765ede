// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { listen, request } from '../../bridge.ts';
import { useApp } from '../state/store.ts';

/** Whether a text message could be sent now: with the account's keys here, or through the relay that has them. */
export function canSend({ team, account }: AppState): boolean {
  return account !== null && (team.state === 'off' || team.state === 'on');
}

/** Whether there is anything to do with messages: some to read, or a way to write one. */
export function useHasUse(): boolean {
  const able = useApp(canSend);
  const [some, setSome] = useState(false);
  useEffect(() => {
    if (able) return;
    const look = () =>
      void request('messages.conversations').then(
        (list) => setSome(list.length > 0),
        () => undefined,
      );
    look();
    return listen('messages.changed', look);
  }, [able]);
  return able || some;
}
