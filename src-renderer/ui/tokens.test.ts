// SPDX-License-Identifier: MIT
// biome-ignore lint/style/noRestrictedImports: this test runs in Node and reads the style sheet as text
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The two colours of a token, light and dark. */
function colours(token: string): readonly [string, string] {
  const value = new RegExp(`--${token}: (.+?);`).exec(css)?.[1] ?? '';
  const [light, dark] = value.match(/#[0-9a-f]{6}/g) ?? [];
  if (light === undefined) throw new Error(`no token --${token}`);
  return [light, dark ?? light];
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['bg', 'surface', 'inset', 'hover'];

test.each([
  ['text', [...surfaces, 'accent-soft', 'missed-soft', 'warning-soft', 'talking-soft']],
  ['text-2', [...surfaces, 'accent-soft']],
  ['accent', ['bg', 'surface', 'inset', 'accent-soft']],
  ['missed', ['bg', 'surface', 'missed-soft', 'hover', 'accent-soft']],
  ['warning', ['surface', 'warning-soft', 'accent-soft']],
  ['on-accent', ['accent-fill', 'accent-hover', 'answer-fill', 'answer-hover', 'danger-fill', 'danger-hover']],
])('%s can be read on all it stands on', (text, grounds) => {
  for (const ground of grounds) {
    for (const theme of [0, 1] as const) {
      expect(contrast(colours(text)[theme], colours(ground)[theme]), `${ground} ${theme}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

test.each(['border', 'incoming', 'outgoing', 'talking', 'offline', 'missed'])(
  '%s is seen on every surface',
  (token) => {
    for (const ground of ['bg', 'surface', 'inset']) {
      for (const theme of [0, 1] as const) {
        expect(contrast(colours(token)[theme], colours(ground)[theme]), `${ground} ${theme}`).toBeGreaterThanOrEqual(3);
      }
    }
  },
);
