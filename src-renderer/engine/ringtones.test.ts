// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN_RINGTONES } from '../../src-shared/engine-protocol.ts';
import { renderRingtone, ringtoneFile, toWav } from './ringtones.ts';
import { RING, renderTone } from './tones.ts';

const RATE = 8_000;

describe.each(BUILTIN_RINGTONES)('%s', (name) => {
  const samples = renderRingtone(name, RATE);

  it('is loud enough, within full scale, and shorter than five seconds', () => {
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeGreaterThan(0.5);
    expect(peak).toBeLessThanOrEqual(1);
    expect(samples.length / RATE).toBeLessThan(5);
  });

  it('starts and ends in silence, so that the loop does not click', () => {
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.01);
    expect(samples.subarray(-RATE / 10).every((sample) => sample === 0)).toBe(true);
  });
});

it('has a sound of its own for each name, and the first for an unknown one', () => {
  const rendered = new Set(BUILTIN_RINGTONES.map((name) => renderRingtone(name, RATE).join()));
  expect(rendered.size).toBe(BUILTIN_RINGTONES.length);
  expect(renderRingtone('constructor', RATE)).toEqual(renderTone(RING, RATE));
});

it('writes a WAV file that says what it holds', async () => {
  const view = new DataView(await toWav(Float32Array.of(0, 1, -1, 2), RATE).arrayBuffer());
  const ascii = (at: number, length: number) => String.fromCharCode(...new Uint8Array(view.buffer, at, length));
  expect([ascii(0, 4), ascii(8, 8), ascii(36, 4)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
  expect(view.getUint32(4, true)).toBe(view.byteLength - 8);
  expect(view.getUint32(24, true)).toBe(RATE);
  expect([0, 1, 2, 3].map((index) => view.getInt16(44 + index * 2, true))).toEqual([0, 32_767, -32_767, 32_767]);
});

describe('ringtoneFile', () => {
  it('reads any bytes back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        const blob = ringtoneFile(`data:audio/mpeg;base64,${Buffer.from(bytes).toString('base64')}`);
        expect(blob?.type).toBe('audio/mpeg');
        expect(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it.each([
    '',
    'builtin:chime',
    'data:text/html;base64,AAAA',
    'data:audio/wav,AAAA',
    'https://x/y.mp3',
    'data:audio/wav;base64,A',
  ])('refuses %s', (url) => expect(ringtoneFile(url)).toBeNull());
});
