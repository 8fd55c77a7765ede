// SPDX-License-Identifier: MIT
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useApp } from '../state/store.ts';

const selectPort = (app: AppState) => app.relay.port || app.settings.relayPort;
const selectPath = (app: AppState) => app.settings.relayPath;

/** The three ways of docs/tunnels.md, each with the one command that matters, for this computer's port and path. */
export function Tunnels() {
  const t = useT();
  const port = useApp(selectPort);
  const path = useApp(selectPath);
  const ways = [
    ['cloudflared', t('direct.cloudflared'), 'cloudflared tunnel run megadial'],
    ['ssh -R', t('direct.ssh'), `ssh -N -R 127.0.0.1:18765:127.0.0.1:${port} tunnel@pbx.example.com`],
    [
      'Tailscale Funnel',
      t('direct.tailscale'),
      `tailscale funnel --bg --set-path=${path} http://127.0.0.1:${port}${path}`,
    ],
  ] as const;
  return (
    <details className="tunnels" data-testid="direct-recipes">
      <summary>{t('direct.recipes')}</summary>
      <p className="setting-hint">{t('direct.recipesText')}</p>
      <dl>
        {ways.map(([name, text, command]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {text}
              <code className="selectable">{command}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p className="setting-hint">{t('direct.recipesNote')}</p>
    </details>
  );
}
