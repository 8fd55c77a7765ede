// SPDX-License-Identifier: MIT
import { BellRing, Mic, Square } from 'lucide-react';
import { useEffect } from 'react';
import type { AppState } from '../../../src-shared/state.ts';
import { request } from '../../bridge.ts';
import { errorText, useT } from '../../i18n/index.ts';
import { Button } from '../../ui/controls.tsx';
import { useAction } from '../../ui/hooks.ts';
import { currentApp, useApp } from '../state/store.ts';
import { DeviceRow } from './DeviceRow.tsx';
import { LevelMeters } from './LevelMeters.tsx';
import { RingtoneRow } from './RingtoneRow.tsx';
import { Row, ToggleRow } from './rows.tsx';
import { VolumeRow } from './VolumeRow.tsx';

const selectAudio = (app: AppState) => app.audio;

/** Microphone, speaker and bell, each on the devices of its own list, and a test before any call. */
export function AudioSection() {
  const t = useT();
  const audio = useApp(selectAudio);
  return (
    <>
      <DeviceRow
        name="audioInputs"
        label={t('settings.microphone')}
        hint={t('settings.devicesHint')}
        available={audio.inputs}
        used={audio.input}
      />
      <DeviceRow
        name="audioOutputs"
        label={t('settings.speaker')}
        hint={t('settings.devicesHint')}
        available={audio.outputs}
        used={audio.output}
      />
      <TestRow />
      <ToggleRow
        name="echoCancellation"
        label={t('settings.echoCancellation')}
        hint={t('settings.echoCancellationHint')}
      />
      <ToggleRow name="noiseSuppression" label={t('settings.noiseSuppression')} />
      <ToggleRow name="autoGainControl" label={t('settings.autoGainControl')} />
      <ToggleRow name="ringEnabled" label={t('settings.ring')} hint={t('settings.ringHint')} />
      <VolumeRow />
      <DeviceRow
        name="audioRing"
        label={t('settings.ringDevices')}
        hint={t('settings.ringDevicesHint')}
        available={audio.outputs}
        used={null}
      />
      <RingtoneRow />
    </>
  );
}

/** Both tests with their state in words, and the meters: what is heard is seen too. */
function TestRow() {
  const t = useT();
  const { test } = useApp(selectAudio);
  const { run, error } = useAction();
  // Nothing goes on sounding when the screen is left.
  useEffect(
    () => () => {
      if (currentApp()?.audio.test !== 'idle') request('audio.test', 'stop').catch(() => undefined);
    },
    [],
  );
  const start = (what: 'microphone' | 'ring') => void run(() => request('audio.test', test === 'idle' ? what : 'stop'));
  const speaking = test === 'recording' || test === 'playing';
  return (
    <Row
      label={t('settings.testMicrophone')}
      hint={t('settings.testMicrophoneHint')}
      error={error ? errorText(t, error) : null}
    >
      <div className="audio-test">
        <Button
          icon={speaking ? Square : Mic}
          aria-pressed={speaking}
          disabled={test === 'ringing'}
          data-testid="settings-audio-test-microphone"
          onClick={() => start('microphone')}
        >
          {speaking ? t('settings.testStop') : t('settings.testMicrophone')}
        </Button>
        <Button
          icon={test === 'ringing' ? Square : BellRing}
          aria-pressed={test === 'ringing'}
          disabled={speaking}
          data-testid="settings-audio-test-ring"
          onClick={() => start('ring')}
        >
          {test === 'ringing' ? t('settings.testStop') : t('settings.testRing')}
        </Button>
      </div>
      <LevelMeters />
      <p className="audio-test-state quiet" role="status" data-testid="settings-audio-test-state">
        {test === 'idle' ? '' : t(`settings.test-${test}`)}
      </p>
    </Row>
  );
}
