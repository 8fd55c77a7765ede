// SPDX-License-Identifier: MIT
import { CircleCheck, CircleX, Radar, Undo2, Upload } from 'lucide-react';
import { useState } from 'react';
import type { DirectCheck } from '../../../src-shared/direct.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, type T, useT } from '../../i18n/index.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { isWebAddress } from '../../ui/valid.ts';
import { useApp } from '../state/store.ts';
import { Row, StringRow } from './rows.tsx';
import { Tunnels } from './Tunnels.tsx';
import './direct.css';

const selectUrl = (app: AppState) => app.settings.directUrl;
const selectFormer = (app: AppState) => app.settings.directFormer;

/** The way from the PBX to the relay on this computer: its public address, whether it works, and who has it. */
export function DirectRows() {
  const t = useT();
  return (
    <>
      <StringRow
        name="publicUrl"
        label={t('direct.publicUrl')}
        hint={t('direct.publicUrlHint')}
        check={(text) =>
          text === '' || (isWebAddress(text) && /^[^?#@\s]*$/.test(text)) ? null : t('direct.publicUrlBad')
        }
      />
      <Check />
      <Registration />
      <Tunnels />
    </>
  );
}

function Check() {
  const t = useT();
  const { run, busy, error } = useAction();
  const [found, setFound] = useState<DirectCheck | null>(null);
  const check = () => void run(async () => setFound(await request('direct.check')));
  return (
    <Row label={t('direct.checkLabel')} hint={t('direct.checkHint')} error={error ? errorText(t, error) : null}>
      <Button icon={Radar} disabled={busy} data-testid="direct-check" onClick={check}>
        {busy ? t('direct.checking') : t('direct.check')}
      </Button>
      <Finding found={busy ? null : found} t={t} />
    </Row>
  );
}

/** What the check found, with what to do; by shape, word and colour. */
function Finding({ found, t }: { readonly found: DirectCheck | null; readonly t: T }) {
  const Icon = found?.state === 'ok' ? CircleCheck : CircleX;
  return (
    <div role="status">
      {found === null ? null : (
        <div className="finding" data-state={found.state} data-testid="direct-finding">
          <Icon className="icon" aria-hidden="true" />
          <p className="selectable">
            {t(`doctor.webhook.${found.advice}`)}
            {[found.url, found.detail].filter(Boolean).map((text) => (
              <span key={text} className="finding-detail quiet">
                {text}
              </span>
            ))}
          </p>
        </div>
      )}
    </div>
  );
}

function Registration() {
  const t = useT();
  const url = useApp(selectUrl);
  const former = useApp(selectFormer);
  const { run, busy, error } = useAction();
  const [present, setPresent] = useState<string | null>(null);
  const [found, setFound] = useState<DirectCheck | null>(null);
  const [said, setSaid] = useState('');
  const [giving, setGiving] = useState(false);

  const register = (replace: boolean) =>
    run(async () => {
      setSaid('');
      setFound(null);
      const result = await request('direct.register', { replace });
      if (result.state === 'needs-consent') setPresent(result.present);
      else if (result.state === 'unreachable') setFound(result.check);
      else setSaid(result.former ? t('direct.doneFormer', { url: result.former }) : t('direct.done'));
    });
  const restore = () =>
    run(async () => {
      setSaid('');
      setFound(null);
      const back = await request('direct.restore');
      setSaid(back.url === '' ? t('direct.restoredNothing') : t('direct.restored', { url: back.url }));
    });
  return (
    <Row label={t('direct.state')} hint={t('direct.stateHint')} error={error ? errorText(t, error) : null}>
      <p className="selectable direct-url" data-testid="direct-url">
        {url === '' ? t('direct.notRegistered') : t('direct.registered', { url })}
      </p>
      <div className="settings-buttons">
        <Button icon={Upload} disabled={busy} data-testid="direct-register" onClick={() => void register(false)}>
          {busy ? t('direct.registering') : t(url === '' ? 'direct.register' : 'direct.registerAgain')}
        </Button>
        {former === null ? null : (
          <Button icon={Undo2} disabled={busy} data-testid="direct-restore" onClick={() => setGiving(true)}>
            {t('direct.restore')}
          </Button>
        )}
      </div>
      <p className="quiet selectable" role="status" data-testid="direct-said">
        {said}
      </p>
      <Finding found={found} t={t} />
      <Confirm
        open={present !== null}
        title={t('direct.consentTitle')}
        text={t('direct.consentText', { url: present ?? '' })}
        action={t('direct.consentAction')}
        testId="direct-consent"
        onAnswer={(yes) => {
          setPresent(null);
          if (yes) void register(true);
        }}
      />
      <Confirm
        open={giving}
        title={t('direct.restoreTitle')}
        text={former?.url ? t('direct.restoreText', { url: former.url }) : t('direct.restoreNothing')}
        action={t('direct.restore')}
        testId="direct-restore-confirm"
        onAnswer={(yes) => {
          setGiving(false);
          if (yes) void restore();
        }}
      />
    </Row>
  );
}
