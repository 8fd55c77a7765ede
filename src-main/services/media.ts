// SPDX-License-Identifier: MIT
import type { Call } from '../../src-shared/calls/model.ts';
import type { EngineCommand, EngineEvent } from '../../src-shared/engine-protocol.ts';
import type { WindowKind } from '../../src-shared/ipc/map.ts';
import type { AppState, CallQuality, SessionMedia } from '../../src-shared/state.ts';
import type { Hub } from './hub.ts';
import { addSample, NO_QUALITY, type QualitySums, summariseQuality } from './quality.ts';

export type MediaEvent = Extract<
  EngineEvent,
  { type: 'transfer' | 'conference' | 'devices' | 'levels' | 'audio-test' | 'quality' | 'warning' }
>;

/** What the engine tells of sound: shown while the call is on screen, its quality kept with the call. */
export type Media = {
  handle(event: MediaEvent): void;
  /** The session is over: nothing is shown of it once its call is gone, and its quality waits for the call's row. */
  ended(sessionId: string): void;
  /** A row of the history was written. */
  written(rowId: number, call: Call): void;
  /** The engine is gone: no mix, no test. */
  lost(): void;
  /** A window wants to see the levels, or no longer. */
  levels(from: WindowKind, on: boolean): void;
  /** The engine is fresh and knows of nobody who looks. */
  ready(): void;
};

export type MediaOptions = {
  readonly send: (command: EngineCommand) => void;
  readonly hub: Hub;
  readonly pushLevels: (levels: { microphone: number; speaker: number }) => void;
  readonly keep: (rowId: number, quality: CallQuality) => void;
};

/** Samples come once a second; the windows draw the last minute. */
const SHOWN_SAMPLES = 60;
/** Qualities that found no row (a call that is none of ours) are not collected for ever. */
const MOST_WAITING = 50;
const NOTHING: SessionMedia = { quality: [], warnings: [], transfer: null };

export function createMedia({ send, hub, pushLevels, keep }: MediaOptions): Media {
  const sums = new Map<string, QualitySums>();
  const over = new Set<string>();
  const waiting = new Map<string, CallQuality>();
  const watching = new Set<WindowKind>();

  const change = (sessionId: string, make: (before: SessionMedia) => SessionMedia): void => {
    if (over.has(sessionId)) return;
    const { media } = hub.get();
    hub.patch({ media: { ...media, [sessionId]: make(media[sessionId] ?? NOTHING) } });
  };

  const dropGone = (state: AppState): void => {
    const present = new Set(state.calls.map((call) => call.session?.sessionId));
    const gone = [...over].filter((sessionId) => !present.has(sessionId));
    if (gone.length === 0) return;
    for (const sessionId of gone) over.delete(sessionId);
    if (!gone.some((sessionId) => sessionId in state.media)) return;
    hub.patch({ media: Object.fromEntries(Object.entries(state.media).filter(([id]) => !gone.includes(id))) });
  };
  hub.subscribe(dropGone);

  return {
    handle(event) {
      switch (event.type) {
        case 'transfer':
          change(event.sessionId, (before) => ({ ...before, transfer: event.state }));
          return;
        case 'conference':
          hub.patch({ conference: event.sessionIds });
          return;
        case 'devices': {
          const { inputs, outputs, input, output } = event;
          hub.patch({ audio: { ...hub.get().audio, inputs, outputs, input, output } });
          return;
        }
        case 'levels':
          pushLevels({ microphone: event.microphone, speaker: event.speaker });
          return;
        case 'audio-test':
          hub.patch({ audio: { ...hub.get().audio, test: event.state } });
          return;
        case 'quality': {
          const { sessionId, sample } = event;
          if (!over.has(sessionId)) sums.set(sessionId, addSample(sums.get(sessionId) ?? NO_QUALITY, sample));
          change(sessionId, (before) => ({
            ...before,
            quality: [...before.quality, sample].slice(-SHOWN_SAMPLES),
          }));
          return;
        }
        case 'warning':
          change(event.sessionId, (before) => {
            const others = before.warnings.filter((warning) => warning !== event.warning);
            return { ...before, warnings: event.on ? [...others, event.warning] : others };
          });
          return;
      }
    },

    ended(sessionId) {
      over.add(sessionId);
      const quality = summariseQuality(sums.get(sessionId) ?? NO_QUALITY);
      sums.delete(sessionId);
      if (quality !== null) waiting.set(sessionId, quality);
      for (const oldest of [...waiting.keys()].slice(0, -MOST_WAITING)) waiting.delete(oldest);
    },

    written(rowId, call) {
      const sessionId = call.session?.sessionId ?? '';
      const quality = waiting.get(sessionId);
      if (quality === undefined) return;
      waiting.delete(sessionId);
      keep(rowId, quality);
    },

    lost() {
      for (const sessionId of Object.keys(hub.get().media)) over.add(sessionId);
      hub.patch({ conference: [], audio: { ...hub.get().audio, test: 'idle' } });
    },

    levels(from, on) {
      const before = watching.size > 0;
      if (on) watching.add(from);
      else watching.delete(from);
      if (before !== watching.size > 0) send({ type: 'levels', on });
    },

    ready() {
      if (watching.size > 0) send({ type: 'levels', on: true });
    },
  };
}
