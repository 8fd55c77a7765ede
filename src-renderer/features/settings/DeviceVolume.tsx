// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'react';
import { useT } from '../../i18n/index.ts';
import { useDebounced } from '../../ui/hooks.ts';

/** How loud one device rings, 0 to 1. Saved when the slider rests, not on each pixel. */
export function DeviceVolume({
  name,
  value,
  onChange,
}: {
  readonly name: string;
  readonly value: number;
  readonly onChange: (volume: number) => void;
}) {
  const t = useT();
  const [moved, setMoved] = useState<number | null>(null);
  const rested = useDebounced(moved, 250);
  const shown = Math.round((moved ?? value) * 100);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a slider at rest saves
  useEffect(() => {
    if (rested !== null) onChange(rested);
  }, [rested]);
  return (
    <span className="volume device-volume">
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={shown}
        aria-label={t('settings.deviceVolume', { name })}
        aria-valuetext={`${shown} %`}
        data-testid="settings-audioRing-volume"
        onChange={(event) => setMoved(Number(event.target.value) / 100)}
      />
      <span className="quiet volume-value">{shown} %</span>
    </span>
  );
}
