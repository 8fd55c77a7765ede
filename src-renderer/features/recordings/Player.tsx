// SPDX-License-Identifier: MIT
import { Pause, Play } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useT } from '../../i18n/index.ts';
import { Button, IconButton } from '../../ui/controls.tsx';
import { duration } from '../../ui/format.ts';
import { Segments } from '../../ui/Segments.tsx';

const Waveform = lazy(() => import('./Waveform.tsx'));

const SPEEDS = ['0.75', '1', '1.25', '1.5', '2'] as const;
type Speed = (typeof SPEEDS)[number];

type Sound = {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly playing: boolean;
  readonly position: number;
  readonly total: number;
};

type Props = {
  readonly recording: { readonly url: string; readonly bytes: number };
  /** Talk time of the call, for the length until the file says its own. */
  readonly seconds: number;
  readonly onFetchAgain: () => void;
};

/** Play, pause, seek by pointer and arrow keys, and speed with the pitch kept. The waveform is an extra. */
export function Player({ recording, seconds, onFetchAgain }: Props) {
  const t = useT();
  const [audio] = useState(() => new Audio());
  const [speed, setSpeed] = useState<Speed>('1');
  const { sound, seek } = useSound(audio, recording.url, seconds);

  const toggle = () => {
    if (sound.playing) audio.pause();
    else audio.play().catch(() => undefined);
  };
  const position = t('recording.position', { position: duration(sound.position), total: duration(sound.total) });

  if (sound.state === 'failed') {
    return (
      <div className="recording" data-state="failed" data-testid="recording-player">
        <p className="recording-say recording-failed" role="alert">
          {t('recording.playFailed')}
        </p>
        <Button size="small" onClick={onFetchAgain}>
          {t('recording.fetchAgain')}
        </Button>
      </div>
    );
  }
  return (
    <div className="recording" data-state={sound.state} data-testid="recording-player">
      <div className="player">
        <IconButton
          icon={sound.playing ? Pause : Play}
          size="large"
          tone="primary"
          label={sound.playing ? t('recording.pause') : t('recording.play')}
          disabled={sound.state !== 'ready'}
          data-testid="recording-play"
          onClick={toggle}
        />
        <div className="player-track">
          <Suspense fallback={null}>
            {sound.state === 'ready' ? <Waveform audio={audio} bytes={recording.bytes} total={sound.total} /> : null}
          </Suspense>
          <input
            type="range"
            className="player-seek"
            aria-label={t('recording.seek')}
            aria-valuetext={position}
            min={0}
            max={Math.max(1, Math.ceil(sound.total))}
            step={1}
            value={Math.min(sound.position, Math.ceil(sound.total))}
            disabled={sound.state !== 'ready'}
            data-testid="recording-seek"
            onChange={(event) => seek(Number(event.target.value))}
          />
        </div>
      </div>
      <div className="player-foot">
        <span className="quiet" data-testid="recording-position">
          {sound.state === 'loading' ? t('recording.loading') : position}
        </span>
        <Segments
          label={t('recording.speed')}
          testId="recording-speed"
          value={speed}
          options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
          onChange={(value) => {
            setSpeed(value);
            audio.preservesPitch = true;
            audio.defaultPlaybackRate = Number(value);
            audio.playbackRate = Number(value);
          }}
        />
      </div>
    </div>
  );
}

/** What the audio element is doing. It stops when the player leaves the screen. */
function useSound(audio: HTMLAudioElement, url: string, seconds: number) {
  const [sound, setSound] = useState<Sound>({ state: 'loading', playing: false, position: 0, total: seconds });
  useEffect(() => {
    const update = () =>
      setSound((old) => ({
        state:
          audio.error !== null ? 'failed' : audio.readyState >= HTMLMediaElement.HAVE_METADATA ? 'ready' : old.state,
        playing: !audio.paused && !audio.ended,
        position: audio.currentTime,
        total: Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : seconds,
      }));
    const events = ['loadedmetadata', 'durationchange', 'timeupdate', 'seeked', 'play', 'pause', 'ended', 'error'];
    for (const name of events) audio.addEventListener(name, update);
    audio.preload = 'metadata';
    // Lets the waveform's reader and the player share the file under the page's policy.
    audio.crossOrigin = 'anonymous';
    audio.src = url;
    return () => {
      for (const name of events) audio.removeEventListener(name, update);
      audio.pause();
      audio.removeAttribute('src');
      audio.load();
    };
  }, [audio, url, seconds]);
  // The bar must show the new place at once: put back to the old one, it would report that as the person's wish.
  const seek = (position: number) => {
    audio.currentTime = position;
    setSound((old) => ({ ...old, position }));
  };
  return { sound, seek };
}
