// SPDX-License-Identifier: MIT
import { Ban, CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';
import { canBeListed } from './can-be-listed.ts';

const selectTeam = (app: AppState) => app.team.state;
const selectRole = (app: AppState) => app.team.role;

type Props = {
  readonly number: string;
  readonly numberText: string;
  readonly run: <R>(work: () => Promise<R>) => Promise<R | undefined>;
};

/** Puts a caller on the blacklist, after a question, or takes them off: in a team only an administrator may. */
export function BlockButton({ number, numberText, run }: Props) {
  const t = useT();
  const isTeam = useApp(selectTeam) !== 'off';
  const isAdmin = useApp(selectRole) === 'admin';
  const [listed, setListed] = useState<boolean | null>(null);
  const [asking, setAsking] = useState(false);
  const isFit = canBeListed(number);
  useEffect(() => {
    if (!isFit) return;
    let current = true;
    request('blacklist.has', number).then(
      (found) => current && setListed(found),
      // Not known while the relay is away: blocking can be asked for all the same.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [number, isFit]);

  const set = (on: boolean) =>
    void run(async () => {
      await request('blacklist.set', number, on);
      setListed(on);
    });
  const isFixed = listed === true && isTeam && !isAdmin;
  return (
    <>
      <Button
        icon={listed === true ? CircleCheck : Ban}
        disabled={!isFit || isFixed}
        title={isFixed ? t('blacklist.blockedByTeam') : undefined}
        data-testid="history-block"
        data-listed={listed}
        onClick={() => (listed === true ? set(false) : setAsking(true))}
      >
        {isFixed ? t('blacklist.blocked') : t(listed === true ? 'blacklist.unblock' : 'blacklist.block')}
      </Button>
      <Confirm
        open={asking}
        title={t('blacklist.blockTitle', { number: numberText || number })}
        text={t(isTeam && !isAdmin ? 'block.teamText' : 'block.text')}
        action={t('block.action')}
        testId="history-block-confirm"
        onAnswer={(yes) => {
          setAsking(false);
          if (yes) set(true);
        }}
      />
    </>
  );
}
