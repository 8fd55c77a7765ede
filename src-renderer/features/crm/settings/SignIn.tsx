// SPDX-License-Identifier: MIT
import { Copy, ExternalLink, LogOut, PlugZap, X } from 'lucide-react';
import { useState } from 'react';
import { redirectSettings, redirectUris } from '../../../../src-shared/crm/redirect-settings.ts';
import type { ConnectorSettings } from '../../../../src-shared/crm/settings.ts';
import { request } from '../../../bridge.ts';
import { errorText, useT } from '../../../i18n/index.ts';
import { Button } from '../../../ui/controls.tsx';
import { useAction } from '../../../ui/hooks.ts';
import { Segments } from '../../../ui/Segments.tsx';
import { Row } from '../../settings/rows.tsx';
import { useApp } from '../../state/store.ts';
import { selectConnectors } from '../crm-state.ts';
import { useOption } from './options.tsx';
import { TestButton } from './TestButton.tsx';

/** Signing in by the browser: the addresses to register, connecting with a way out, and the end of it. */
export function SignIn({
  connector,
  canConnect,
}: {
  readonly connector: ConnectorSettings;
  readonly canConnect: boolean;
}) {
  const t = useT();
  const { id } = connector;
  const view = useApp(selectConnectors).find((one) => one.id === id);
  const state = view?.state ?? 'off';
  const { run, error: own, clear } = useAction();
  const connecting = state === 'connecting';
  const ready = state === 'ready';
  const connect = () => void run(() => request('crm.connect', id));
  const cancel = () => {
    clear();
    void request('crm.cancel', id).catch(() => undefined);
  };
  const error = own ?? (ready ? null : (view?.error ?? null));
  // Cancelling is the person's own wish: no need to explain it.
  const said = error === null || error.code === 'oauth.cancelled' || connecting ? null : errorText(t, error);
  return (
    <>
      <RedirectRow connector={connector} />
      <Row
        label={t('crmSet.connection')}
        hint={connecting ? t('crmSet.connectingHint') : t('crmSet.connectHint')}
        error={said}
      >
        <div className="sign-in">
          {connecting ? (
            <Button icon={X} data-testid="crm-cancel" onClick={cancel}>
              {t('crmSet.cancelConnect')}
            </Button>
          ) : (
            <Button
              tone={ready ? 'plain' : 'primary'}
              icon={ExternalLink}
              disabled={!connector.enabled || !canConnect}
              data-testid="crm-connect"
              onClick={connect}
            >
              {ready ? t('crmSet.connectAgain') : t('crmSet.connect')}
            </Button>
          )}
          {ready ? (
            <Button
              icon={LogOut}
              data-testid="crm-disconnect"
              onClick={() => void run(() => request('crm.disconnect', id))}
            >
              {t('crmSet.disconnect')}
            </Button>
          ) : null}
          {connecting ? (
            <span className="sign-in-wait quiet" role="status" data-testid="crm-connecting">
              <PlugZap className="icon" aria-hidden="true" />
              {t('crmSet.connecting')}
            </span>
          ) : null}
        </div>
        {canConnect ? null : <p className="row-small quiet">{t('crmSet.clientIdFirst')}</p>}
      </Row>
      <Row label={t('crmSet.test')} hint={t('crmSet.testHint')}>
        <TestButton connector={id} disabled={!ready} />
      </Row>
    </>
  );
}

/** The callback addresses, ready to be pasted into the CRM, and the spelling of this computer's name in them. */
function RedirectRow({ connector }: { readonly connector: ConnectorSettings }) {
  const t = useT();
  const { save, error } = useOption(connector);
  const { run } = useAction();
  const [copied, setCopied] = useState(false);
  const redirect = redirectSettings(connector.options);
  const uris = redirectUris(redirect);
  return (
    <Row label={t('crmSet.redirects')} hint={t('crmSet.redirectsHint')} error={error}>
      <div className="redirects">
        <ul className="redirects-list mono selectable" data-testid="crm-redirects">
          {uris.map((uri) => (
            <li key={uri} className="cut" title={uri}>
              {uri}
            </li>
          ))}
        </ul>
        <div className="redirects-below">
          <Segments
            label={t('crmSet.redirectHost')}
            value={redirect.host}
            options={(['localhost', '127.0.0.1'] as const).map((value) => ({ value, label: value }))}
            testId="crm-redirect-host"
            onChange={(host) => {
              setCopied(false);
              void save('redirectHost', host === 'localhost' ? undefined : host);
            }}
          />
          <Button
            size="small"
            icon={Copy}
            data-testid="crm-redirects-copy"
            onClick={() =>
              void run(async () => {
                await request('clipboard.copy', uris.join('\n'));
                setCopied(true);
              })
            }
          >
            {copied ? t('app.copied') : t('app.copy')}
          </Button>
        </div>
      </div>
    </Row>
  );
}
