// SPDX-License-Identifier: MIT
import { Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { isNetwork, isPath, isPort } from '../../ui/valid.ts';
import { useApp } from '../state/store.ts';
import { DirectRows } from './DirectRows.tsx';
import { LinesRow, NumberRow, Row, StringRow, ToggleRow } from './rows.tsx';
import { StatisticsRows } from './StatisticsRows.tsx';

const selectRelay = (app: AppState) => app.relay;
const selectTeam = (app: AppState) => app.team.state;
const selectPath = (app: AppState) => app.settings.relayPath;

/** Where events and old calls come from: in a team its relay, alone the PBX itself. */
export function EventsSection() {
  const t = useT();
  const isAlone = useApp(selectTeam) === 'off';
  return (
    <>
      {isAlone ? <OwnRelay /> : <p className="setting-hint">{t('teamState.forTeam')}</p>}
      <h3 className="settings-part-title">{t('statistics.head')}</h3>
      <StatisticsRows />
    </>
  );
}

function OwnRelay() {
  const t = useT();
  const relay = useApp(selectRelay);
  return (
    <>
      <ToggleRow name="relayEnabled" label={t('settings.relay')} hint={t('settings.relayHint')} />
      <Row label={t('settings.relayState')} error={relay.error ? errorText(t, relay.error) : null}>
        <span data-testid="settings-relay-state">
          {relay.state === 'listening'
            ? t('settings.relay-listening', { port: relay.port })
            : t(`settings.relay-${relay.state}`)}
        </span>
      </Row>
      <DirectRows />
      <Webhook port={relay.port} />
      <NumberRow
        name="relayPort"
        label={t('settings.relayPort')}
        check={(text) => (isPort(text) ? null : t('settings.relayPortBad'))}
      />
      <StringRow
        name="relayPath"
        label={t('settings.relayPath')}
        check={(text) => (isPath(text) ? null : t('settings.relayPathBad'))}
      />
      <LinesRow
        name="relaySources"
        label={t('settings.relaySources')}
        hint={t('settings.relaySourcesHint')}
        check={(value) => (isNetwork(value) ? null : t('settings.relaySourcesBad', { value }))}
      />
    </>
  );
}

/** The address the tunnel forwards to, ready to be pasted. */
function Webhook({ port }: { readonly port: number }) {
  const t = useT();
  const path = useApp(selectPath);
  const { run, error } = useAction();
  const [copied, setCopied] = useState(false);
  const url = `http://127.0.0.1:${port}${path}`;
  useEffect(() => {
    if (!copied) return;
    const wait = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(wait);
  }, [copied]);
  const copy = async () => {
    const done = await run(async () => {
      await request('clipboard.copy', url);
      return true;
    });
    if (done) setCopied(true);
  };
  return (
    <Row label={t('settings.webhook')} hint={t('settings.webhookHint')} error={error ? errorText(t, error) : null}>
      <div className="webhook">
        <output className="cut selectable" data-testid="settings-webhook" title={url}>
          {url}
        </output>
        <Button size="small" icon={Copy} data-testid="settings-webhook-copy" onClick={() => void copy()}>
          {copied ? t('app.copied') : t('app.copy')}
        </Button>
      </div>
    </Row>
  );
}
