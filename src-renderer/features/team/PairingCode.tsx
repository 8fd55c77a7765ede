// SPDX-License-Identifier: MIT
import { CircleCheck, Copy } from 'lucide-react';
import type { DeviceView } from '../../../src-shared/relay/protocol.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { duration } from '../../ui/format.ts';
import { takeFocus, useAction, useNow } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { type ShownCode, usedBy } from './pairing.ts';

const selectUrl = (app: AppState) => app.team.url;

type Props = {
  readonly shown: ShownCode;
  readonly devices: readonly DeviceView[];
  readonly problem: string | null;
  readonly onAgain: () => void;
  readonly onClose: () => void;
};

/** The code, big enough to be read out or copied from the other side of a desk, for as long as it is worth something. */
export function PairingCode({ shown, devices, problem, onAgain, onClose }: Props) {
  const t = useT();
  const url = useApp(selectUrl);
  const used = usedBy(shown, devices);
  const seconds = Math.ceil((shown.expiresAt - useNow(used === null)) / 1000);
  const isOver = seconds <= 0;
  const { run } = useAction();
  const { code, extension } = shown;
  const half = Math.ceil(code.length / 2);
  return (
    <section className="pairing" aria-label={t('team.codeTitle', { extension })} data-testid="pairing-code">
      <h2>{t('team.codeTitle', { extension })}</h2>
      {used === null ? (
        <>
          <p className="code" data-over={isOver}>
            <span className="screen-reader">{t('team.codeRead', { code: [...code].join(' ') })}</span>
            <span className="code-text selectable" aria-hidden="true" data-testid="pairing-code-text">
              {code.includes('-') ? code : `${code.slice(0, half)} ${code.slice(half)}`}
            </span>
          </p>
          <p className={isOver ? 'setting-error' : 'quiet'} role={isOver ? 'status' : undefined}>
            {isOver ? t('team.codeOver') : t('team.codeLeft', { left: duration(seconds) })}
          </p>
          <p className="code-how selectable">{t('team.codeText', { url })}</p>
        </>
      ) : (
        <p className="code-used" role="status">
          <CircleCheck className="icon" aria-hidden="true" />
          {t('team.codeUsed', { name: used.name || t('team.unnamed') })}
        </p>
      )}
      <div className="pairing-make">
        <Button ref={takeFocus} data-testid="pairing-close" onClick={onClose}>
          {t('team.codeClose')}
        </Button>
        {used !== null ? null : isOver ? (
          <Button tone="primary" data-testid="pairing-again" onClick={onAgain}>
            {t('team.newCode')}
          </Button>
        ) : (
          <Button
            icon={Copy}
            data-testid="pairing-copy"
            onClick={() => void run(() => request('clipboard.copy', code))}
          >
            {t('app.copy')}
          </Button>
        )}
        <p className="setting-error" role="status">
          {problem}
        </p>
      </div>
    </section>
  );
}
