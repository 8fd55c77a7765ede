// SPDX-License-Identifier: MIT
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useRef } from 'react';
import type { DevicePreference } from '../../../src-shared/engine-protocol.ts';
import { useT } from '../../i18n/index.ts';
import { Foreign, IconButton } from '../../ui/controls.tsx';
import { DeviceVolume } from './DeviceVolume.tsx';
import { Row } from './rows.tsx';
import { useSetting } from './use-setting.ts';

type Name = 'audioInputs' | 'audioOutputs' | 'audioRing';
type Device = DevicePreference & { readonly volume?: number };

/** Ids change with a new profile: a device is the same when its id or its name is. */
const same = (one: DevicePreference, two: DevicePreference) =>
  one.id === two.id || (one.label !== '' && one.label === two.label);

/**
 * Devices by preference. An empty list follows the computer. Those that are not plugged in stay in the list: they are
 * used again when they are back.
 */
export function DeviceRow({
  name,
  label,
  hint,
  available,
  used,
}: {
  readonly name: Name;
  readonly label: string;
  readonly hint: string;
  readonly available: readonly DevicePreference[];
  /** The one in use; null for a list whose devices are all used at once. */
  readonly used: DevicePreference | null;
}) {
  const t = useT();
  const { value, save: saveSetting, error } = useSetting(name);
  const list: readonly Device[] = value;
  const box = useRef<HTMLDivElement>(null);
  const others = available.filter((device) => !list.some((one) => same(one, device)));
  const save = (next: readonly Device[]) =>
    // What a ring device needs more than the others is its volume.
    saveSetting(
      next.map(({ id, label: text, volume }) => ({
        id,
        label: text,
        ...(name === 'audioRing' ? { volume: volume ?? 1 } : {}),
      })) as never,
    );

  const move = (index: number, step: number) => {
    const next = [...list];
    const [moved] = next.splice(index, 1);
    if (moved === undefined) return;
    next.splice(index + step, 0, moved);
    void save(next);
  };
  const remove = (index: number) => {
    void save(list.filter((_, at) => at !== index));
    // Its button goes with it: the keyboard goes on with the choice of a device.
    box.current?.querySelector('select')?.focus();
  };

  return (
    <Row label={label} hint={hint} error={error}>
      <div ref={box} className="devices" data-testid={`settings-${name}`}>
        {list.length === 0 ? (
          <p className="device-system quiet" data-testid={`settings-${name}-system`}>
            {used === null ? t('settings.followSystemUnknown') : t('settings.followSystem', { name: used.label })}
          </p>
        ) : (
          <ol>
            {list.map((device, index) => {
              const there = available.some((one) => same(one, device));
              const state = !there
                ? t('settings.deviceMissing')
                : used !== null && same(used, device)
                  ? t('settings.deviceInUse')
                  : '';
              return (
                <li key={device.id} className="device" data-missing={!there} data-testid={`settings-${name}-device`}>
                  <Foreign className="cut" title={device.label}>
                    {device.label || device.id}
                  </Foreign>
                  <span className="device-state quiet">{state}</span>
                  <span className="device-buttons">
                    <IconButton
                      icon={ChevronUp}
                      tone="ghost"
                      size="small"
                      label={t('settings.deviceUp', { name: device.label })}
                      disabled={index === 0}
                      data-testid={`settings-${name}-up`}
                      onClick={() => move(index, -1)}
                    />
                    <IconButton
                      icon={ChevronDown}
                      tone="ghost"
                      size="small"
                      label={t('settings.deviceDown', { name: device.label })}
                      disabled={index === list.length - 1}
                      data-testid={`settings-${name}-down`}
                      onClick={() => move(index, 1)}
                    />
                    <IconButton
                      icon={X}
                      tone="ghost"
                      size="small"
                      label={t('settings.deviceRemove', { name: device.label })}
                      data-testid={`settings-${name}-remove`}
                      onClick={() => remove(index)}
                    />
                  </span>
                  {device.volume === undefined ? null : (
                    <DeviceVolume
                      name={device.label}
                      value={device.volume}
                      onChange={(volume) => {
                        void save(list.map((one) => (one.id === device.id ? { ...one, volume } : one)));
                      }}
                    />
                  )}
                </li>
              );
            })}
          </ol>
        )}
        <select
          className="input"
          aria-label={t('settings.deviceAddTo', { list: label })}
          value=""
          disabled={others.length === 0}
          data-testid={`settings-${name}-add`}
          onChange={(event) => {
            const device = others.find(({ id }) => id === event.target.value);
            if (device !== undefined) void save([...list, device]);
          }}
        >
          <option value="">{others.length === 0 ? t('settings.deviceNone') : t('settings.deviceAdd')}</option>
          {others.map((device) => (
            <option key={device.id} value={device.id}>
              {device.label || device.id}
            </option>
          ))}
        </select>
      </div>
    </Row>
  );
}
