// SPDX-License-Identifier: MIT
import { Plug } from 'lucide-react';
import { useT } from '../../../i18n/index.ts';
import { Empty } from '../../../ui/controls.tsx';
import { useCrmSettings } from '../use-crm-settings.ts';
import { AddConnector } from './AddConnector.tsx';
import { ConnectorEditor } from './ConnectorEditor.tsx';
import { ConnectorList } from './ConnectorList.tsx';
import { useCrmUi } from './crm-ui.ts';
import '../../../ui/split.css';

/** The connectors on the left, one of them on the right. */
export function ConnectionsTab() {
  const t = useT();
  const { crm, error } = useCrmSettings();
  const selected = useCrmUi((ui) => ui.connector);
  const open = crm.connectors.find(({ id }) => id === selected) ?? null;
  const select = (connector: string | null) => useCrmUi.setState({ connector });
  return (
    <div className={open === null ? 'split crm-split' : 'split crm-split split-open'}>
      <section className="split-list" aria-label={t('crmSet.connections')}>
        <div className="list-tools crm-add">
          <AddConnector />
          {error === null ? null : (
            <p className="error-box" role="alert">
              {error}
            </p>
          )}
        </div>
        {crm.connectors.length === 0 ? (
          <Empty icon={Plug} title={t('crmSet.none')} text={t('crmSet.noneText')} />
        ) : (
          <ConnectorList selected={selected} onSelect={select} />
        )}
      </section>
      {open === null ? (
        <div className="split-detail split-none">
          {crm.connectors.length === 0 ? null : <Empty icon={Plug} title={t('crmSet.selectOne')} />}
        </div>
      ) : (
        <ConnectorEditor key={open.id} connector={open} onClose={() => select(null)} />
      )}
    </div>
  );
}
