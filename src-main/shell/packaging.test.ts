// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { FuseV1Options } from '@electron/fuses';
import type { FuseOptionsV1 } from 'app-builder-lib';
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js';
import scheme from 'app-builder-lib/scheme.json' with { type: 'json' };
import { DebugLogger } from 'builder-util';
import { expect, test } from 'vitest';
import { TRAY_STATES, trayIconName } from './tray-icon.ts';

const root = resolve(import.meta.dirname, '../..');
const config = await getConfig(root, 'electron-builder.yml', null);

test('electron-builder accepts the file', async () => {
  await expect(validateConfiguration(config, new DebugLogger(false))).resolves.toBeUndefined();
});

test('no fuse is left unsaid', () => {
  const fuses = config.electronFuses ?? {};
  expect(Object.keys(fuses).sort()).toEqual(Object.keys(scheme.definitions.FuseOptionsV1.properties).sort());
  // Names in the fuse tool itself, in case the packager does not know a new one yet.
  for (const name of Object.values(FuseV1Options).filter((value) => typeof value === 'string')) {
    expect(Object.keys(fuses).map((key) => key.toLowerCase())).toContain(name.toLowerCase());
  }
  expect(fuses satisfies FuseOptionsV1).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
    resetAdHocDarwinSignature: false,
  });
});

test('every picture that is named exists', () => {
  const named = ['icon.png', 'icon.ico', 'icon.icns', 'icons/512x512.png', 'entitlements.mac.plist'];
  for (const icon of TRAY_STATES) {
    for (const platform of ['linux', 'darwin']) {
      for (const missed of [0, 3]) named.push(`tray/${trayIconName({ icon, missed }, platform)}`);
    }
  }
  const missing = named.filter((name) => !existsSync(resolve(root, 'resources', name)));
  expect(missing).toEqual([]);
});
