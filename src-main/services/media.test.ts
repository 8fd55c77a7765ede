// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call } from '../../src-shared/calls/model.ts';
import type { EngineCommand, QualitySample } from '../../src-shared/engine-protocol.ts';
import type { CallQuality, CallView } from '../../src-shared/state.ts';
import { fakeHub } from '../../test/fakes.ts';
import { createMedia } from './media.ts';
import { addSample, NO_QUALITY, summariseQuality } from './quality.ts';

const sample = (at: number, values: Partial<QualitySample> = {}): QualitySample => ({
  ...{ at, rtt: 40, jitter: 5, loss: 0, concealed: 0, mos: 4.4 },
  ...values,
});
const callOf = (sessionId: string) => ({ session: { sessionId } }) as Call;

function setUp() {
  const hub = fakeHub();
  const sent: EngineCommand[] = [];
  const levels: unknown[] = [];
  const kept: { id: number; quality: CallQuality }[] = [];
  const media = createMedia({
    send: (command) => void sent.push(command),
    hub,
    pushLevels: (level) => void levels.push(level),
    keep: (id, quality) => void kept.push({ id, quality }),
  });
  const onScreen = async (...ids: string[]) => {
    hub.patch({ calls: ids.map((id) => callOf(id) as CallView) });
    await Promise.resolve();
    await Promise.resolve();
  };
  return { hub, media, sent, levels, kept, onScreen };
}

test('shows the last minute of a call, its warnings and its transfer', () => {
  const { hub, media } = setUp();
  for (let at = 0; at < 90; at += 1) media.handle({ type: 'quality', sessionId: 's1', sample: sample(at) });
  media.handle({ type: 'warning', sessionId: 's1', warning: 'mic-silent', on: true });
  media.handle({ type: 'warning', sessionId: 's1', warning: 'mic-silent', on: true });
  media.handle({ type: 'warning', sessionId: 's1', warning: 'network-loss', on: true });
  media.handle({ type: 'warning', sessionId: 's1', warning: 'mic-silent', on: false });
  media.handle({ type: 'transfer', sessionId: 's1', state: 'ringing', status: 180 });
  const shown = hub.get().media.s1;
  expect(shown?.quality.map((one) => one.at)).toEqual(Array.from({ length: 60 }, (_, index) => index + 30));
  expect(shown).toMatchObject({ warnings: ['network-loss'], transfer: 'ringing' });
});

test('a call that is gone from the screen leaves nothing, one that is still there keeps all', async () => {
  const { hub, media, onScreen } = setUp();
  await onScreen('s1', 's2');
  for (const sessionId of ['s1', 's2']) media.handle({ type: 'quality', sessionId, sample: sample(1) });
  media.ended('s1');
  await onScreen('s1', 's2');
  expect(Object.keys(hub.get().media)).toEqual(['s1', 's2']);
  await onScreen('s2');
  expect(Object.keys(hub.get().media)).toEqual(['s2']);
});

test('a sample that comes after the end brings nothing back', async () => {
  const { hub, media, onScreen } = setUp();
  await onScreen('s1');
  media.ended('s1');
  media.handle({ type: 'quality', sessionId: 's1', sample: sample(1) });
  expect(hub.get().media).toEqual({});
});

test('the quality of a call is kept once, with its row, when the call is over', () => {
  const { media, kept } = setUp();
  media.handle({ type: 'quality', sessionId: 's1', sample: sample(1, { mos: 4.4, loss: 0 }) });
  media.handle({ type: 'quality', sessionId: 's1', sample: sample(2, { mos: 3, rtt: 60, loss: 0.1 }) });
  media.handle({ type: 'quality', sessionId: 's1', sample: sample(3, { mos: null, rtt: null, jitter: null }) });
  media.written(7, callOf('s1'));
  expect(kept).toEqual([]);
  media.ended('s1');
  media.written(8, callOf('other'));
  media.written(7, callOf('s1'));
  media.written(7, callOf('s1'));
  const quality = { mos: 3.7, worstMos: 3, rtt: 50, jitter: 5, loss: 0.0333, seconds: 3 };
  expect(kept).toEqual([{ id: 7, quality }]);
});

test('a call without a rated second keeps no quality', () => {
  const { media, kept } = setUp();
  media.handle({ type: 'quality', sessionId: 's1', sample: sample(1, { mos: null }) });
  media.ended('s1');
  media.written(1, callOf('s1'));
  expect(kept).toEqual([]);
});

test('means lie between the best and the worst, whatever came', () => {
  const samples = fc.array(fc.double({ min: 1, max: 4.5, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(samples, (all) => {
      const sums = all.reduce((before, mos, at) => addSample(before, sample(at, { mos })), NO_QUALITY);
      const quality = summariseQuality(sums);
      expect(quality?.seconds).toBe(all.length);
      expect(quality?.worstMos).toBeCloseTo(Math.min(...all), 1);
      expect(quality?.mos).toBeGreaterThanOrEqual((quality?.worstMos ?? 0) - 0.01);
      expect(quality?.mos).toBeLessThanOrEqual(Math.max(...all) + 0.01);
    }),
  );
});

test('levels are measured while any window looks, also by a fresh engine', () => {
  const { media, sent, levels } = setUp();
  media.ready();
  media.levels('main', true);
  media.levels('popup', true);
  media.levels('main', false);
  media.ready();
  media.levels('popup', false);
  media.levels('popup', false);
  expect(sent.map((command) => command.type === 'levels' && command.on)).toEqual([true, true, false]);
  media.handle({ type: 'levels', microphone: 0.5, speaker: 0.1 });
  expect(levels).toEqual([{ microphone: 0.5, speaker: 0.1 }]);
});

test('devices, tests and the mix are shown; a lost engine ends the test and the mix', () => {
  const { hub, media } = setUp();
  const headset = { id: 'h', label: 'Headset' };
  media.handle({ type: 'devices', inputs: [headset], outputs: [], input: headset, output: null });
  media.handle({ type: 'audio-test', state: 'recording' });
  media.handle({ type: 'conference', sessionIds: ['s1', 's2'] });
  expect(hub.get()).toMatchObject({ audio: { input: headset, test: 'recording' }, conference: ['s1', 's2'] });
  media.lost();
  expect(hub.get()).toMatchObject({ audio: { inputs: [headset], test: 'idle' }, conference: [] });
});
