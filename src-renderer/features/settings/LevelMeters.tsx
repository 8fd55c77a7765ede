// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'react';
import { listen, request } from '../../bridge.ts';
import { useT } from '../../i18n/index.ts';

/**
 * What the microphone hears and the speaker plays, ten times a second. Asked for only while the meters can be seen:
 * they keep the microphone open. Drawn past React, as nothing else changes with them.
 */
export function LevelMeters() {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const microphone = useRef<HTMLMeterElement>(null);
  const speaker = useRef<HTMLMeterElement>(null);

  useEffect(() => {
    let on = false;
    let seen = false;
    const decide = () => {
      const wanted = seen && document.visibilityState === 'visible';
      if (wanted === on) return;
      on = wanted;
      request('audio.levels', on).catch(() => undefined);
    };
    const watch = new IntersectionObserver(([entry]) => {
      seen = entry?.isIntersecting ?? false;
      decide();
    });
    if (box.current !== null) watch.observe(box.current);
    document.addEventListener('visibilitychange', decide);
    const stop = listen('levels', (levels) => {
      if (microphone.current !== null) microphone.current.value = levels.microphone;
      if (speaker.current !== null) speaker.current.value = levels.speaker;
    });
    return () => {
      watch.disconnect();
      document.removeEventListener('visibilitychange', decide);
      stop();
      if (on) request('audio.levels', false).catch(() => undefined);
    };
  }, []);

  return (
    <div ref={box} className="meters" data-testid="settings-audio-levels">
      <span className="quiet" aria-hidden="true">
        {t('settings.microphone')}
      </span>
      <meter
        ref={microphone}
        min={0}
        max={1}
        defaultValue={0}
        aria-label={t('settings.levelMicrophone')}
        data-testid="settings-audio-level-microphone"
      />
      <span className="quiet" aria-hidden="true">
        {t('settings.speaker')}
      </span>
      <meter
        ref={speaker}
        min={0}
        max={1}
        defaultValue={0}
        aria-label={t('settings.levelSpeaker')}
        data-testid="settings-audio-level-speaker"
      />
    </div>
  );
}
