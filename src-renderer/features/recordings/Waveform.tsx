// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { peaksOf } from './peaks.ts';

const BARS = 400;
const LARGEST = 30_000_000; // bytes; beyond that decoding costs more memory than a picture is worth

/** The picture behind the seek bar. Without it (file too large, not readable) the bar alone does the work. */
export default function Waveform({
  audio,
  bytes,
  total,
}: {
  readonly audio: HTMLAudioElement;
  readonly bytes: number;
  readonly total: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const container = box.current;
    if (container === null || bytes > LARGEST) return;
    const stop = new AbortController();
    let wave: WaveSurfer | undefined;
    draw(container, audio, total, stop.signal).then(
      (drawn) => {
        wave = drawn;
        if (stop.signal.aborted) drawn?.destroy();
      },
      () => container.replaceChildren(),
    );
    return () => {
      stop.abort();
      wave?.destroy();
    };
  }, [audio, bytes, total]);
  return <div ref={box} className="player-wave" aria-hidden="true" />;
}

async function draw(container: HTMLElement, audio: HTMLAudioElement, total: number, signal: AbortSignal) {
  const file = await (await fetch(audio.src, { signal })).arrayBuffer();
  // Telephone audio: 8 kHz keeps all there is and the memory small.
  const sound = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(file);
  if (signal.aborted) return undefined;
  const style = getComputedStyle(container);
  return WaveSurfer.create({
    container,
    media: audio,
    peaks: [peaksOf(sound.getChannelData(0), BARS)],
    duration: total,
    height: 44,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    cursorWidth: 0,
    interact: false,
    hideScrollbar: true,
    // Our policy takes its style element only with the number of this load.
    cspNonce: document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '',
    waveColor: style.getPropertyValue('border-top-color'),
    progressColor: style.getPropertyValue('color'),
  });
}
