// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { useT } from '../../i18n/index.ts';
import { useDebounced } from '../../ui/hooks.ts';
import { useApp } from '../state/store.ts';
import { Row } from './rows.tsx';
import { useSetting } from './use-setting.ts';

const selectRing = (app: AppState) => app.settings.ringEnabled;

/** Saved when the slider rests, not on each pixel. */
export function VolumeRow() {
  const t = useT();
  const id = useId();
  const ring = useApp(selectRing);
  const { value, save, error } = useSetting('ringVolume');
  const [moved, setMoved] = useState<number | null>(null);
  const rested = useDebounced(moved, 250);
  const shown = Math.round((moved ?? value) * 100);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a slider at rest saves
  useEffect(() => {
    if (rested !== null) void save(rested).then(() => setMoved(null));
  }, [rested]);

  return (
    <Row label={t('settings.volume')} error={error} htmlFor={id}>
      <div className="volume">
        <input
          id={id}
          type="range"
          min={0}
          max={100}
          step={5}
          value={shown}
          disabled={!ring}
          aria-valuetext={`${shown} %`}
          data-testid="settings-ringVolume"
          onChange={(event) => setMoved(Number(event.target.value) / 100)}
        />
        <span className="quiet volume-value">{shown} %</span>
      </div>
    </Row>
  );
}
