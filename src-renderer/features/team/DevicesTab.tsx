// SPDX-License-Identifier: MIT
import { MonitorSmartphone, Search } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { WireError } from '../../../src-shared/errors.ts';
import type { DeviceView } from '../../../src-shared/relay/protocol.ts';
import type { AppState } from '../../../src-shared/state.ts';
import { asError } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button, Empty } from '../../ui/controls.tsx';
import { useApp } from '../state/store.ts';
import { askAdmin } from './admin.ts';
import { DeviceItem } from './DeviceItem.tsx';
import { PairingForm } from './PairingForm.tsx';
import './devices.css';

const AGAIN_MS = 10_000;
const AT_ONCE = 100;
const selectMembers = (app: AppState) => app.team.members;

/** The computers of the team, read again every ten seconds, so that one that joins appears. */
function useDevices() {
  const [found, setFound] = useState<{ list: readonly DeviceView[] | null; error: WireError | null }>({
    list: null,
    error: null,
  });
  const load = useCallback(async () => {
    try {
      setFound({ list: await askAdmin('admin.devices', null), error: null });
    } catch (thrown) {
      setFound((old) => ({ ...old, error: asError(thrown) }));
    }
  }, []);
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [load]);
  return { ...found, load };
}

/** Codes for new computers, and who has one. */
export function DevicesTab() {
  const t = useT();
  const { list, error, load } = useDevices();
  const members = useApp(selectMembers);
  const [filter, setFilter] = useState('');
  const [shown, setShown] = useState(AT_ONCE);
  const [said, setSaid] = useState('');
  const ownerOf = (extension: string) => members.find((one) => one.extension === extension)?.name ?? '';
  const text = filter.trim().toLowerCase();
  const found = (list ?? [])
    .filter(({ name, extension }) =>
      [name, extension, ownerOf(extension)].some((part) => part.toLowerCase().includes(text)),
    )
    .sort((a, b) => a.extension.localeCompare(b.extension, undefined, { numeric: true }) || a.createdAt - b.createdAt);
  return (
    <>
      <p className="team-text quiet">{t('team.devicesText')}</p>
      <PairingForm devices={list ?? []} onMade={load} />
      {error ? (
        <div className="devices-failed" role="alert">
          <p className="error-box">{errorText(t, error)}</p>
          <Button size="small" onClick={() => void load()}>
            {t('app.retry')}
          </Button>
        </div>
      ) : null}
      {list !== null && list.length > 8 ? (
        <label className="search devices-search">
          <Search className="icon" aria-hidden="true" />
          <input
            type="search"
            className="input"
            aria-label={t('team.filterDevices')}
            placeholder={t('team.filterDevices')}
            value={filter}
            data-testid="devices-filter"
            onChange={(event) => {
              setFilter(event.target.value);
              setShown(AT_ONCE);
            }}
          />
        </label>
      ) : null}
      <p className="devices-said quiet" role="status">
        {said}
      </p>
      {list === null && error === null ? <p className="quiet">{t('team.loading')}</p> : null}
      {list?.length === 0 ? (
        <Empty icon={MonitorSmartphone} title={t('team.noDevices')} text={t('team.noDevicesText')} />
      ) : null}
      <ul className="team-devices" aria-label={t('team.devices')}>
        {found.slice(0, shown).map((device) => (
          <DeviceItem
            key={device.id}
            device={device}
            owner={ownerOf(device.extension)}
            onSaid={setSaid}
            onRevoked={load}
          />
        ))}
      </ul>
      {found.length > shown ? (
        <Button size="small" onClick={() => setShown(shown + AT_ONCE)}>
          {t('team.showMore')}
        </Button>
      ) : null}
    </>
  );
}
