// SPDX-License-Identifier: MIT
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type KeyringKind, runWithKeyring } from '../lab/keyring.ts';

const STEPS = fileURLToPath(new URL('./keychain-steps.ts', import.meta.url));

/** Steps, each with what it answered and the state after it. */
async function play(kind: KeyringKind, ...steps: readonly string[]): Promise<readonly unknown[]> {
  const { code, stdout, stderr } = await runWithKeyring([process.execPath, STEPS, ...steps], { kind });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as unknown[];
}

describe('secrets in a real gnome-keyring', () => {
  it('are set, read, changed and removed', async () => {
    expect(await play('unlocked', 'retry', 'get api-key', 'set api-key uno', 'set api-key ñ€', 'get api-key')).toEqual([
      ['retry', null, 'ok'],
      ['get api-key', null, 'ok'],
      ['set api-key uno', null, 'ok'],
      ['set api-key ñ€', null, 'ok'],
      ['get api-key', 'ñ€', 'ok'],
    ]);
    expect(await play('unlocked', 'set sip-password x', 'remove sip-password', 'get sip-password')).toEqual([
      ['set sip-password x', null, 'ok'],
      ['remove sip-password', null, 'ok'],
      ['get sip-password', null, 'ok'],
    ]);
  });

  it('of one keyring are not seen by the next', async () => {
    await play('unlocked', 'set api-key uno');
    expect(await play('unlocked', 'get api-key')).toEqual([['get api-key', null, 'ok']]);
  });

  it('that is locked say so, for reading too', async () => {
    expect(await play('locked', 'retry', 'get api-key', 'set api-key uno', 'remove api-key')).toEqual([
      ['retry', null, 'locked'],
      ['get api-key', 'keychain.locked', 'locked'],
      ['set api-key uno', 'keychain.locked', 'locked'],
      ['remove api-key', 'keychain.locked', 'locked'],
    ]);
  });

  it('that is locked in between is noticed', async () => {
    expect(await play('unlocked', 'set api-key uno', 'lock', 'get api-key')).toEqual([
      ['set api-key uno', null, 'ok'],
      ['lock', null, 'ok'],
      ['get api-key', 'keychain.locked', 'locked'],
    ]);
  });

  it('whose daemon goes in between are not lost silently', async () => {
    const results = await play('unlocked', 'set api-key uno', 'kill', 'get api-key', 'set api-key dos');
    // The bus starts another daemon, locked; a bus that cannot has none. Either way nobody is told "no such secret".
    expect(results.slice(2)).toEqual([
      ['get api-key', expect.stringMatching(/^keychain\.(locked|unavailable)$/), expect.not.stringMatching('ok')],
      ['set api-key dos', expect.stringMatching(/^keychain\.(locked|unavailable)$/), expect.not.stringMatching('ok')],
    ]);
  });

  it('without any D-Bus are unavailable, and can be kept for this session', async () => {
    const steps = ['retry', 'set api-key uno', 'use-session-only', 'set api-key uno', 'get api-key', 'retry'];
    expect(await play('none', ...steps)).toEqual([
      ['retry', null, 'unavailable'],
      ['set api-key uno', 'keychain.unavailable', 'unavailable'],
      ['use-session-only', null, 'session-only'],
      ['set api-key uno', null, 'session-only'],
      ['get api-key', 'uno', 'session-only'],
      ['retry', null, 'session-only'],
    ]);
  });
});
