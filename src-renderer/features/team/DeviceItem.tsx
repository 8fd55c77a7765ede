// SPDX-License-Identifier: MIT
import { KeyRound, MonitorCheck, MonitorOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DeviceView } from '../../../src-shared/relay/protocol.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { errorText, useLanguage, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button, Foreign } from '../../ui/controls.tsx';
import { whenText } from '../../ui/format.ts';
import { useAction } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { askAdmin } from './admin.ts';

const selectOwn = (app: AppState) => app.settings.extension;

type Props = {
  readonly device: DeviceView;
  /** Name of the person with its extension, '' for none. */
  readonly owner: string;
  readonly onSaid: (text: string) => void;
  readonly onRevoked: () => Promise<void>;
};

/** One computer of the team: whose it is, whether it is there, and what an administrator can do about it. */
export function DeviceItem({ device, owner, onSaid, onRevoked }: Props) {
  const t = useT();
  const language = useLanguage();
  const own = useApp(selectOwn);
  const { run, busy, error } = useAction();
  const [asking, setAsking] = useState(false);
  const name = device.name || t('team.unnamed');
  const seen =
    device.seenAt === null
      ? t('team.neverSeen')
      : t('team.seen', { when: whenText(device.seenAt, language, Date.now()) });
  const Icon = device.online ? MonitorCheck : MonitorOff;

  async function allow() {
    const done = await run(async () => {
      await askAdmin('admin.allow-password', { device: device.id });
      return true;
    });
    if (done) onSaid(t('team.passwordAllowed'));
  }

  async function revoke(yes: boolean) {
    setAsking(false);
    if (!yes) return;
    await run(async () => {
      await askAdmin('admin.revoke', { device: device.id });
      onSaid(t('team.revoked', { name }));
      await onRevoked();
    });
  }

  return (
    <li className="team-device" data-online={device.online} data-testid="device">
      <Icon className="icon" aria-hidden="true" />
      <div className="team-device-who">
        <p className="cut selectable">
          <Foreign className="row-name">{name}</Foreign>
          <span className="quiet"> · {t(`teamRole.${device.role}`)}</span>
        </p>
        <p className="cut quiet row-small">
          <Foreign>{[device.extension, owner].filter(Boolean).join(' · ')}</Foreign>
          {' · '}
          <span className={device.online ? 'team-device-on' : undefined}>
            {device.online ? t('team.online') : seen}
          </span>
        </p>
      </div>
      <div className="team-device-actions">
        <Button
          size="small"
          icon={KeyRound}
          disabled={busy}
          aria-label={t('team.allowPasswordOf', { name })}
          data-testid="device-allow"
          onClick={() => void allow()}
        >
          {t('team.allowPassword')}
        </Button>
        <Button
          size="small"
          icon={Trash2}
          disabled={busy}
          aria-label={t('team.revokeOf', { name })}
          data-testid="device-revoke"
          onClick={() => setAsking(true)}
        >
          {t('team.revoke')}
        </Button>
      </div>
      {error ? (
        <p className="setting-error team-device-error" role="alert">
          {errorText(t, error)}
        </p>
      ) : null}
      <Confirm
        open={asking}
        title={t('team.revokeTitle', { name })}
        text={[t('team.revokeText'), device.extension === own ? t('team.revokeSelf') : ''].filter(Boolean).join(' ')}
        action={t('team.revokeAction')}
        testId="device-revoke-confirm"
        onAnswer={(yes) => void revoke(yes)}
      />
    </li>
  );
}
