// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose, cleanLabel, type DeviceInfo, pluggedIn, ringSinks } from './audio-devices.ts';

const input = (deviceId: string, label: string, groupId = ''): DeviceInfo => ({
  kind: 'audioinput',
  deviceId,
  label,
  groupId,
});
const device = fc.record({ id: fc.string({ minLength: 1, maxLength: 6 }), label: fc.string({ maxLength: 12 }) });

describe('pluggedIn', () => {
  it('lists real devices and names the one behind the stand-in', () => {
    const infos = [
      input('default', 'Default - Headset (046d:0a44)', 'g1'),
      input('a', 'Built-in', 'g1'),
      input('b', 'Headset (046d:0a44)', 'g1'),
      { ...input('c', 'Speakers'), kind: 'audiooutput' },
    ];
    expect(pluggedIn(infos, 'audioinput')).toEqual({
      devices: [
        { id: 'a', label: 'Built-in' },
        { id: 'b', label: 'Headset' },
      ],
      system: { id: 'b', label: 'Headset' },
    });
    expect(pluggedIn(infos, 'audiooutput').system).toEqual({ id: 'c', label: 'Speakers' });
  });

  it('knows the device behind the stand-in by its group, and says so when it knows none', () => {
    const infos = [input('default', 'Standard', 'g2'), input('a', 'One', 'g1'), input('b', 'Two', 'g2')];
    expect(pluggedIn(infos, 'audioinput').system?.id).toBe('b');
    expect(pluggedIn([input('default', 'Standard')], 'audioinput')).toEqual({
      devices: [],
      system: { id: 'default', label: 'Standard' },
    });
    expect(pluggedIn([input('', '')], 'audioinput')).toEqual({ devices: [], system: null });
  });

  it('takes hostile labels and any number of devices', () => {
    expect(cleanLabel('Mic\u202e\u0000\n(evil)')).toBe('Mic (evil)');
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 200 }), (labels) => {
        const infos = labels.map((label, index) => input(`id${index}`, label));
        const { devices } = pluggedIn(infos, 'audioinput');
        expect(devices.length).toBe(Math.min(100, labels.length));
        for (const { label } of devices) expect(label).toMatch(/^[^\p{Cc}\p{Cf}]{0,100}$/u);
      }),
    );
  });
});

describe('choose', () => {
  it('takes the first that is there, by id, else by label', () => {
    const there = [
      { id: 'x', label: 'Built-in' },
      { id: 'new', label: 'Headset' },
    ];
    expect(choose([{ id: 'gone', label: 'Other' }], there)).toBeNull();
    expect(
      choose(
        [
          { id: 'old', label: 'Headset' },
          { id: 'x', label: 'Built-in' },
        ],
        there,
      )?.id,
    ).toBe('new');
    expect(choose([{ id: 'x', label: 'renamed' }], there)?.id).toBe('x');
    expect(choose([{ id: 'gone', label: '' }], [{ id: 'y', label: '' }])).toBeNull();
  });

  it('gives a plugged device or none; an unplugged one is left and taken again when it is back', () => {
    fc.assert(
      fc.property(fc.array(device), fc.uniqueArray(device, { selector: ({ id }) => id }), (preferences, there) => {
        const chosen = choose(preferences, there);
        if (chosen === null) return;
        expect(there).toContain(chosen);
        const without = there.filter(({ id }) => id !== chosen.id);
        const next = choose(preferences, without);
        expect(next === null || next.id !== chosen.id).toBe(true);
        expect(choose(preferences, there)).toBe(chosen);
      }),
    );
  });
});

describe('ringSinks', () => {
  const there = [
    { id: 'a', label: 'A' },
    { id: 'b', label: 'B' },
  ];

  it('rings on all that are there, each with its own volume', () => {
    const ring = [
      { id: 'a', label: 'A', volume: 1 },
      { id: 'gone', label: 'B', volume: 0.5 },
      { id: 'b', label: 'B', volume: 0.1 },
      { id: 'c', label: 'C', volume: 1 },
    ];
    expect(ringSinks(ring, there, 0.5)).toEqual([
      { id: 'a', volume: 0.5 },
      { id: 'b', volume: 0.25 },
    ]);
  });

  it('always rings somewhere, never louder than full', () => {
    const wanted = fc.record({ id: fc.string(), label: fc.string(), volume: fc.double() });
    fc.assert(
      fc.property(fc.array(wanted), fc.double(), (ring, volume) => {
        const sinks = ringSinks(ring, there, volume);
        expect(sinks.length).toBeGreaterThan(0);
        expect(new Set(sinks.map(({ id }) => id)).size).toBe(sinks.length);
        for (const sink of sinks) expect(sink.volume >= 0 && sink.volume <= 1).toBe(true);
      }),
    );
    expect(ringSinks([{ id: 'gone', label: 'Gone', volume: 0.2 }], there, 0.7)).toEqual([{ id: '', volume: 0.7 }]);
  });
});
