// SPDX-License-Identifier: MIT
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { WindowKind } from '../../src-shared/ipc/map.ts';
import { type Asker, allowed, isTelephony, permissionTable } from './permission-table.ts';
import { webPreferences } from './web-preferences.ts';

const engine: Asker = { kind: 'engine', isMainFrame: true, url: 'app://megadial/engine/index.html', media: ['audio'] };

test('the engine gets the microphone, and only that kind of media', () => {
  expect(allowed('media', engine)).toBe(true);
  expect(allowed('media', { ...engine, media: ['video'] })).toBe(false);
  expect(allowed('media', { ...engine, media: ['audio', 'video'] })).toBe(false);
  expect(allowed('media', { ...engine, media: ['unknown'] })).toBe(false);
  expect(allowed('media', { ...engine, media: [] })).toBe(false);
  expect(allowed('media', { ...engine, media: undefined })).toBe(false);
});

test('nobody but the main frame of the engine gets anything', () => {
  const names = [...Object.keys(permissionTable), 'a-later-permission', '__proto__', 'toString'];
  const asker = fc.record({
    kind: fc.constantFrom<WindowKind | null>('main', 'popup', 'engine', null),
    isMainFrame: fc.boolean(),
    url: fc.constantFrom(engine.url, 'app://megadial/main/index.html', 'https://x.example/engine/', undefined),
    media: fc.constantFrom(['audio'], ['video'], undefined),
  });
  fc.assert(
    fc.property(fc.constantFrom(...names), asker, (name, who) => {
      const isEngine = who.kind === 'engine' && who.isMainFrame && who.url === engine.url;
      if (!isEngine) expect(allowed(name, who)).toBe(false);
    }),
  );
});

test('the engine gets nothing but sound, the buttons of a headset and the way to a PBX near by', () => {
  const given = Object.keys(permissionTable).filter((name) => allowed(name, engine));
  expect(given.sort()).toEqual([
    ...['hid', 'local-network', 'local-network-access', 'loopback-network', 'media'],
    'speaker-selection',
  ]);
});

test.each([
  ['a headset', 'hid', [0x0c, 0x0b], true],
  ['a headset with a telephone only', 'hid', [0x0b], true],
  ['a keyboard', 'hid', [0x01, 0x0c], false],
  ['a security key', 'hid', [0xf1d0], false],
  ['a device that says nothing', 'hid', [], false],
  ['a serial port', 'serial', [0x0b], false],
  ['a USB device', 'usb', [0x0b], false],
])('%s', (_name, type, pages, expected) => {
  expect(isTelephony(type, { collections: pages.map((usagePage) => ({ usagePage })) })).toBe(expected);
  expect(isTelephony(type, {})).toBe(false);
});

test('each row says why', () => {
  for (const row of Object.values(permissionTable)) expect(row.reason.length).toBeGreaterThan(10);
});

test('every window is sandboxed and isolated', () => {
  for (const kind of ['main', 'popup', 'engine'] as const) {
    expect(webPreferences(kind)).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      additionalArguments: [`--megadial-window=${kind}`],
    });
  }
  expect(webPreferences('engine').backgroundThrottling).toBe(false);
});
